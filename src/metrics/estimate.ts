import { square } from '../numeric/elementary.ts';

/** An expectation, estimated from independent draws. */
export interface Estimate {
  readonly mean: number;
  /** The standard deviation of the mean: that of a draw (with n - 1) divided by sqrt(n). NaN for a single draw. */
  readonly standardError: number;
  /** The number of draws, n. */
  readonly count: number;
}

/** The mean of independent draws with its standard error. @throws Error without draws. */
export function estimateOf(draws: ArrayLike<number>): Estimate {
  const count = draws.length;
  if (count === 0) throw new Error('An expectation cannot be estimated without draws.');
  let mean = 0;
  for (let i = 0; i < count; i++) mean += draws[i] / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += square(draws[i] - mean);
  return { mean, standardError: Math.sqrt(squares / (count - 1) / count), count };
}
