import type { ObservedLevel } from '../environment/observation.ts';
import { initializeParameters, optimizer, perceptron, readParameters, recipeOf } from '../nn/index.ts';
import { gatherRows, maximum, minimum, multiply, reshape, slice, subtract, toFloat } from '../ops/index.ts';
import type { OffPolicyTrajectories } from '../rollout/index.ts';
import type { Tensor } from '../tape/index.ts';
import { logPartitionParameter, type NetworkContext, type TrainableNetwork } from './networks.ts';
import type { LearnerContext } from './objective.ts';
import { randomStreams } from './streams.ts';

/** The learner's estimate of log Z: a number, or, if the environment has a condition c, a network's log Z(c). */
export interface LogPartition {
  readonly network: TrainableNetwork;
  /** log Z of trajectories, [1] or [batch], differentiable in parameters as `readParameters` gave them. */
  of(trajectories: OffPolicyTrajectories, tensors: readonly Tensor[]): Tensor;
  /** log Z, [], for the observation [N, ...] of the initial state. */
  at(observation: Tensor): Tensor;
}

/**
 * log Z as trajectory balance learns it. With a condition it is a perceptron over the condition's thermometer code, as
 * in the Ent-PPO paper's experiments on molecules: two hidden layers of 256, leaky relu.
 *
 * @throws if the environment has a condition but does not observe graphs, so that the code is unknown
 */
export function logPartitionEstimate(context: LearnerContext, learningRate: number): LogPartition {
  const { environment } = context;
  if (!environment.condition) {
    const trained = logPartitionParameter(learningRate, context);
    return {
      network: trained,
      of: (_, [value]) => value,
      at: ({ tape }) => reshape(readParameters(tape, trained.parameters)[0], []),
    };
  }
  const trained = conditionalNetwork(context, learningRate);
  const apply = (tensors: readonly Tensor[], observation: Tensor) => {
    const features = thermometerOf(context, observation);
    return reshape(trained.network.apply(tensors, features), [observation.shape[0]]);
  };
  return {
    network: trained,
    of({ observation, batch }, tensors) {
      // A batch's first rows are the trajectories' initial states, in order.
      const first = observation.tape.constant(
        'i32',
        [batch],
        Int32Array.from({ length: batch }, (_, b) => b),
      );
      return apply(tensors, gatherRows(observation, first));
    },
    at(observation) {
      const values = apply(readParameters(observation.tape, trained.parameters), observation);
      return reshape(slice(values, 0, 0, 1), []);
    },
  };
}

function conditionalNetwork(context: NetworkContext, learningRate: number): TrainableNetwork {
  const { bins } = levelOf(context);
  const network = perceptron({
    name: 'log-partition',
    observation: { kind: 'features', width: bins },
    hidden: [256, 256],
    activation: 'leakyRelu',
    outputs: 1,
  });
  const parameters = initializeParameters(network, context.seed, randomStreams.logPartition);
  const { logPartitionOptimizer: recipe = context.optimizer ?? recipeOf({}) } = context;
  return { network, parameters, optimizer: optimizer(parameters, recipe(learningRate)) };
}

/** Component i of the code of v is clip((v - bin_i) / w, 0, 1) for bins of width w. [N, bins]. */
function thermometerOf(context: NetworkContext, observation: Tensor): Tensor {
  const { bins, low, high, from, step, column } = levelOf(context);
  const width = (high - low) / (bins - 1);
  const starts = Float32Array.from({ length: bins }, (_, i) => (low + i * width - from) / step);
  const level = toFloat(slice(observation, 1, column, 1));
  const above = subtract(level, observation.tape.constant('f32', [1, bins], starts));
  return minimum(maximum(multiply(above, step / width), 0), 1);
}

function levelOf({ environment }: NetworkContext): ObservedLevel {
  const { level } = environment.observation;
  if (level) return level;
  throw new Error(`${environment.name} has a condition, but no thermometer code that log Z could be learnt from.`);
}
