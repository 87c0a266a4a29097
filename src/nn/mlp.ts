import type { Activation } from '../ops/index.ts';
import type { Tensor } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { initializeParameters, type Network, type Parameters, readParameters } from './network.ts';
import { perceptron } from './perceptron.ts';

/** A network with its own parameters. Called on inputs f32 [N, inputs], it records its outputs [N, outputs]. */
export interface Model {
  (inputs: Tensor): Tensor;
  readonly network: Network;
  /** The numbers that optimisers update. */
  readonly parameters: Parameters;
}

/** A multilayer perceptron's shape. */
export interface MlpOptions {
  /** Numbers in an input row. */
  readonly inputs: number;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  /** Between layers; `relu` by default. */
  readonly activation?: Activation | undefined;
  /** Seed of the start values; 0 by default. */
  readonly seed?: number | undefined;
  /** Prefix of its variables' names; `mlp` by default. Networks that are saved together need different ones. */
  readonly name?: string | undefined;
}

/**
 * A multilayer perceptron. All weights and biases start uniform in (-1/sqrt(fan in), 1/sqrt(fan in)).
 * @throws if a width, its inputs' too, is not a positive integer
 */
export function mlp(options: MlpOptions): Model {
  checkGiven('mlp', { options }, { hidden: 'list' });
  const { inputs, hidden, outputs, activation = 'relu', seed = 0, name = 'mlp' } = options;
  return modelOf(
    perceptron({ name, observation: { kind: 'features', width: inputs }, hidden, activation, outputs }),
    seed,
  );
}

/** A network with parameters, whose start values are drawn from a seed. */
export function modelOf(network: Network, seed = 0): Model {
  checkGiven('modelOf', { network }, 'network');
  const parameters = initializeParameters(network, seed, 0);
  const apply = (input: Tensor) => network.apply(readParameters(input.tape, parameters), input);
  return Object.assign(apply, { network, parameters });
}
