import { log } from '../../numeric/elementary.ts';
import { logSumExp } from '../../numeric/log-sum-exp.ts';
import { normalFrom } from '../../random/normal.ts';
import { shuffled } from '../../random/shuffled.ts';
import { uniformStream } from '../../random/threefry.ts';

/** The log-potentials of a chain, as float32: of each variable, and of each two neighbours. */
export interface ChainPotentials {
  /** [variables]: the variable that stands at each place of the chain. */
  readonly order: Int32Array;
  /** [variables, values], by place. */
  readonly single: Float32Array;
  /** [variables - 1, values, values], by place: of the value there and the next one's. */
  readonly pair: Float32Array;
}

/** The random stream of potentials, apart from those that runs use. */
const stream = 0x636861;

/**
 * A chain in the order of its variables: random potentials of single variables, and neighbours that prefer values far
 * apart or the same, 2.5 min(|u - v|, K - |u - v|), as in Buesing et al.
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
export function chainLogPartition({ order, single, pair }: ChainPotentials): number {
  const values = single.length / order.length;
  // log of the sum over all variables before, by the value of the present one.
  let logs = Float64Array.from(single.subarray(0, values));
  for (let i = 1; i < order.length; i++) {
    logs = Float64Array.from({ length: values }, (_, v) => {
      const terms = logs.map((before, u) => before + pair[((i - 1) * values + u) * values + v]);
      return single[i * values + v] + logSumExp(terms);
    });
  }
  return logSumExp(logs);
}
