import type { Environment } from '../environment/environment.ts';
import {
  initializeParameters,
  type Network,
  type Optimizer,
  type OptimizerRecipe,
  optimizer,
  type Parameters,
  perceptron,
  prepareNetwork,
  readParameters,
  recipeOf,
} from '../nn/index.ts';
import { reshape, slice } from '../ops/index.ts';
import { applyToStates, type NetworkOutputs, type OffPolicyTrajectories, type Trajectories } from '../rollout/index.ts';
import { isReadable, type Tensor } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { isSeenAsRelation, isSeenAsSequence, type NetworkFamily } from './network-family.ts';
import type { NetworkShape, OutputKinds } from './network-shape.ts';
import { randomStreams } from './streams.ts';

/** The environment's default shape, or two hidden layers of 256. */
function defaultPerceptron({ perceptron }: Environment) {
  return perceptron ?? { hidden: [256, 256] };
}

/** A network with its parameters and their optimiser. */
export interface TrainableNetwork {
  readonly network: Network;
  readonly parameters: Parameters;
  readonly optimizer: Optimizer;
}

/** The context in which a learner's networks are made. */
export interface NetworkContext {
  readonly environment: Environment;
  readonly seed: number;
  readonly network?: NetworkShape | undefined;
  /** The family from `networkFamily` for this environment and shape. Absent for perceptrons. */
  readonly family?: NetworkFamily | undefined;
  /** The optimiser at the objective's learning rates; Adam by default. */
  readonly optimizer?: OptimizerRecipe | undefined;
  /** The value network's optimiser, if it differs. */
  readonly valueOptimizer?: OptimizerRecipe | undefined;
  /** The optimiser of log Z, a parameter or a network; plain Adam by default for a parameter. */
  readonly logPartitionOptimizer?: OptimizerRecipe | undefined;
}

/**
 * The forward policy's network: one logit for each action, and further outputs behind them.
 * @throws Error on a shape that does not fit the environment's networks, and if a transformer's family is missing
 */
export function policyNetwork(
  context: NetworkContext,
  learningRate: number,
  further: Omit<OutputKinds, 'forward'> = {},
): TrainableNetwork {
  checkGiven('policyNetwork', { context }, { environment: 'environment' });
  checkGiven('policyNetwork', { further }, 'object?');
  return trainable(context, 'policy', { forward: true, ...further }, learningRate, randomStreams.policy);
}

/**
 * The value network: V(s), which log F(s) and at the initial state log Z correspond to.
 * @throws as `policyNetwork` does
 */
export function valueNetwork(context: NetworkContext, learningRate: number): TrainableNetwork {
  checkGiven('valueNetwork', { context }, { environment: 'environment' });
  const { valueOptimizer = context.optimizer } = context;
  return trainable(
    { ...context, optimizer: valueOptimizer },
    'value',
    { state: true },
    learningRate,
    randomStreams.value,
  );
}

/** The same network and numbers, restricted to `width` of its outputs, from `start` on. */
export function outputsOf({ network, ...rest }: TrainableNetwork, start: number, width: number): TrainableNetwork {
  const part = (output: Tensor) => (output.shape[1] === width ? output : slice(output, 1, start, width));
  const { name, parameters } = network;
  const seen: Network = {
    name,
    parameters,
    apply: (...input) => part(network.apply(...input)),
    prepare(...input) {
      const apply = prepareNetwork(network, ...input);
      return (observation) => part(apply(observation));
    },
  };
  return { ...rest, network: seen };
}

function trainable(
  context: NetworkContext,
  name: string,
  outputs: OutputKinds,
  learningRate: number,
  stream: number,
): TrainableNetwork {
  const network = networkOf(context, name, outputs);
  const parameters = initializeParameters(network, context.seed, stream);
  const { optimizer: recipe = recipeOf({}) } = context;
  return { network, parameters, optimizer: optimizer(parameters, recipe(learningRate)) };
}

function networkOf({ environment, network = {}, family }: NetworkContext, name: string, kinds: OutputKinds): Network {
  const { observation, actionCount, backwardActionCount } = environment;
  const { hidden, projection, width, layers, heads, attention } = network;
  if (observation.kind === 'graph') {
    refuse(
      environment,
      { hidden, projection, attention },
      'is observed as graphs: its networks take width, layers and heads',
    );
    if (family?.kind !== 'graph') throw missingFamily(environment, 'graphs');
    return family.network(name, observation.layout, network, kinds);
  }
  const { forward = false, backward = false, state = false } = kinds;
  const counts = {
    forward: forward ? actionCount : 0,
    backward: backward ? backwardActionCount : 0,
    state: Number(state),
  };
  const outputs = counts.forward + counts.backward + counts.state;
  if (isSeenAsSequence(observation, network)) {
    refuse(
      environment,
      { hidden, projection },
      'has a transformer over its sequences, which takes no perceptron’s shape',
    );
    if (family?.kind !== 'sequence') throw missingFamily(environment, 'sequences');
    return family.network(name, observation, network, outputs);
  }
  if (isSeenAsRelation(observation, network)) {
    refuse(
      environment,
      { hidden, projection, attention },
      'has a network over the edges of its graphs, which takes width, layers and heads',
    );
    if (family?.kind !== 'relation') throw missingFamily(environment, 'relations');
    return family.network(name, observation, network, counts);
  }
  refuse(
    environment,
    { width, layers, heads, attention },
    'is observed neither as graphs nor as sequences: its networks take hidden and projection',
  );
  const preset = defaultPerceptron(environment);
  const shape =
    hidden === undefined && projection === undefined ? preset : { hidden: hidden ?? preset.hidden, projection };
  return perceptron({ name, observation, outputs, ...shape });
}

function missingFamily({ name }: Environment, what: string): Error {
  return new Error(
    `${name} has networks over ${what}, whose code is loaded when it is needed. Give objective.learner ` +
      '`family: await networkFamily(environment, network)` in its context; networkFamily is in flowtape/extend.',
  );
}

function refuse({ name }: Environment, options: NetworkShape, why: string): void {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  if (given.length > 0) throw new Error(`${name} ${why}, not ${given.map(([option]) => option).join(' and ')}.`);
}

/** log Z as a parameter, [1], that starts at 0. */
export function logPartitionParameter(
  learningRate: number,
  { logPartitionOptimizer: recipe = recipeOf({}) }: Pick<NetworkContext, 'logPartitionOptimizer'> = {},
): TrainableNetwork {
  const parameter = { name: 'value', shape: [1], bound: 0 };
  const network = { name: 'log-partition', parameters: [parameter], apply: ([value]: readonly Tensor[]) => value };
  const parameters = initializeParameters(network, 0, 0);
  return { network, parameters, optimizer: optimizer(parameters, recipe(learningRate)) };
}

/**
 * The policy's network at the states of a batch: the rollout's own outputs while the parameters are unchanged,
 * otherwise recomputed.
 */
export function policyOutputsAt(policy: TrainableNetwork, trajectories: OffPolicyTrajectories): NetworkOutputs {
  checkGiven('policyOutputsAt', { policy }, { network: 'network', parameters: 'parameters' });
  checkGiven('policyOutputsAt', { trajectories }, { observation: 'tensor' });
  const { values } = policy.parameters;
  const isPresent = (parameter: Tensor) =>
    parameter.source.kind === 'variable' && parameter.source.variable === values && isReadable(parameter);
  if (trajectories.policy?.parameters.every(isPresent)) return trajectories.policy;
  const parameters = readParameters(trajectories.observation.tape, policy.parameters);
  return { outputs: applyToStates(policy.network, parameters, trajectories), parameters };
}

/** The network's output [N, outputs] for observations [N, ...], with the current parameters. */
export function applyNetwork(given: TrainableNetwork, observation: Tensor): Tensor {
  checkGiven('applyNetwork', { given }, { network: 'network', parameters: 'parameters' });
  checkGiven('applyNetwork', { observation }, 'tensor');
  const { network, parameters } = given;
  return network.apply(readParameters(observation.tape, parameters), observation);
}

/** Which actions the initial state allows: 1 or 0 for each. */
export function initialMask(environment: Environment): Int32Array {
  const state = new Int32Array(environment.stateSize);
  const mask = new Int32Array(environment.actionCount);
  environment.initial(state);
  environment.forwardMask(state, mask);
  return mask;
}

/** V(s) [N] for observations [N, ...]. */
export function applyValue(value: TrainableNetwork, observation: Tensor): Tensor {
  checkGiven('applyValue', { value }, { network: 'network', parameters: 'parameters' });
  checkGiven('applyValue', { observation }, 'tensor');
  const output = applyNetwork(value, observation);
  return reshape(output, [output.shape[0]]);
}

/** Values at the states of a batch, and the parameters they were computed from, by which they are differentiable. */
export interface StateValues {
  /** V(s) [N]. */
  readonly values: Tensor;
  readonly parameters: readonly Tensor[];
}

/** V(s) at all states of a batch, with the current parameters. */
export function presentValues(
  value: TrainableNetwork,
  states: Pick<Trajectories, 'observation' | 'distinct'>,
): StateValues {
  checkGiven('presentValues', { value }, { network: 'network', parameters: 'parameters' });
  checkGiven('presentValues', { states }, { observation: 'tensor' });
  const parameters = readParameters(states.observation.tape, value.parameters);
  const output = applyToStates(value.network, parameters, states);
  return { values: reshape(output, [output.shape[0]]), parameters };
}
