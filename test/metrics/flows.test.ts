import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/environment/environment.ts';
import { totalVariation } from '../../src/metrics/distance.ts';
import { exactTerminalDistribution } from '../../src/metrics/exact.ts';
import { exactFlows } from '../../src/metrics/flows.ts';
import { tabularPolicy } from '../../src/metrics/policies.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { logSumExp } from '../../src/numeric/log-sum-exp.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { pairsEnvironment } from '../environment/pairs.ts';

describe('the perfect solution', () => {
  test('samples objects in proportion to their rewards, with an ELBO of log Z and a flow of Z from the start', async () => {
    const environments: Environment[] = [
      pairsEnvironment(),
      hypergrid({ dimension: 1, side: 9 }),
      hypergrid({ dimension: 2, side: 5 }),
      hypergrid({ dimension: 3, side: 3 }),
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...environments), fc.integer(), async (environment, seed) => {
        const random = randomFrom(seed);
        // Rewards over four orders of magnitude.
        const reward = { name: 'random', logReward: () => 10 * random() - 5 };
        const target = exactTarget(environment, reward);
        const { logFlow, logPolicy } = exactFlows(environment, target.logReward);
        const { probability, elbo } = await exactTerminalDistribution(
          environment,
          tabularPolicy(environment, logPolicy),
          target,
        );
        // Float64 throughout; at most 27 states with a few roundings each.
        expect(totalVariation(target.probability, probability)).toBeLessThan(1e-12);
        expect(elbo).toBeCloseTo(target.logPartition, 10);
        expect(logFlow[0]).toBeCloseTo(target.logPartition, 10);
      }),
      { numRuns: 40 },
    );
  });

  test('has trajectories as long as the target asks for', async () => {
    const size = { dimension: 2, side: 8 };
    const environment = hypergrid(size);
    const target = exactTarget(environment, hypergridReward({ ...size, difficulty: 'easy' }));
    const { logPolicy } = exactFlows(environment, target.logReward);
    const { meanLength } = await exactTerminalDistribution(environment, tabularPolicy(environment, logPolicy));
    // Every trajectory to a cell has as many moves as its coordinates sum to, and the stop.
    const expected = target.probability.reduce((sum, p, cell) => sum + p * ((cell >> 3) + (cell & 7) + 1), 0);
    expect(meanLength).toBeCloseTo(expected, 10);
  });

  test('needs as many log-rewards as there are objects', () => {
    expect(() => exactFlows(pairsEnvironment(), new Float64Array(3))).toThrow('4 objects; 3 log-rewards');
  });
});

describe('the target', () => {
  test('has the partition function, the distribution and the expected reward of its rewards', () => {
    const rewards = [1, 2, 3, 4];
    const { enumeration } = pairsEnvironment();
    if ('reason' in enumeration) throw new Error(enumeration.reason);
    const reward = {
      name: 'four',
      logReward: (state: Int32Array) => Math.log(rewards[enumeration.objectIndexOf(state)]),
    };
    const target = exactTarget(pairsEnvironment(), reward);
    expect(target.logPartition).toBeCloseTo(Math.log(10), 12);
    expect(target.expectedReward).toBeCloseTo(3, 12);
    [0.1, 0.2, 0.3, 0.4].forEach((p, i) => {
      expect(target.probability[i]).toBeCloseTo(p, 12);
    });
  });

  test('is finite for rewards that no float64 can hold', () => {
    const target = exactTarget(pairsEnvironment(), { name: 'huge', logReward: (state) => 1000 + state[0] });
    expect(target.logPartition).toBeCloseTo(1000 + Math.log(2 + 2 * Math.E), 9);
    expect(target.probability.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  test('sums exponentials of nothing, and of numbers far apart', () => {
    expect(logSumExp(new Float64Array(0))).toBe(Number.NEGATIVE_INFINITY);
    expect(logSumExp(Float64Array.of(-2000, -2000))).toBeCloseTo(-2000 + Math.log(2), 9);
    expect(logSumExp(Float64Array.of(0, -5000))).toBe(0);
  });
});
