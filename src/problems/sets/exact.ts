import { exp, log } from '../../numeric/elementary.ts';
import { logSumExp } from '../../numeric/log-sum-exp.ts';

/**
 * Sets of exactly `size` out of n items whose log-reward is the sum of their items' weights. Sums over all of them are
 * elementary symmetric polynomials in the exponentials of the weights, so they are exact at any size.
 */

/** log e_0 .. log e_size of the elementary symmetric polynomials in exp(weights); -Infinity if there is no such set. */
export function logSymmetricPolynomials(weights: ArrayLike<number>, size: number): Float64Array {
  const log = new Float64Array(size + 1).fill(Number.NEGATIVE_INFINITY);
  log[0] = 0;
  // e_k with one more item is e_k without it, plus e_(k-1) times the item's exponential; k decreases, so that each
  // counts once.
  for (let item = 0; item < weights.length; item++) {
    for (let k = Math.min(size, item + 1); k >= 1; k--) log[k] = logAdd(log[k], log[k - 1] + weights[item]);
  }
  return log;
}

/** log Z of the sets of `size` items: the logarithm of the sum of exp(sum of weights) over all of them. */
export function setsLogPartition(weights: ArrayLike<number>, size: number): number {
  return logSymmetricPolynomials(weights, size)[size];
}

/**
 * The probability that a set, drawn in proportion to its reward, contains item i, for the first `items` items, by
 * default all.
 *
 * @param sizes the sizes of sets: `size` alone, or with `upTo` any up to it
 */
export function inclusionProbabilities(
  weights: ArrayLike<number>,
  {
    size,
    upTo = false,
    items = weights.length,
  }: { size: number; upTo?: boolean | undefined; items?: number | undefined },
): Float64Array {
  const overSizes = (logs: Float64Array) => (upTo ? logSumExp(logs) : logs[logs.length - 1]);
  const logPartition = overSizes(logSymmetricPolynomials(weights, size));
  return Float64Array.from({ length: items }, (_, item) => {
    const others = Array.from(weights).filter((_, other) => other !== item);
    return exp(weights[item] + overSizes(logSymmetricPolynomials(others, size - 1)) - logPartition);
  });
}

/** log(exp(a) + exp(b)). */
function logAdd(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  return low === Number.NEGATIVE_INFINITY ? high : high + log(1 + exp(low - high));
}
