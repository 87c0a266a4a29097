import { exp, log } from '../../numeric/elementary.ts';
import { logSumExp } from '../../numeric/log-sum-exp.ts';
import { normalFrom } from '../../random/normal.ts';
import { shuffled } from '../../random/shuffled.ts';
import { uniformStream } from '../../random/threefry.ts';

/** The log-potentials of a chain, as float32: of each variable, and of each pair of neighbours. */
export interface ChainPotentials {
  /** [variables]: the variable at each position of the chain. */
  readonly order: Int32Array;
  /** [variables, values], by position. */
  readonly single: Float32Array;
  /** [variables - 1, values, values], by position: for the values there and at the next position. */
  readonly pair: Float32Array;
}

/** The random stream of potentials, separate from those of runs. */
const stream = 0x636861;

/**
 * A chain in the order of its variables: random potentials of single variables, and neighbours that prefer equal or
 * distant values, 2.5 min(|u - v|, K - |u - v|), as in Buesing et al.
 */
export function orderedChain(variables: number, values: number, seed: number): ChainPotentials {
  const uniform = uniformStream(seed, stream);
  const distance = (u: number, v: number) => Math.min(Math.abs(u - v), values - Math.abs(u - v));
  const pair = Array.from({ length: values * values }, (_, at) => 2.5 * distance(Math.floor(at / values), at % values));
  return {
    order: Int32Array.from({ length: variables }, (_, i) => i),
    single: Float32Array.from({ length: variables * values }, () => normalFrom(uniform)),
    pair: Float32Array.from(Array.from({ length: variables - 1 }, () => pair).flat()),
  };
}

/**
 * A chain whose order is a random permutation of the variables; the potentials of neighbours are the logarithms of rows
 * drawn from a flat Dirichlet distribution, as in Buesing et al.
 */
export function permutedChain(variables: number, values: number, seed: number): ChainPotentials {
  const uniform = uniformStream(seed, stream);
  const order = Int32Array.from(shuffled(variables, uniform));
  const rows = Array.from({ length: (variables - 1) * values }, () => {
    const weights = Array.from({ length: values }, () => -log(uniform()));
    const total = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => log(weight / total));
  });
  return { order, single: new Float32Array(variables * values), pair: Float32Array.from(rows.flat()) };
}

/** log Z by transfer matrices: exact for any number of variables, in values^2 operations each. */
export function chainLogPartition(potentials: ChainPotentials): number {
  return logSumExp(logSumsBefore(potentials)[potentials.order.length - 1]);
}

/** The probability of each value of each variable, [variables, values], exact at the same cost. */
export function chainMarginals(potentials: ChainPotentials): Float64Array {
  const { order, single, pair } = potentials;
  const values = single.length / order.length;
  const marginals = new Float64Array(single.length);
  const before = logSumsBefore(potentials);
  const logPartition = logSumExp(before[order.length - 1]);
  // log of the sum over all later variables, by the value of the current one.
  let behind = new Float64Array(values);
  for (let i = order.length - 1; i >= 0; i--) {
    for (let v = 0; v < values; v++) marginals[order[i] * values + v] = exp(before[i][v] + behind[v] - logPartition);
    const after = behind;
    behind = Float64Array.from({ length: values }, (_, v) =>
      i === 0
        ? 0
        : logSumExp(after.map((log, u) => log + single[i * values + u] + pair[((i - 1) * values + v) * values + u])),
    );
  }
  return marginals;
}

/** By position and value: log of the sum over all earlier variables, times the potential of the variable there. */
function logSumsBefore({ order, single, pair }: ChainPotentials): Float64Array[] {
  const values = single.length / order.length;
  const logs = [Float64Array.from(single.subarray(0, values))];
  for (let i = 1; i < order.length; i++) {
    logs.push(
      Float64Array.from({ length: values }, (_, v) => {
        const terms = logs[i - 1].map((before, u) => before + pair[((i - 1) * values + u) * values + v]);
        return single[i * values + v] + logSumExp(terms);
      }),
    );
  }
  return logs;
}
