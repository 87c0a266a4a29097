import { exp, log } from '../numeric/elementary.ts';
import { logSumExp } from '../numeric/log-sum-exp.ts';

/** Rewards are in the reward's own units: R, not log R. */
export interface MeanReward {
  readonly meanReward: number;
  /** |mean reward - E_p[R]|. */
  readonly absoluteDifference: number;
  /** |mean reward - E_p[R]| / E_p[R]: 0 for a perfect sampler in the limit of infinitely many samples. */
  readonly relativeDifference: number;
}

/**
 * Compares the mean reward of sampled objects with a perfect sampler's, E_p[R] = sum R^2 / sum R: the `rd` of the
 * Ent-PPO paper's code (arXiv 2606.15793), which uses the most recent objects (see `recentValues`). A sampler that
 * prefers large rewards too much can exceed it, so neither more nor less is better.
 *
 * @param logRewards log R of the objects.
 * @param expectedReward E_p[R] (see `exactTarget`).
 * @throws Error without objects, or if E_p[R] is not positive and finite.
 */
export function meanRewardAgainst(logRewards: ArrayLike<number>, expectedReward: number): MeanReward {
  if (!(expectedReward > 0 && expectedReward < Number.POSITIVE_INFINITY)) {
    throw new Error(`The expected reward is a positive finite number, not ${expectedReward}.`);
  }
  const mean = meanReward(logRewards);
  const absoluteDifference = Math.abs(mean - expectedReward);
  return { meanReward: mean, absoluteDifference, relativeDifference: absoluteDifference / expectedReward };
}

/** The mean of R over objects, given as log R. @throws Error without objects. */
export function meanReward(logRewards: ArrayLike<number>): number {
  if (logRewards.length === 0) throw new Error('The mean reward needs at least one object.');
  return exp(logSumExp(Float64Array.from(logRewards)) - log(logRewards.length));
}
