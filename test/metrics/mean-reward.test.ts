import { describe, expect, test } from 'vitest';
import { meanReward, meanRewardAgainst } from '../../src/metrics/mean-reward.ts';
import { recentValues } from '../../src/metrics/recent-values.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { sampleObjectNumbers } from '../../src/metrics/target-samples.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { randomFrom } from '../../src/random/random-from.ts';

describe('the mean reward', () => {
  test('is that of R, compared with what is expected', () => {
    const { meanReward: mean, absoluteDifference, relativeDifference } = meanRewardAgainst([0, Math.log(5)], 4);
    expect(mean).toBeCloseTo(3, 12);
    expect(absoluteDifference).toBeCloseTo(1, 12);
    expect(relativeDifference).toBeCloseTo(0.25, 12);
    expect(meanRewardAgainst([Math.log(6)], 4).relativeDifference).toBeCloseTo(0.5, 12);
  });

  test('of objects drawn from the target comes to its exact expectation', () => {
    const size = { dimension: 2, side: 8 };
    const target = exactTarget(hypergrid(size), hypergridReward({ ...size, difficulty: 'easy' }));
    const window = recentValues(20_000);
    const drawn = sampleObjectNumbers(target.probability, 30_000, randomFrom(1));
    for (const object of drawn) window.push(target.logReward[object]);
    const { absoluteDifference, relativeDifference } = meanRewardAgainst(window.values(), target.expectedReward);
    // Rewards are below 2.501, so that their standard deviation is at most half of that; four standard errors.
    expect(absoluteDifference).toBeLessThan((4 * 1.2505) / Math.sqrt(20_000));
    expect(relativeDifference).toBeCloseTo(absoluteDifference / 1.7450239043824702, 10);
  });

  test('is 0 of rewards too small for a float64, and needs rewards and a positive expectation', () => {
    expect(meanReward([-2000, Number.NEGATIVE_INFINITY])).toBe(0);
    expect(() => meanReward([])).toThrow('at least one object');
    expect(() => meanRewardAgainst([], 1)).toThrow('at least one object');
    for (const expected of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => meanRewardAgainst([0], expected)).toThrow(`not ${expected}`);
    }
  });
});
