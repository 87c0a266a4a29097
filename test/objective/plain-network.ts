import type { Environment } from '../../src/environment/environment.ts';
import type { Parameters } from '../../src/nn/index.ts';
import type { NetworkShape } from '../../src/objective/index.ts';

/**
 * A perceptron in float64 by hand: one observation at a time, nothing recorded, nothing shared with the library but
 * the order of the parameters in one flat array.
 */
export interface PlainNetwork {
  /** All parameters, with the gaps between them. */
  readonly values: Float64Array;
  readonly layers: readonly PlainLayer[];
}

interface PlainLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** Where the weights [inputs, outputs] and the biases start in the flat array. */
  readonly weight: number;
  readonly bias: number;
  /** max(0, .) behind the layer. */
  readonly rectified: boolean;
}

export function plainNetwork(
  { network, offsets }: Parameters,
  { hidden = [] }: NetworkShape,
  values: ArrayLike<number>,
): PlainNetwork {
  const layers: PlainLayer[] = [];
  for (let i = 0; i < network.parameters.length; i += 2) {
    const [inputs, outputs] = network.parameters[i].shape;
    layers.push({ inputs, outputs, weight: offsets[i], bias: offsets[i + 1], rectified: i / 2 < hidden.length });
  }
  return { values: Float64Array.from(values), layers };
}

/** The outputs of every layer for one input, the input in front. */
export function forward({ values, layers }: PlainNetwork, input: readonly number[]): number[][] {
  const activations: number[][] = [[...input]];
  for (const { inputs, outputs, weight, bias, rectified } of layers) {
    const x = activations[activations.length - 1];
    const y: number[] = [];
    for (let o = 0; o < outputs; o++) {
      let sum = values[bias + o];
      for (let i = 0; i < inputs; i++) sum += x[i] * values[weight + i * outputs + o];
      y.push(rectified ? Math.max(0, sum) : sum);
    }
    activations.push(y);
  }
  return activations;
}

export function outputOf(network: PlainNetwork, input: readonly number[]): number[] {
  const activations = forward(network, input);
  return activations[activations.length - 1];
}

/** Adds to `gradient` what the derivative with respect to the outputs for one input comes to in every parameter. */
export function backward(
  { values, layers }: PlainNetwork,
  activations: readonly number[][],
  outputGradient: readonly number[],
  gradient: Float64Array,
): void {
  let dy = [...outputGradient];
  for (let l = layers.length - 1; l >= 0; l--) {
    const { inputs, outputs, weight, bias, rectified } = layers[l];
    const [x, y] = [activations[l], activations[l + 1]];
    if (rectified) dy = dy.map((d, o) => (y[o] > 0 ? d : 0));
    const dx = new Array<number>(inputs).fill(0);
    for (let o = 0; o < outputs; o++) {
      gradient[bias + o] += dy[o];
      for (let i = 0; i < inputs; i++) {
        gradient[weight + i * outputs + o] += x[i] * dy[o];
        dx[i] += values[weight + i * outputs + o] * dy[o];
      }
    }
    dy = dx;
  }
}

/** What a network sees of an observation: a sum of one-hot blocks, or the features themselves. */
export function inputOf({ observation }: Environment, seen: readonly number[]): number[] {
  if (observation.kind === 'features') return [...seen];
  const input = new Array<number>(observation.width).fill(0);
  for (const token of seen) if (token >= 0) input[token] += 1;
  return input;
}

/** Adam as Kingma and Ba wrote it, with its state. */
export interface PlainAdam {
  readonly firstMoment: Float64Array;
  readonly secondMoment: Float64Array;
  updates: number;
}

/** One step of Adam down a gradient. Settings are the defaults of the paper: 0.9, 0.999, 1e-8. */
export function adamStep({ values }: PlainNetwork, state: PlainAdam, gradient: Float64Array, rate: number): void {
  state.updates += 1;
  gradient.forEach((g, i) => {
    state.firstMoment[i] = 0.9 * state.firstMoment[i] + 0.1 * g;
    state.secondMoment[i] = 0.999 * state.secondMoment[i] + 0.001 * g * g;
    const m = state.firstMoment[i] / (1 - 0.9 ** state.updates);
    const v = state.secondMoment[i] / (1 - 0.999 ** state.updates);
    values[i] -= (rate * m) / (Math.sqrt(v) + 1e-8);
  });
}
