import type { SehGraph } from '../../src/problems/seh/features.ts';
import { SEH_ARRAYS, type SehArray, type SehWeights } from '../../src/problems/seh/weights.ts';

/** Weights of the network drawn at random, large enough for molecules to differ. */
export function randomWeights(random: () => number): SehWeights {
  return Object.fromEntries(
    SEH_ARRAYS.map(([name, shape]) => {
      const count = shape.reduce((product: number, size) => product * size, 1);
      const bound = 2 / Math.sqrt(shape.length === 2 ? shape[1] : 64);
      return [name, Float32Array.from({ length: count }, () => bound * (2 * random() - 1))];
    }),
  ) as Record<SehArray, Float32Array>;
}

/**
 * The network in float64 by hand, one molecule at a time: a matrix for every edge, messages one by one, gates and cells
 * number by number. Written from the published formulas for reading.
 */
export function plainSeh(weights: SehWeights, { atomCount, features, edges, kinds }: SehGraph): number {
  const linear = (x: ArrayLike<number>, weight: SehArray, bias: SehArray): number[] =>
    Array.from(weights[bias], (start, i) => {
      let total = start;
      for (let k = 0; k < x.length; k++) total += weights[weight][i * x.length + k] * x[k];
      return total;
    });
  const leaky = (x: number): number => (x > 0 ? x : 0.01 * x);
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

  const matrixOf = (kind: number): number[] => {
    const feature = [0, 1, 2, 3].map((k) => (k === kind ? 1 : 0));
    return linear(
      linear(feature, 'conv.nn.0.weight', 'conv.nn.0.bias').map(leaky),
      'conv.nn.2.weight',
      'conv.nn.2.bias',
    );
  };
  const matrices = [0, 1, 2, 3, 4].map(matrixOf);
  let state = Array.from({ length: atomCount }, (_, i) =>
    linear(features.subarray(71 * i, 71 * (i + 1)), 'lin0.weight', 'lin0.bias').map(leaky),
  );
  for (let step = 0; step < 12; step++) {
    state = state.map((own, i) => {
      const incoming = [...kinds.keys()].filter((e) => edges[2 * e + 1] === i);
      const message = linear(own, 'conv.lin.weight', 'conv.bias').map((root, o) => {
        let total = 0;
        for (const e of incoming) {
          for (let k = 0; k < 64; k++) total += state[edges[2 * e]][k] * matrices[kinds[e]][64 * k + o];
        }
        return leaky(root + total / Math.max(1, incoming.length));
      });
      const ofMessage = linear(message, 'gru.weight_ih', 'gru.bias_ih');
      const ofState = linear(own, 'gru.weight_hh', 'gru.bias_hh');
      return own.map((old, k) => {
        const reset = sigmoid(ofMessage[k] + ofState[k]);
        const update = sigmoid(ofMessage[64 + k] + ofState[64 + k]);
        const fresh = Math.tanh(ofMessage[128 + k] + reset * ofState[128 + k]);
        return (1 - update) * fresh + update * old;
      });
    });
  }

  let readOut = Array<number>(128).fill(0);
  let query = Array<number>(64).fill(0);
  let cell = Array<number>(64).fill(0);
  for (let step = 0; step < 3; step++) {
    const ofInput = linear(readOut, 'set2set.lstm.weight_ih', 'set2set.lstm.bias_ih');
    const ofQuery = linear(query, 'set2set.lstm.weight_hh', 'set2set.lstm.bias_hh');
    const gates = ofInput.map((gate, k) => gate + ofQuery[k]);
    cell = cell.map((old, k) => sigmoid(gates[64 + k]) * old + sigmoid(gates[k]) * Math.tanh(gates[128 + k]));
    query = cell.map((value, k) => sigmoid(gates[192 + k]) * Math.tanh(value));
    const likeness = state.map((atom) => Math.exp(atom.reduce((sum, x, k) => sum + x * query[k], 0)));
    const total = likeness.reduce((a, b) => a + b);
    const mean = query.map((_, k) => state.reduce((sum, atom, i) => sum + (likeness[i] / total) * atom[k], 0));
    readOut = [...query, ...mean];
  }
  return linear(readOut, 'lin3.weight', 'lin3.bias')[0];
}
