import type { Environment, RatedEnvironment } from '../environment/environment.ts';
import { optimizer, type Parameters, readParameters, recipeOf } from '../nn/index.ts';
import { categorical } from '../ops/index.ts';
import type { OffPolicyTrajectories } from '../rollout/index.ts';
import { applyToStates } from '../rollout/index.ts';
import { type Tensor, type Variable, variable } from '../tape/index.ts';
import { policyNetwork, type TrainableNetwork } from './networks.ts';
import type { LearnerContext } from './objective.ts';

/** The position of a saved network's parameter in its numbers. */
export interface SavedLayer {
  readonly name: string;
  readonly shape: readonly number[];
  /** In numbers, from the network's first. */
  readonly offset: number;
}

/** The policy of a trained sampler as numbers, from which another run can start or to which it can be held. */
export interface PriorPolicy {
  /** The environment that it was trained in. */
  readonly environment: RatedEnvironment;
  /** The layers of the policy's network, whose first outputs are the logits. */
  readonly layers: readonly SavedLayer[];
  /** f32: every layer at its offset. */
  readonly parameters: Float32Array;
}

/** A frozen policy on a device, which is not trained. */
export interface Prior {
  /** Records its logits [N, A] for observations [N, ...]. */
  logits(observation: Tensor): Tensor;
  /** Records log p(a_t | s_t) [N] of the steps of a batch; it has no gradient. */
  logProbability(trajectories: OffPolicyTrajectories): Tensor;
  /** Its parameters, which checkpoints hold. */
  readonly values: Variable;
}

/**
 * A policy's network and the prior beside it, of the same shape. Without a prior in the context, as when a saved run is
 * opened, its numbers are 0 until they are written: the uniform policy.
 * @param startAtPrior whether the policy starts as a copy of a trained prior
 * @throws Error if the prior belongs to another environment, or its network has another shape
 */
export function policyWithPrior(
  context: LearnerContext,
  learningRate: number,
  startAtPrior: boolean,
): { policy: TrainableNetwork; prior: Prior } {
  const fresh = policyNetwork(context, learningRate);
  const { network } = fresh;
  const [size] = fresh.parameters.values.shape;
  const given = context.prior === undefined || context.prior === 'uniform' ? undefined : context.prior;
  if (given) checkPriorFits(context.environment, given);
  const numbers = given ? numbersOf(fresh.parameters, given) : new Float32Array(size);
  const values = variable(`${network.name}/prior`, 'f32', [size], numbers);
  const frozen: Parameters = { ...fresh.parameters, values };
  const logits = (observation: Tensor) => network.apply(readParameters(observation.tape, frozen), observation);
  return {
    policy: given && startAtPrior ? startingAt(fresh, numbers, context, learningRate) : fresh,
    prior: {
      logits,
      logProbability(trajectories) {
        const { mask, action, observation } = trajectories;
        const outputs = applyToStates(network, readParameters(observation.tape, frozen), trajectories);
        return categorical(outputs, mask, action).logProbability;
      },
      values,
    },
  };
}

/** @throws Error that says how the prior's environment differs */
function checkPriorFits(environment: Environment, { environment: of }: PriorPolicy): void {
  const options = { ...of.options, ...environment.options };
  const differs = Object.keys(options).find((name) => of.options[name] !== environment.options[name]);
  if (of.name === environment.name && of.stateSize === environment.stateSize && differs === undefined) return;
  const described = ({ name, options: own }: RatedEnvironment) =>
    [name, ...Object.entries(own).map(([option, value]) => `${option} ${value}`)].join(', ');
  throw new Error(
    `The prior is a sampler of ${described(of)}, but this run is one of ${described(environment)}. ` +
      'Train both in the same environment; their rewards may differ.',
  );
}

/** The prior's numbers at this network's own positions; of a last layer with further outputs, those of the logits. */
function numbersOf({ network, values, offsets }: Parameters, { layers, parameters }: PriorPolicy): Float32Array {
  const numbers = new Float32Array(values.shape[0]);
  network.parameters.forEach(({ name, shape }, i) => {
    const found = layers.find((layer) => layer.name === name);
    const width = shape[shape.length - 1];
    const given = found?.shape[found.shape.length - 1] ?? 0;
    const isLast = i >= network.parameters.length - 2;
    const sameRows = found?.shape.slice(0, -1).join() === shape.slice(0, -1).join();
    if (!found || !sameRows || (given !== width && !(isLast && given > width))) {
      const all = layers.map((layer) => `${layer.name} [${layer.shape.join(', ')}]`).join(', ');
      throw new Error(
        `The prior's policy has the layers ${all}, but this run needs ${name} [${shape.join(', ')}]. Give this run the ` +
          "prior's network: the same hidden layers.",
      );
    }
    const rows = shape.slice(0, -1).reduce((product, count) => product * count, 1);
    for (let row = 0; row < rows; row++) {
      const from = found.offset + row * given;
      numbers.set(parameters.subarray(from, from + width), offsets[i] + row * width);
    }
  });
  return numbers;
}

function startingAt(
  { network, parameters }: TrainableNetwork,
  numbers: Float32Array,
  { optimizer: recipe = recipeOf({}) }: LearnerContext,
  learningRate: number,
): TrainableNetwork {
  const values = variable(parameters.values.name, 'f32', parameters.values.shape, numbers);
  const own = { ...parameters, values };
  return { network, parameters: own, optimizer: optimizer(own, recipe(learningRate)) };
}
