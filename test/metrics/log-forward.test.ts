import { describe, expect, test } from 'vitest';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import { sampleBackwardTrajectories } from '../../src/metrics/backward-trajectories.ts';
import type { PolicyLogits } from '../../src/metrics/exact.ts';
import { backwardLogRatios, logForwardOfTrajectories } from '../../src/metrics/log-forward.ts';
import { tabularPolicy, uniformPolicy } from '../../src/metrics/policies.ts';
import { tabulate } from '../../src/metrics/tabulate.ts';
import { objectStates } from '../../src/metrics/target-samples.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { logChance, randomLogits } from './walks.ts';

const grid = hypergrid({ dimension: 2, side: 4 });
const { objectCount } = enumerationOf(grid, 'the test');
const objects = objectStates(
  grid,
  Int32Array.from({ length: objectCount }, (_, i) => i),
);

/** Writes down how many states are asked for at a time. */
function counting(policy: PolicyLogits): { policy: PolicyLogits; asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    policy: (states, count) => {
      expect(states.length).toBe(count * grid.stateSize);
      asked.push(count);
      return policy(states, count);
    },
  };
}

describe('the log-probability of trajectories', () => {
  test('of the uniform policy is that of its choices among the allowed actions', async () => {
    const line = hypergrid({ dimension: 1, side: 3 });
    const sampled = sampleBackwardTrajectories(line, Int32Array.of(0, 1, 1, 1, 2, 1), randomFrom(1));
    const logForward = await logForwardOfTrajectories(line, uniformPolicy(line), sampled);
    // At the end of the line stopping is the only action left.
    [-Math.log(2), -2 * Math.log(2), -2 * Math.log(2)].forEach((expected, n) => {
      expect(logForward[n]).toBeCloseTo(expected, 12);
    });
  });

  test('is the sum over their steps, for chunks of any size, each filled up', async () => {
    const table = randomLogits(grid, 2);
    const sampled = sampleBackwardTrajectories(grid, objects, randomFrom(3), 2);
    const { count, first, states, actions } = sampled;
    const expected = Array.from({ length: count }, (_, n) => {
      let sum = 0;
      for (let row = first[n]; row < first[n + 1]; row++) {
        sum += logChance(grid, table, states.slice(row * 3, row * 3 + 3), actions[row]);
      }
      return sum;
    });
    for (const chunk of [1, 7, 1000]) {
      const { policy, asked } = counting(tabularPolicy(grid, table));
      const logForward = await logForwardOfTrajectories(grid, policy, sampled, { chunk });
      // Float64 on both sides: at most seven steps with a few roundings each.
      for (let n = 0; n < count; n++) expect(logForward[n]).toBeCloseTo(expected[n], 12);
      expect(asked).toEqual(new Array(Math.ceil(actions.length / chunk)).fill(chunk));
    }
  });

  test('needs allowed actions, finite logits, and as many of them as there are actions', async () => {
    const stop = { count: 1, first: Int32Array.of(0, 1), logBackward: Float64Array.of(0) };
    const beyond = { ...stop, states: Int32Array.of(3, 0, 0), actions: Int32Array.of(0) };
    await expect(logForwardOfTrajectories(grid, uniformPolicy(grid), beyond)).rejects.toThrow(
      'Action 0 is not allowed at (3, 0) of hypergrid',
    );
    const here = { ...beyond, actions: Int32Array.of(2) };
    const broken: PolicyLogits = async (_, count) => new Float64Array(count * 3).fill(Number.NaN);
    await expect(logForwardOfTrajectories(grid, broken, here)).rejects.toThrow(
      'action 1 at state (3, 0) of hypergrid is',
    );
    const short: PolicyLogits = async () => new Float64Array(3);
    await expect(logForwardOfTrajectories(grid, short, here)).rejects.toThrow('gave 3 logits for 1024 states');
    await expect(logForwardOfTrajectories(grid, short, here, { chunk: 0 })).rejects.toThrow('at least 1 state, not 0');
  });
});

describe('log-ratios of backward trajectories', () => {
  test('are those of the trajectories, however many objects are taken together', async () => {
    const table = randomLogits(grid, 4);
    const policy = tabularPolicy(grid, table);
    // On a line one trajectory leads to each object, so that the ratio is its log-probability.
    const line = hypergrid({ dimension: 1, side: 40 });
    const lineTable = randomLogits(line, 5);
    const ends = objectStates(line, [39, 0, 20, 3, 39]);
    for (const chunk of [1, 16, 1024]) {
      const ratios = await backwardLogRatios(line, tabularPolicy(line, lineTable), ends, {
        chunk,
        trajectories: 2,
        random: randomFrom(6),
      });
      [39, 0, 20, 3, 39].forEach((cell, i) => {
        let expected = 0;
        for (let at = 0; at < cell; at++) expected += logChance(line, lineTable, Int32Array.of(at, 0), 0);
        expected += logChance(line, lineTable, Int32Array.of(cell, 0), 1);
        // Up to forty steps of log-probabilities around 1.
        expect(ratios[2 * i]).toBeCloseTo(expected, 10);
        expect(ratios[2 * i + 1]).toBe(ratios[2 * i]);
      });
    }
    await expect(backwardLogRatios(grid, policy, objects, { trajectories: 0, random: randomFrom(7) })).rejects.toThrow(
      'at least 1 trajectory, not 0',
    );
  });
});

describe('a table of logits', () => {
  test('answers as the policy does, which is asked for each state once', async () => {
    const table = randomLogits(grid, 8);
    const { policy, asked } = counting(tabularPolicy(grid, table));
    const tabulated = await tabulate(grid, policy, { chunk: 5 });
    expect(asked).toEqual([5, 5, 5, 1]);
    const some = Int32Array.of(3, 1, 0, 0, 2, 0);
    expect(await tabulated(some, 2)).toEqual(await tabularPolicy(grid, table)(some, 2));
    expect(asked.length).toBe(4);
  });

  test('is refused where there are too many states, or too few logits', async () => {
    const large = hypergrid({ dimension: 10, side: 20 });
    await expect(tabulate(large, uniformPolicy(large))).rejects.toThrow('20^10');
    await expect(tabulate(grid, async () => new Float64Array(3))).rejects.toThrow('gave 3 logits for 16');
    await expect(tabulate(grid, uniformPolicy(grid), { chunk: 0.5 })).rejects.toThrow('at least 1 state, not 0.5');
  });
});
