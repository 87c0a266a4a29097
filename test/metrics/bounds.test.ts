import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Environment, Problem } from '../../src/environment/environment.ts';
import { elboEstimate, euboEstimate } from '../../src/metrics/bounds.ts';
import { estimateOf } from '../../src/metrics/estimate.ts';
import { exactTerminalDistribution } from '../../src/metrics/exact.ts';
import { exactEubo } from '../../src/metrics/exact-eubo.ts';
import { exactFlows } from '../../src/metrics/flows.ts';
import { tabularPolicy, uniformPolicy } from '../../src/metrics/policies.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { sampleObjectNumbers, sampleTarget } from '../../src/metrics/target-samples.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { pairsProblem } from '../rollout/problems.ts';
import { cases, forwardWalk, randomLogits } from './walks.ts';

const size = { dimension: 2, side: 5 };
const gridProblem: Problem = { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty: 'easy' }) };

describe('an expectation estimated from draws', () => {
  test('is their mean, with its standard error', () => {
    const { mean, standardError, count } = estimateOf([1, 2, 3, 6]);
    expect(mean).toBeCloseTo(3, 12);
    // Squares of deviations: 4 + 1 + 0 + 9 = 14.
    expect(standardError).toBeCloseTo(Math.sqrt(14 / 3 / 4), 12);
    expect(count).toBe(4);
  });

  test('has no error known from one draw, and needs one at least', () => {
    expect(estimateOf([5])).toEqual({ mean: 5, standardError: Number.NaN, count: 1 });
    expect(() => estimateOf([])).toThrow('without draws');
  });
});

describe('the ELBO of sampled trajectories', () => {
  test('is the mean of log R - log P_F + log P_B', () => {
    const { mean, standardError } = elboEstimate([1, 2, 3], [-1, 0, -2]);
    expect(mean).toBeCloseTo((2 + 2 + 5) / 3, 12);
    expect(standardError).toBeCloseTo(1, 12);
    expect(() => elboEstimate([1, 2], [1])).toThrow('2 log-rewards do not belong to 1 trajectories');
  });

  test('is the exact one within its standard error', async () => {
    const { environment } = gridProblem;
    const target = exactTarget(environment, gridProblem.reward);
    const table = randomLogits(environment, 1);
    const random = randomFrom(2);
    const walks = Array.from({ length: 4000 }, () => forwardWalk(environment, table, random));
    const { mean, standardError } = elboEstimate(
      walks.map(({ object }) => target.logReward[object]),
      walks.map(({ logForward, logBackward }) => logForward - logBackward),
    );
    const { elbo } = await exactTerminalDistribution(environment, tabularPolicy(environment, table), target);
    // Three standard errors, and an error small enough for that to say something.
    expect(Math.abs(mean - elbo)).toBeLessThan(3 * standardError);
    expect(standardError).toBeLessThan(0.1);
  });
});

describe('the EUBO of sampled objects', () => {
  test('equals the value worked out by hand for two cells', async () => {
    const line = hypergrid({ dimension: 1, side: 2 });
    const reward = { name: 'one and three', logReward: (state: Int32Array) => Math.log(1 + 2 * state[0]) };
    const objects = Int32Array.of(0, 1, 1, 1, 1, 1, 1, 1);
    const estimate = await euboEstimate({ environment: line, reward }, uniformPolicy(line), objects, {
      random: randomFrom(1),
    });
    // log R + log 2 for each; three of the four cells have R = 3.
    expect(estimate.mean).toBeCloseTo(0.75 * Math.log(3) + Math.log(2), 12);
    expect(estimate.standardError).toBeCloseTo((Math.log(3) * Math.sqrt(0.75 / 3)) / 2, 12);
  });

  test('is the exact one within its standard error, whatever the policy', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(gridProblem, pairsProblem()), fc.nat(), async (problem, seed) => {
        const { environment } = problem;
        const target = exactTarget(environment, problem.reward);
        const policy = tabularPolicy(environment, randomLogits(environment, seed));
        const random = randomFrom(seed + 1);
        const objects = sampleTarget(environment, target.probability, 1000, random);
        const { mean, standardError } = await euboEstimate(problem, policy, objects, { random, trajectories: 2 });
        const exact = await exactEubo(environment, policy, target);
        // Three and a half standard errors: of the ten policies of this seed one would be outside with a chance of 0.5 %.
        expect(Math.abs(mean - exact)).toBeLessThan(3.5 * standardError);
        expect(standardError).toBeLessThan(0.2);
      }),
      cases(10),
    );
  });

  test('has the error of the objects, not of the trajectories that share them', async () => {
    const { environment } = gridProblem;
    const target = exactTarget(environment, gridProblem.reward);
    const policy = tabularPolicy(environment, randomLogits(environment, 3));
    const objects = sampleTarget(environment, target.probability, 16, randomFrom(4));
    const estimate = (trajectories: number) =>
      euboEstimate(gridProblem, policy, objects, { random: randomFrom(5), trajectories });
    const [few, many] = [await estimate(1), await estimate(400)];
    expect(few.count).toBe(16);
    expect(many.count).toBe(16);
    // Trajectories of one object average out, the choice of 16 objects stays: far above 1/20 of the error.
    expect(many.standardError).toBeGreaterThan(few.standardError / 5);
  });
});

test('both estimates are log Z without variance for the perfect policy', async () => {
  const perfect = async ({ environment, reward }: Problem): Promise<void> => {
    const target = exactTarget(environment, reward);
    const { logPolicy } = exactFlows(environment, target.logReward);
    const random = randomFrom(6);
    const walks = Array.from({ length: 50 }, () => forwardWalk(environment, logPolicy, random));
    const elbo = elboEstimate(
      walks.map(({ object }) => target.logReward[object]),
      walks.map(({ logForward, logBackward }) => logForward - logBackward),
    );
    const objects = sampleTarget(environment, target.probability, 50, random);
    const eubo = await euboEstimate({ environment, reward }, tabularPolicy(environment, logPolicy), objects, {
      random,
    });
    for (const { mean, standardError } of [elbo, eubo]) {
      // Every trajectory is log Z on its own, up to rounding of about ten terms.
      expect(mean).toBeCloseTo(target.logPartition, 10);
      expect(standardError).toBeLessThan(1e-12);
    }
  };
  await perfect(gridProblem);
  await perfect(pairsProblem());
});

describe('objects drawn from the target', () => {
  test('are as frequent as it says, and never those of probability 0', () => {
    const probability = Float64Array.of(0, 0.5, 0, 0.125, 0.375, 0);
    const count = 8000;
    const counts = new Int32Array(6);
    for (const object of sampleObjectNumbers(probability, count, randomFrom(7))) counts[object]++;
    probability.forEach((p, object) => {
      // Four standard deviations of a binomial count; none at all for probability 0.
      expect(Math.abs(counts[object] - count * p)).toBeLessThanOrEqual(4 * Math.sqrt(count * p * (1 - p)));
    });
  });

  test('are the ends of the cumulative sums at the ends of the random numbers', () => {
    const probability = Float64Array.of(0, 0.25, 0.75, 0);
    const draw = (value: number) => sampleObjectNumbers(probability, 1, () => value)[0];
    expect([0, 0.2499, 0.25, 1 - 2 ** -32].map(draw)).toEqual([1, 1, 2, 2]);
  });

  test('are terminal state rows', () => {
    const { environment } = gridProblem;
    const probability = new Float64Array(25);
    probability[13] = 1;
    expect([...sampleTarget(environment, probability, 2, randomFrom(8))]).toEqual([2, 3, 1, 2, 3, 1]);
  });

  test('need probabilities, for every object', () => {
    const random = randomFrom(9);
    expect(() => sampleObjectNumbers(Float64Array.of(0, 0), 1, random)).toThrow('every object has probability 0');
    expect(() => sampleObjectNumbers(Float64Array.of(2, -1), 1, random)).toThrow('Object 1 has the probability -1');
    const { environment } = gridProblem as { environment: Environment };
    expect(() => sampleTarget(environment, Float64Array.of(1), 1, random)).toThrow('25 objects; 1 probabilities');
    const large = hypergrid({ dimension: 10, side: 20 });
    expect(() => sampleTarget(large, Float64Array.of(1), 1, random)).toThrow('20^10');
  });
});
