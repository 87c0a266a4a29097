import { uniformStream } from '../random/threefry.ts';
import type { Shape, Tape, Tensor, Variable } from '../tape/index.ts';
import { elementCount, variable } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';

/** One array of trainable numbers. */
export interface ParameterDefinition {
  readonly name: string;
  readonly shape: Shape;
  /** Start values are uniform in (-bound, bound). */
  readonly bound: number;
}

/** A network: its parameters, and how it computes. It holds no numbers. */
export interface Network {
  readonly name: string;
  readonly parameters: readonly ParameterDefinition[];
  /**
   * Records the outputs [N, outputs] for observations [N, ...].
   * @param parameters one tensor for each definition, in order
   */
  apply(parameters: readonly Tensor[], observation: Tensor): Tensor;
  /**
   * `apply` in two halves: records everything that does not depend on observations, and returns a function that records
   * the rest. Absent if the first half would be empty.
   * @param rows the maximum number of observations that the second half gets in all
   */
  prepare?(parameters: readonly Tensor[], rows: number): (observation: Tensor) => Tensor;
}

/** Splits any network into the two halves of `Network.prepare`. */
export function prepareNetwork(
  network: Network,
  parameters: readonly Tensor[],
  rows: number,
): (observation: Tensor) => Tensor {
  return network.prepare?.(parameters, rows) ?? ((observation) => network.apply(parameters, observation));
}

/** A network's numbers: one flat variable that holds every parameter at its offset, so that one launch updates all. */
export interface Parameters {
  readonly network: Network;
  readonly values: Variable;
  /** The offset of each parameter in `values`, in elements. */
  readonly offsets: readonly number[];
  /** The number of trained numbers; `values` also has gaps between parameters. */
  readonly count: number;
}

/** WebGPU binds at multiples of 256 bytes, so every parameter starts at a multiple of 64 numbers. */
const parameterAlignment = 64;

/**
 * A network's parameters with start values drawn from a seed.
 * @param stream distinguishes networks with the same seed
 */
export function initializeParameters(network: Network, seed: number, stream: number): Parameters {
  checkGiven('initializeParameters', { network }, 'network');
  const offsets: number[] = [];
  let size = 0;
  for (const { shape } of network.parameters) {
    offsets.push(size);
    size += Math.ceil(elementCount(shape) / parameterAlignment) * parameterAlignment;
  }
  const initial = () => {
    const values = new Float32Array(size);
    const uniform = uniformStream(seed, stream);
    network.parameters.forEach(({ shape, bound }, i) => {
      const start = offsets[i];
      for (let k = 0; k < elementCount(shape); k++) values[start + k] = bound * (2 * uniform() - 1);
    });
    return values;
  };
  const count = network.parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return { network, values: variable(`${network.name}/parameters`, 'f32', [size], initial), offsets, count };
}

/** The parameters' current values, one tensor for each, to apply the network with and to differentiate by. */
export function readParameters(tape: Tape, options: Parameters): Tensor[] {
  checkGiven('readParameters', { tape }, 'tape');
  checkGiven('readParameters', { options }, 'parameters');
  const { network, values, offsets } = options;
  return network.parameters.map(({ shape }, i) => tape.read(values, { offset: offsets[i], shape }));
}
