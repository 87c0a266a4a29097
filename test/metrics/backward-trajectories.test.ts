import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/environment/environment.ts';
import { type PackedTrajectories, sampleBackwardTrajectories } from '../../src/metrics/backward-trajectories.ts';
import { objectStates } from '../../src/metrics/target-samples.ts';
import { bitSequence } from '../../src/problems/bit-sequence/environment.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { pairsEnvironment } from '../environment/pairs.ts';

const rowOf = (values: Int32Array, row: number, size: number) => [...values.subarray(row * size, (row + 1) * size)];

/** How often each sequence of actions occurs. */
function actionCounts({ count, first, actions }: PackedTrajectories): Map<string, number> {
  const counts = new Map<string, number>();
  for (let n = 0; n < count; n++) {
    const key = actions.slice(first[n], first[n + 1]).join(' ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

describe('backward trajectories', () => {
  const environments: Environment[] = [
    hypergrid({ dimension: 3, side: 4 }),
    bitSequence({ length: 6, wordSize: 2 }),
    pairsEnvironment(),
  ];
  for (const environment of environments) {
    test(`lead from the initial state to their objects by allowed actions (${environment.name})`, () => {
      const { stateSize } = environment;
      const { objectCount } = environment.enumeration as { objectCount: number };
      const objects = objectStates(
        environment,
        Array.from({ length: objectCount }, (_, i) => i),
      );
      const sampled = sampleBackwardTrajectories(environment, objects, randomFrom(1), 2);
      expect(sampled.count).toBe(2 * objectCount);
      expect([sampled.first[0], sampled.first[sampled.count]]).toEqual([0, sampled.actions.length]);
      expect(sampled.states.length).toBe(sampled.actions.length * stateSize);
      const state = new Int32Array(stateSize);
      const mask = new Int32Array(environment.actionCount);
      const backwardMask = new Int32Array(environment.backwardActionCount);
      for (let n = 0; n < sampled.count; n++) {
        environment.initial(state);
        for (let row = sampled.first[n]; row < sampled.first[n + 1]; row++) {
          expect(rowOf(sampled.states, row, stateSize)).toEqual([...state]);
          environment.forwardMask(state, mask);
          expect(mask[sampled.actions[row]]).toBe(1);
          environment.step(state, sampled.actions[row]);
          environment.backwardMask(state, backwardMask);
          expect(sampled.logBackward[row]).toBe(-Math.log(backwardMask.reduce((sum, one) => sum + one, 0)));
        }
        expect([...state]).toEqual(rowOf(objects, Math.floor(n / 2), stateSize));
      }
    });
  }

  test('are as frequent as the uniform backward policy says', () => {
    const grid = hypergrid({ dimension: 2, side: 3 });
    const each = 6000;
    const counts = actionCounts(sampleBackwardTrajectories(grid, Int32Array.of(2, 1, 1), randomFrom(2), each));
    // To (2, 1): the last move was along axis 1 in half of them; the others come from (1, 1), half of which from (1, 0).
    const expected = { '0 0 1 2': 1 / 2, '0 1 0 2': 1 / 4, '1 0 0 2': 1 / 4 };
    expect([...counts.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [actions, share] of Object.entries(expected)) {
      // Four standard deviations of a binomial count.
      const deviation = Math.sqrt(each * share * (1 - share));
      expect(Math.abs((counts.get(actions) ?? 0) - each * share)).toBeLessThan(4 * deviation);
    }
  });

  test('keep two actions to one child apart', () => {
    const pairs = pairsEnvironment();
    const each = 4000;
    const counts = actionCounts(sampleBackwardTrajectories(pairs, Int32Array.of(0, 0, 2), randomFrom(3), each));
    // aa: either end first, and the first letter by either action.
    expect([...counts.keys()].sort()).toEqual(['0 0', '0 2', '2 0', '2 2']);
    for (const count of counts.values()) {
      expect(Math.abs(count - each / 4)).toBeLessThan(4 * Math.sqrt((each * 3) / 16));
    }
  });

  test('are the same for the same random numbers', () => {
    const grid = hypergrid({ dimension: 2, side: 5 });
    const objects = Int32Array.of(4, 4, 1, 3, 2, 1);
    const once = sampleBackwardTrajectories(grid, objects, randomFrom(4), 3);
    expect(sampleBackwardTrajectories(grid, objects, randomFrom(4), 3)).toEqual(once);
    expect(sampleBackwardTrajectories(grid, objects, randomFrom(5), 3)).not.toEqual(once);
  });
});

describe('refused', () => {
  const grid = hypergrid({ dimension: 2, side: 3 });
  const random = randomFrom(6);

  test('are rows that are not terminal, a part of a row, no rows, and no trajectories', () => {
    expect(() => sampleBackwardTrajectories(grid, Int32Array.of(1, 1, 0), random)).toThrow(
      '(1, 1) is not a terminal state of hypergrid',
    );
    expect(() => sampleBackwardTrajectories(grid, Int32Array.of(1, 1), random)).toThrow(
      'make a whole number of state rows',
    );
    expect(() => sampleBackwardTrajectories(grid, new Int32Array(0), random)).toThrow('or none at all');
    expect(() => sampleBackwardTrajectories(grid, Int32Array.of(1, 1, 1), random, 0)).toThrow('at least 1 trajectory');
  });

  test('are environments whose walks back get stuck or do not end', () => {
    const stuck = { ...grid, backwardMask: (_: Int32Array, mask: Int32Array) => void mask.fill(0) };
    expect(() => sampleBackwardTrajectories(stuck, Int32Array.of(1, 1, 1), random)).toThrow(
      'No backward action is allowed at (1, 1). of hypergrid',
    );
    const endless = { ...grid, backwardStep: () => {} };
    expect(() => sampleBackwardTrajectories(endless, Int32Array.of(1, 1, 1), random)).toThrow(
      'A walk back by 5 actions, the most that hypergrid allows, is still at (1, 1).',
    );
  });
});
