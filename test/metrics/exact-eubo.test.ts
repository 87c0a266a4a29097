import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import type { Environment } from '../../src/environment/environment.ts';
import { exactTerminalDistribution } from '../../src/metrics/exact.ts';
import { exactEubo } from '../../src/metrics/exact-eubo.ts';
import { exactFlows } from '../../src/metrics/flows.ts';
import { tabularPolicy, uniformPolicy } from '../../src/metrics/policies.ts';
import { type ExactTarget, exactTarget } from '../../src/metrics/target.ts';
import { bitSequence } from '../../src/problems/bit-sequence/environment.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { pairsEnvironment } from '../environment/pairs.ts';
import { cases, everyTrajectory, logChance, randomLogits } from './walks.ts';

const environments: Environment[] = [
  pairsEnvironment(),
  hypergrid({ dimension: 1, side: 6 }),
  hypergrid({ dimension: 2, side: 3 }),
  hypergrid({ dimension: 3, side: 2 }),
  bitSequence({ length: 3, wordSize: 1 }),
];
const anyEnvironment = fc.constantFrom(...environments);

/** Rewards over four orders of magnitude. */
function randomTarget(environment: Environment, seed: number): ExactTarget {
  const random = randomFrom(seed);
  return exactTarget(environment, { name: 'random', logReward: () => 10 * random() - 5 });
}

describe('the exact EUBO', () => {
  test('equals the value worked out by hand for two cells', async () => {
    const line = hypergrid({ dimension: 1, side: 2 });
    const target = { probability: Float64Array.of(0.25, 0.75), logReward: Float64Array.of(0, Math.log(3)) };
    // Rewards 1 and 3; the policy stops with 1/2, P_B is 1: 1/4 (log 1 - log 1/2) + 3/4 (log 3 - log 1/2).
    expect(await exactEubo(line, uniformPolicy(line), target)).toBeCloseTo(0.75 * Math.log(3) + Math.log(2), 12);
  });

  test('equals the value worked out by hand for strings of two letters built from either end', async () => {
    const pairs = pairsEnvironment();
    const target = exactTarget(pairs, { name: 'one', logReward: () => 0 });
    // Two steps of four actions and two backward actions each: log P_B - log P_F = 2 (log 4 - log 2).
    expect(await exactEubo(pairs, uniformPolicy(pairs), target)).toBeCloseTo(2 * Math.log(2), 12);
  });

  test('equals the sum over all trajectories, on the 3x3 grid and where two actions lead to one child', async () => {
    await fc.assert(
      fc.asyncProperty(anyEnvironment, fc.nat(), async (environment, seed) => {
        const target = randomTarget(environment, seed);
        const table = randomLogits(environment, seed + 1);
        const expected = everyTrajectory(environment, table).reduce((sum, { object, logForward, logBackward }) => {
          const chance = target.probability[object] * Math.exp(logBackward);
          return sum + chance * (target.logReward[object] + logBackward - logForward);
        }, 0);
        const eubo = await exactEubo(environment, tabularPolicy(environment, table), target, {
          chunk: 1 + (seed % 11),
        });
        // Float64 on both sides; at most a few dozen trajectories with terms around 10.
        expect(eubo).toBeCloseTo(expected, 10);
      }),
      cases(40),
    );
  });

  test('exceeds log Z by the divergence from the perfect policy at the states of the backward process', async () => {
    await fc.assert(
      fc.asyncProperty(anyEnvironment, fc.nat(), async (environment, seed) => {
        const target = randomTarget(environment, seed);
        const table = randomLogits(environment, seed + 1);
        const { logFlow, logPolicy } = exactFlows(environment, target.logReward);
        const { stateCount, stateAt } = enumerationOf(environment, 'the test');
        const { actionCount, stateSize } = environment;
        const state = new Int32Array(stateSize);
        const mask = new Int32Array(actionCount);
        let divergence = 0;
        for (let index = 0; index < stateCount; index++) {
          stateAt(index, state);
          environment.forwardMask(state, mask);
          for (let action = 0; action < actionCount; action++) {
            if (mask[action] === 0) continue;
            const perfect = logPolicy[index * actionCount + action];
            divergence +=
              Math.exp(logFlow[index] - target.logPartition + perfect) *
              (perfect - logChance(environment, table, state, action));
          }
        }
        const eubo = await exactEubo(environment, tabularPolicy(environment, table), target);
        expect(eubo - target.logPartition).toBeCloseTo(divergence, 10);
      }),
      cases(40),
    );
  });

  test('is above log Z as the ELBO is below it, and both equal it for the perfect policy', async () => {
    await fc.assert(
      fc.asyncProperty(anyEnvironment, fc.nat(), fc.constantFrom(0.1, 3, 30), async (environment, seed, scale) => {
        const target = randomTarget(environment, seed);
        const bounds = async (table: Float64Array) => {
          const policy = tabularPolicy(environment, table);
          const { elbo } = await exactTerminalDistribution(environment, policy, target);
          return [elbo, await exactEubo(environment, policy, target)];
        };
        const [elbo, eubo] = await bounds(randomLogits(environment, seed + 1, scale));
        // Random policies are far from perfect: the gaps are many orders of magnitude above rounding.
        expect(elbo).toBeLessThan(target.logPartition);
        expect(eubo).toBeGreaterThan(target.logPartition);
        const { logPolicy } = exactFlows(environment, target.logReward);
        for (const bound of await bounds(logPolicy)) expect(bound).toBeCloseTo(target.logPartition, 10);
      }),
      cases(40),
    );
  });

  test('asks for the chunks that the exact distribution asks for, the last one first', async () => {
    const grid = hypergrid({ dimension: 2, side: 3 });
    const asked = (log: string[]) => (states: Int32Array, count: number) => {
      log.push([...states].join(' '));
      return uniformPolicy(grid)(states, count);
    };
    const [forwards, backwards]: string[][] = [[], []];
    await exactTerminalDistribution(grid, asked(forwards), { chunk: 4 });
    await exactEubo(grid, asked(backwards), randomTarget(grid, 1), { chunk: 4 });
    expect(forwards.length).toBe(3);
    expect(backwards).toEqual(forwards.reverse());
  });
});

describe('refused', () => {
  const grid = hypergrid({ dimension: 2, side: 3 });
  const uniform = uniformPolicy(grid);
  const target = randomTarget(grid, 2);

  test('are environments that cannot be enumerated, other targets, and chunks of nothing', async () => {
    const large = hypergrid({ dimension: 10, side: 20 });
    await expect(exactEubo(large, uniformPolicy(large), target)).rejects.toThrow('20^10');
    const other = randomTarget(hypergrid({ dimension: 2, side: 2 }), 3);
    await expect(exactEubo(grid, uniform, other)).rejects.toThrow('9 objects; the target has 4');
    await expect(exactEubo(grid, uniform, target, { chunk: 0 })).rejects.toThrow('at least 1 state, not 0');
  });

  test('are logits that are missing or not finite', async () => {
    await expect(exactEubo(grid, async () => new Float64Array(3), target)).rejects.toThrow('gave 3 logits for 9');
    const table = new Float64Array(27);
    table[1 * 3 + 2] = Number.POSITIVE_INFINITY;
    await expect(exactEubo(grid, tabularPolicy(grid, table), target)).rejects.toThrow(
      'action 2 at state (0, 1) of hypergrid is Infinity',
    );
  });

  test('are numbers that are not topological, dead ends, and masks that do not belong together', async () => {
    const numbers = enumerationOf(grid, 'the test');
    const indexOf = (state: Int32Array) => (numbers.indexOf(state) === 4 ? 0 : numbers.indexOf(state));
    const backwards = { ...grid, enumeration: { ...numbers, indexOf } };
    await expect(exactEubo(backwards, uniform, target)).rejects.toThrow('not after its parent');
    const stuck = { ...grid, forwardMask: (_: Int32Array, mask: Int32Array) => void mask.fill(0) };
    await expect(exactEubo(stuck, uniform, target)).rejects.toThrow('No action is allowed at the non-terminal state');
    const odd = { ...grid, backwardMask: (_: Int32Array, mask: Int32Array) => void mask.fill(1) };
    await expect(exactEubo(odd, uniform, target)).rejects.toThrow('not 1: the target is no distribution, or actions');
  });
});
