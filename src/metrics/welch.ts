import type { Interval } from './bootstrap.ts';
import { estimateOf } from './estimate.ts';

/** The probability outside an interval. */
const outside = 0.05;

/**
 * The 95 percent interval of the difference of two means, first minus second, of independent values, after Welch
 * (1947): normal values with variances of their own. Unlike the percentile bootstrap it holds its level for three values
 * on either side.
 *
 * @throws Error with fewer than two values on one side
 */
export function welchDifference(first: readonly number[], second: readonly number[]): Interval {
  if (Math.min(first.length, second.length) < 2) {
    throw new Error('Welch’s interval needs at least two values on either side.');
  }
  const [a, b] = [estimateOf(first), estimateOf(second)];
  const difference = a.mean - b.mean;
  const variance = a.standardError ** 2 + b.standardError ** 2;
  if (variance === 0) return { low: difference, high: difference };
  const freedom = variance ** 2 / (a.standardError ** 4 / (a.count - 1) + b.standardError ** 4 / (b.count - 1));
  const reach = studentQuantile(freedom) * Math.sqrt(variance);
  return { low: difference - reach, high: difference + reach };
}

/** The size that a Student variable exceeds with probability 0.05, on either side taken together. */
export function studentQuantile(freedom: number): number {
  // With t = sqrt(freedom) tan(angle) the density is proportional to cos(angle)^(freedom - 1).
  const half = integral(freedom, 0);
  let [low, high] = [0, Math.PI / 2];
  while (high - low > 1e-10) {
    const middle = (low + high) / 2;
    if (integral(freedom, middle) > outside * half) low = middle;
    else high = middle;
  }
  return Math.sqrt(freedom) * Math.tan(low);
}

/** The integral of cos^(freedom - 1) from an angle to a right one, by Simpson's rule. */
function integral(freedom: number, from: number): number {
  const pieces = 200;
  const width = (Math.PI / 2 - from) / pieces;
  let sum = 0;
  for (let i = 0; i <= pieces; i++) {
    const weight = i === 0 || i === pieces ? 1 : i % 2 === 0 ? 2 : 4;
    sum += weight * Math.max(0, Math.cos(from + i * width)) ** (freedom - 1);
  }
  return (sum * width) / 3;
}
