import { square } from '../numeric/elementary.ts';
import { checkGiven } from '../text/check-given.ts';

/** How well a sampler's probabilities follow the rewards: 1 for the perfect sampler, both without units. */
export interface RewardCorrelation {
  readonly pearson: number;
  readonly spearman: number;
}

/**
 * Correlation of log R(x) with log p(x) over a test set of objects: for the perfect sampler they differ only by log Z.
 * (Malkin et al., Trajectory Balance, 2022, for bit sequences; Madan et al., Learning GFlowNets from Partial Episodes,
 * 2023; gfnx.)
 *
 * @param logProbability exact, or from `estimateLogProbability`.
 * @throws Error as `pearsonCorrelation` does.
 */
export function rewardCorrelation(logReward: ArrayLike<number>, logProbability: ArrayLike<number>): RewardCorrelation {
  return {
    pearson: pearsonCorrelation(logReward, logProbability),
    spearman: spearmanCorrelation(logReward, logProbability),
  };
}

/**
 * Pearson's correlation coefficient: the covariance divided by both standard deviations, from -1 to 1. NaN if one of
 * the two is constant, where it is undefined.
 * @throws Error unless both have the same length of at least 2, and are finite.
 */
export function pearsonCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkPairs(x, y, Number.isFinite);
  const a = standardised(x);
  const b = standardised(y);
  if (a === undefined || b === undefined) return Number.NaN;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return Math.max(-1, Math.min(1, sum));
}

/**
 * Spearman's rank correlation (1904): Pearson's of the ranks, equal numbers share the mean of their ranks. Only the
 * order counts, so infinite numbers are allowed. NaN if one of the two is constant.
 * @throws Error unless both have the same length of at least 2, without NaN.
 */
export function spearmanCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkGiven('spearmanCorrelation', { x, y }, 'list');
  checkPairs(x, y, (value) => !Number.isNaN(value));
  return pearsonCorrelation(averageRanks(x), averageRanks(y));
}

/** The rank of each number, from 1 for the smallest; equal numbers share the mean of their ranks. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) =>
    values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : 0,
  );
  const ranks = new Float64Array(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + 1 + to) / 2;
  }
  return ranks;
}

/** Deviations from the mean, scaled so that their squares sum to 1; undefined if all numbers are equal. */
function standardised(values: ArrayLike<number>): Float64Array | undefined {
  // Compare the numbers themselves: the rounded mean of a constant 0.1 would leave deviations.
  const { length } = values;
  let [smallest, largest] = [values[0], values[0]];
  for (let i = 1; i < length; i++) {
    smallest = Math.min(smallest, values[i]);
    largest = Math.max(largest, values[i]);
  }
  if (smallest === largest) return undefined;
  // Halved and scaled to [0, 1] first, so that neither the range nor a square can overflow or underflow.
  const range = largest / 2 - smallest / 2;
  const scaled = Float64Array.from(values, (value) => (value / 2 - smallest / 2) / range);
  const mean = scaled.reduce((sum, value) => sum + value, 0) / length;
  const norm = Math.sqrt(scaled.reduce((sum, value) => sum + square(value - mean), 0));
  return scaled.map((value) => (value - mean) / norm);
}

function checkPairs(x: ArrayLike<number>, y: ArrayLike<number>, allowed: (value: number) => boolean): void {
  if (x.length !== y.length) throw new Error(`${x.length} numbers cannot be correlated with ${y.length}.`);
  if (x.length < 2) throw new Error(`A correlation needs at least 2 pairs of numbers, not ${x.length}.`);
  for (let i = 0; i < x.length; i++) {
    if (!allowed(x[i]) || !allowed(y[i])) throw new Error(`Pair ${i}, ${x[i]} and ${y[i]}, cannot be correlated.`);
  }
}
