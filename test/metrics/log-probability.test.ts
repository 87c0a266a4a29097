import { describe, expect, test } from 'vitest';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import { rewardCorrelation } from '../../src/metrics/correlation.ts';
import { exactTerminalDistribution } from '../../src/metrics/exact.ts';
import { exactFlows } from '../../src/metrics/flows.ts';
import { estimateLogProbability } from '../../src/metrics/log-probability.ts';
import { tabularPolicy, uniformPolicy } from '../../src/metrics/policies.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { objectStates } from '../../src/metrics/target-samples.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { tfbind8 } from '../../src/problems/tfbind8/environment.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { pairsEnvironment } from '../environment/pairs.ts';
import { everyTrajectory, randomLogits } from './walks.ts';

const allObjects = (environment: Parameters<typeof objectStates>[0]): Int32Array => {
  const { objectCount } = enumerationOf(environment, 'the test');
  return objectStates(
    environment,
    Int32Array.from({ length: objectCount }, (_, i) => i),
  );
};

describe('log p(x) estimated through the backward policy', () => {
  test('is within three standard errors of the exact one, which are of the right size', async () => {
    const environment = hypergrid({ dimension: 2, side: 5 });
    const scores: number[] = [];
    for (const seed of [1, 2, 3, 4]) {
      const policy = tabularPolicy(environment, randomLogits(environment, seed, 1));
      const { probability } = await exactTerminalDistribution(environment, policy);
      const options = { random: randomFrom(seed + 20), trajectories: 600 };
      const { logProbability, standardError } = await estimateLogProbability(
        environment,
        policy,
        allObjects(environment),
        options,
      );
      probability.forEach((p, object) => {
        const difference = logProbability[object] - Math.log(p);
        // One trajectory leads to a cell of an edge: rounding of at most five steps, and no error.
        if (object < 5 || object % 5 === 0) expect(Math.abs(difference)).toBeLessThan(1e-12);
        else scores.push(difference / standardError[object]);
      });
    }
    expect(scores.length).toBe(64);
    // One of 64 normal numbers is beyond 3 by chance once in six times; more than one, once in seventy.
    expect(scores.filter((score) => Math.abs(score) > 3).length).toBeLessThanOrEqual(1);
    // Their squares average to 1 with a standard deviation of sqrt(2 / 64) = 0.18, of which three are allowed.
    const square = scores.reduce((sum, score) => sum + score ** 2, 0) / scores.length;
    expect(Math.abs(square - 1)).toBeLessThan(0.54);
  });

  test('is exact from a single trajectory where only one leads to an object', async () => {
    const environment = tfbind8();
    const objects = objectStates(environment, [0, 27, 65_535]);
    const { logProbability, standardError } = await estimateLogProbability(
      environment,
      uniformPolicy(environment),
      objects,
      { random: randomFrom(5) },
    );
    for (const value of logProbability) expect(value).toBeCloseTo(-8 * Math.log(4), 12);
    expect([...standardError]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test('averages the ratios over all trajectories of an object, two actions to one child among them', async () => {
    const environment = pairsEnvironment();
    const table = randomLogits(environment, 6);
    // With every trajectory of "aa" as likely, the mean of their ratios is what many samples come to.
    const walks = everyTrajectory(environment, table).filter(({ object }) => object === 0);
    const expected = walks.reduce((sum, { logForward }) => sum + Math.exp(logForward), 0);
    const { logProbability, standardError } = await estimateLogProbability(
      environment,
      tabularPolicy(environment, table),
      objectStates(environment, [0]),
      { random: randomFrom(7), trajectories: 2000 },
    );
    expect(Math.abs(logProbability[0] - Math.log(expected))).toBeLessThan(3 * standardError[0]);
    expect(standardError[0]).toBeLessThan(0.05);
  });

  test('stays finite where probabilities are below the smallest float64', async () => {
    const environment = hypergrid({ dimension: 1, side: 3 });
    // At the first two cells going on has a chance of exp(-1000) each.
    const table = Float64Array.of(0, 1000, 0, 1000, 0, 0);
    const { logProbability } = await estimateLogProbability(
      environment,
      tabularPolicy(environment, table),
      objectStates(environment, [2]),
      { random: randomFrom(8), trajectories: 3 },
    );
    expect(logProbability[0]).toBeCloseTo(-2000, 9);
  });

  test('follows the rewards perfectly for the perfect policy, with any number of trajectories', async () => {
    const environment = hypergrid({ dimension: 3, side: 3 });
    const random = randomFrom(9);
    const target = exactTarget(environment, { name: 'random', logReward: () => 4 * random() });
    const { logPolicy } = exactFlows(environment, target.logReward);
    const { logProbability } = await estimateLogProbability(
      environment,
      tabularPolicy(environment, logPolicy),
      allObjects(environment),
      { random },
    );
    const { pearson, spearman } = rewardCorrelation(target.logReward, logProbability);
    expect(pearson).toBeCloseTo(1, 10);
    expect(spearman).toBeCloseTo(1, 10);
    logProbability.forEach((value, object) => {
      expect(value).toBeCloseTo(target.logReward[object] - target.logPartition, 10);
    });
  });
});
