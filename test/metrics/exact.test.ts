import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Enumeration, Environment } from '../../src/environment/environment.ts';
import { klDivergence, klPaper, totalVariation } from '../../src/metrics/distance.ts';
import { empiricalDistribution } from '../../src/metrics/empirical.ts';
import { exactTerminalDistribution, type PolicyLogits } from '../../src/metrics/exact.ts';
import { tabularPolicy, uniformPolicy } from '../../src/metrics/policies.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { tfbind8 } from '../../src/problems/tfbind8/environment.ts';
import { drawAllowed } from '../../src/random/draw-allowed.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { pairsEnvironment } from '../environment/pairs.ts';
import { HYPERGRID_CONSTANTS } from './constants.ts';

const randomLogits = (environment: Environment, seed: number, scale = 2): Float64Array => {
  const random = randomFrom(seed);
  const { stateCount } = environment.enumeration as Enumeration;
  return Float64Array.from({ length: stateCount * environment.actionCount }, () => scale * (2 * random() - 1));
};
const stopPolicy =
  (environment: Environment): PolicyLogits =>
  async (_states, count) =>
    Float64Array.from({ length: count * environment.actionCount }, (_, i) =>
      i % environment.actionCount === environment.actionCount - 1 ? 100 : -100,
    );

describe('the uniform policy', () => {
  for (const { difficulty, dimension, side, ...expected } of HYPERGRID_CONSTANTS) {
    test(`has its known figures on the ${difficulty} grid of dimension ${dimension} and side ${side}`, async () => {
      const environment = hypergrid({ dimension, side });
      const target = exactTarget(environment, hypergridReward({ dimension, side, difficulty }));
      const { probability, meanLength, elbo } = await exactTerminalDistribution(
        environment,
        uniformPolicy(environment),
        target,
      );
      // 9 decimals: both sides are float64 and differ by rounding alone, about 1e-13.
      expect(Math.exp(target.logPartition)).toBeCloseTo(expected.partition, 9);
      expect(target.logPartition).toBeCloseTo(expected.logPartition, 9);
      expect(target.expectedReward).toBeCloseTo(expected.expectedReward, 9);
      expect(totalVariation(target.probability, probability)).toBeCloseTo(expected.totalVariation, 9);
      expect(klDivergence(target.probability, probability)).toBeCloseTo(expected.kl, 9);
      // Below by about 1e-9 p / q summed over the cells, of which the far corner's q is a few 1e-6.
      const offset = expected.kl - klPaper(target.probability, probability);
      expect(offset).toBeGreaterThan(0);
      expect(offset).toBeLessThan(1e-4);
      expect(elbo - target.logPartition).toBeCloseTo(expected.elboGap, 9);
      expect(meanLength).toBeCloseTo(expected.meanLength, 9);
    });
  }

  test('makes all strings of tfbind8 alike', async () => {
    const environment = tfbind8();
    const { probability, meanLength } = await exactTerminalDistribution(environment, uniformPolicy(environment));
    // 1e-15: one rounding of 4^-8 for each of eight factors.
    expect(probability.every((q) => Math.abs(q - 4 ** -8) < 1e-15)).toBe(true);
    expect(meanLength).toBeCloseTo(8, 12);
  });
});

describe('the exact distribution', () => {
  test('sums to 1 for any policy, however extreme its logits, in chunks of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 2, max: 7 }),
        fc.constantFrom(1, 10, 1000),
        fc.integer({ min: 1, max: 400 }),
        fc.integer(),
        async (dimension, side, scale, chunk, seed) => {
          const environment = hypergrid({ dimension, side });
          const policy = tabularPolicy(environment, randomLogits(environment, seed, scale));
          const inChunks = await exactTerminalDistribution(environment, policy, { chunk });
          const atOnce = await exactTerminalDistribution(environment, policy);
          // 1e-12: at most 343 states with a few roundings of 1e-16 each.
          expect(Math.abs(inChunks.probability.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-12);
          expect(inChunks.probability.every((q) => q >= 0)).toBe(true);
          expect(inChunks).toEqual(atOnce);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('of a policy that always stops is the initial cell alone', async () => {
    const environment = hypergrid({ dimension: 2, side: 8 });
    const target = exactTarget(environment, hypergridReward({ dimension: 2, side: 8, difficulty: 'easy' }));
    const { probability, meanLength, elbo } = await exactTerminalDistribution(
      environment,
      stopPolicy(environment),
      target,
    );
    expect(probability[0]).toBeCloseTo(1, 12);
    expect(meanLength).toBeCloseTo(1, 12);
    expect(elbo).toBeCloseTo(Math.log(0.501), 12);
  });

  test('is met by 200,000 sampled trajectories on a grid of side 6', async () => {
    const environment = hypergrid({ dimension: 2, side: 6 });
    const table = randomLogits(environment, 11);
    const { probability, meanLength } = await exactTerminalDistribution(environment, tabularPolicy(environment, table));
    const count = 200_000;
    const random = randomFrom(12);
    const { indexOf } = environment.enumeration as Enumeration;
    const objects = new Int32Array(count * 3);
    const state = new Int32Array(3);
    const mask = new Int32Array(3);
    const weights = table.map(Math.exp);
    let steps = 0;
    for (let i = 0; i < count; i++) {
      environment.initial(state);
      while (!environment.isTerminal(state)) {
        environment.forwardMask(state, mask);
        const row = indexOf(state) * 3;
        environment.step(state, drawAllowed(mask, weights.subarray(row, row + 3), random));
        steps++;
      }
      objects.set(state, i * 3);
    }
    const sampled = empiricalDistribution(environment, objects);
    // 0.01 (an L1 distance of 0.02): with 36 cells an exact sampler is 0.0053 off in expectation, at most.
    expect(totalVariation(probability, sampled)).toBeLessThan(0.01);
    // The length of a trajectory has a standard deviation of at most 3; this is five standard errors.
    expect(Math.abs(steps / count - meanLength)).toBeLessThan((5 * 3) / Math.sqrt(count));
  });

  test('equals the sum over all trajectories, with its ELBO, where two actions lead to one state', async () => {
    const environment = pairsEnvironment();
    const table = randomLogits(environment, 3);
    const logReward = Float64Array.of(0.5, -1, 2, 0.25);
    const { probability, elbo, meanLength } = await exactTerminalDistribution(
      environment,
      tabularPolicy(environment, table),
      {
        logReward,
      },
    );
    const { indexOf, objectIndexOf } = environment.enumeration as Enumeration;
    const expected = new Float64Array(4);
    let expectedElbo = 0;
    for (let first = 0; first < 4; first++) {
      for (let second = 0; second < 4; second++) {
        const state = new Int32Array(3);
        environment.initial(state);
        let chance = 1;
        for (const action of [first, second]) {
          const row = table.subarray(indexOf(state) * 4, indexOf(state) * 4 + 4).map(Math.exp);
          chance *= row[action] / row.reduce((a, b) => a + b);
          environment.step(state, action);
        }
        const object = objectIndexOf(state);
        expected[object] += chance;
        // Two backward actions at each of the two steps.
        expectedElbo += chance * (logReward[object] - 2 * Math.log(2) - Math.log(chance));
      }
    }
    for (let i = 0; i < 4; i++) expect(probability[i]).toBeCloseTo(expected[i], 12);
    expect(elbo).toBeCloseTo(expectedElbo, 12);
    expect(meanLength).toBeCloseTo(2, 12);
  });

  test('has an ELBO below log Z by at least the divergence from the target', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const environment = hypergrid({ dimension: 2, side: 6 });
        const target = exactTarget(environment, hypergridReward({ dimension: 2, side: 6, difficulty: 'easy' }));
        const policy = tabularPolicy(environment, randomLogits(environment, seed));
        const { probability, elbo } = await exactTerminalDistribution(environment, policy, target);
        // KL over trajectories is at least KL over their ends (data processing).
        expect(target.logPartition - elbo).toBeGreaterThanOrEqual(
          klDivergence(probability, target.probability) - 1e-12,
        );
      }),
      { numRuns: 20 },
    );
  });

  test('asks for the logits of non-terminal states, in order, in chunks', async () => {
    const environment = hypergrid({ dimension: 2, side: 3 });
    const asked: string[][] = [];
    await exactTerminalDistribution(
      environment,
      async (states, count) => {
        expect(states.length).toBe(count * 3);
        asked.push(Array.from({ length: count }, (_, i) => environment.text(states.subarray(i * 3, i * 3 + 3))));
        return new Float32Array(count * 3);
      },
      { chunk: 4 },
    );
    expect(asked).toEqual([
      ['(0, 0)', '(0, 1)', '(0, 2)', '(1, 0)'],
      ['(1, 1)', '(1, 2)', '(2, 0)', '(2, 1)'],
      ['(2, 2)'],
    ]);
  });

  test('ignores logits of actions that are not allowed', async () => {
    const environment = hypergrid({ dimension: 2, side: 2 });
    const { enumeration } = environment;
    const table = randomLogits(environment, 4);
    const spoilt = table.slice();
    const mask = new Int32Array(3);
    const state = new Int32Array(3);
    for (let index = 0; index < 4; index++) {
      (enumeration as Enumeration).stateAt(index, state);
      environment.forwardMask(state, mask);
      for (let action = 0; action < 3; action++) if (mask[action] === 0) spoilt[index * 3 + action] = Number.NaN;
    }
    expect(spoilt).not.toEqual(table);
    const clean = await exactTerminalDistribution(environment, tabularPolicy(environment, table));
    expect(await exactTerminalDistribution(environment, tabularPolicy(environment, spoilt))).toEqual(clean);
  });
});

describe('refusals', () => {
  const environment = hypergrid({ dimension: 2, side: 3 });
  const numbers = environment.enumeration as Enumeration;
  const uniform = uniformPolicy(environment);

  test('an environment that cannot be enumerated, with its reason', async () => {
    const large = hypergrid({ dimension: 10, side: 20 });
    await expect(exactTerminalDistribution(large, uniformPolicy(large))).rejects.toThrow(
      /needs every state .* 20\^10 cells/,
    );
    expect(() => exactTarget(large, hypergridReward({ dimension: 10, side: 20, difficulty: 'easy' }))).toThrow('20^10');
    expect(() => tabularPolicy(large, new Float64Array(1))).toThrow('20^10');
    expect(() => empiricalDistribution(large, new Int32Array(11))).toThrow('20^10');
  });

  test('logits that are not finite, naming the action and the state', async () => {
    const table = new Float64Array(27);
    table[1 * 3 + 2] = Number.NaN;
    const policy = tabularPolicy(environment, table);
    await expect(exactTerminalDistribution(environment, policy)).rejects.toThrow(
      'action 2 at state (0, 1) of hypergrid is NaN',
    );
  });

  test('too few logits, log-rewards of another length, a chunk of nothing', async () => {
    await expect(exactTerminalDistribution(environment, async () => new Float64Array(3))).rejects.toThrow(
      'gave 3 logits for 9',
    );
    await expect(exactTerminalDistribution(environment, uniform, { logReward: new Float64Array(2) })).rejects.toThrow(
      '9 objects; 2',
    );
    await expect(exactTerminalDistribution(environment, uniform, { chunk: 0 })).rejects.toThrow('at least 1 state');
    expect(() => tabularPolicy(environment, new Float64Array(26))).toThrow('9 x 3 logits; 26');
  });

  test('numbers that are not topological, or do not hold all the mass', async () => {
    const backwards = {
      ...environment,
      enumeration: {
        ...numbers,
        indexOf: (state: Int32Array) => (numbers.indexOf(state) === 4 ? 0 : numbers.indexOf(state)),
      },
    };
    await expect(exactTerminalDistribution(backwards, uniform)).rejects.toThrow('not after its parent');
    const lossy = { ...environment, enumeration: { ...numbers, objectIndexOf: () => 99 } };
    await expect(exactTerminalDistribution(lossy, uniform)).rejects.toThrow('sums to 0, not 1');
    const stuck = { ...environment, forwardMask: (_: Int32Array, mask: Int32Array) => void mask.fill(0) };
    await expect(exactTerminalDistribution(stuck, uniform)).rejects.toThrow(
      'No action is allowed at the non-terminal state (0, 0)',
    );
  });

  test('a log-reward that is not finite, naming the object', () => {
    const reward = { name: 'nothing', logReward: () => Number.NEGATIVE_INFINITY };
    expect(() => exactTarget(environment, reward)).toThrow('(nothing) of (0, 0). in hypergrid is -Infinity');
  });
});
