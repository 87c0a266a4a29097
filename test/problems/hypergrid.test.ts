import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Enumeration, Environment } from '../../src/environment/environment.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';

const read = (environment: Environment, text: string): Int32Array => {
  const state = new Int32Array(environment.stateSize);
  environment.parse?.(text, state);
  return state;
};
const mask = (environment: Environment, text: string, kind: 'forwardMask' | 'backwardMask'): number[] => {
  const values = new Int32Array(kind === 'forwardMask' ? environment.actionCount : environment.backwardActionCount);
  environment[kind](read(environment, text), values);
  return [...values];
};
const rewardAt = (
  size: { dimension: number; side: number },
  text: string,
  difficulty: 'easy' | 'hard' = 'easy',
): number => Math.exp(hypergridReward({ ...size, difficulty }).logReward(read(hypergrid(size), text)));

describe('the walk', () => {
  const environment = hypergrid({ dimension: 3, side: 8 });

  test('moves along an axis up to its last cell, and stops anywhere', () => {
    expect(mask(environment, '(3, 0, 7)', 'forwardMask')).toEqual([1, 1, 0, 1]);
    expect(mask(environment, '(7, 7, 7)', 'forwardMask')).toEqual([0, 0, 0, 1]);
    expect(mask(environment, '(3, 0, 7).', 'forwardMask')).toEqual([0, 0, 0, 0]);
  });

  test('is undone along any axis it moved on; a stop is undone only by backward action 0', () => {
    expect(mask(environment, '(3, 0, 7)', 'backwardMask')).toEqual([1, 0, 1]);
    expect(mask(environment, '(0, 0, 0)', 'backwardMask')).toEqual([0, 0, 0]);
    expect(mask(environment, '(0, 0, 0).', 'backwardMask')).toEqual([1, 0, 0]);
  });

  test('sees one block of inputs for each axis, and not whether it stopped', () => {
    if (environment.observation.kind !== 'tokens') throw new Error('A hypergrid is seen as tokens.');
    const tokens = new Int32Array(3);
    environment.observation.encode(read(environment, '(3, 0, 7)'), tokens);
    expect([...tokens]).toEqual([3, 8, 23]);
    environment.observation.encode(read(environment, '(3, 0, 7).'), tokens);
    expect([...tokens]).toEqual([3, 8, 23]);
  });

  test("has the sizes of the paper's grid of dimension 4 and side 20", () => {
    const { actionCount, maxSteps, horizon, observation, enumeration } = hypergrid({ dimension: 4, side: 20 });
    expect({ actionCount, maxSteps, horizon, width: observation.width }).toEqual({
      actionCount: 5,
      maxSteps: 77,
      horizon: 80,
      width: 80,
    });
    expect((enumeration as Enumeration).stateCount).toBe(160_000);
  });
});

describe('text', () => {
  test('is read back with any spacing', () => {
    expect([...read(hypergrid({ dimension: 3, side: 8 }), ' (3,0 , 7) . ')]).toEqual([3, 0, 7, 1]);
    expect([...read(hypergrid({ dimension: 1, side: 8 }), '(3)')]).toEqual([3, 0]);
  });

  test('of another size, beyond the side or without coordinates is refused', () => {
    for (const text of ['', '()', '(1)', '(1, 2, 3)', '(1, 8)', '(1, -1)', '(1, 2', '1, 2', '(1, 2)..', '(1.5, 2)']) {
      expect(() => read(hypergrid({ dimension: 2, side: 8 }), text), text).toThrow('is not a state of a hypergrid');
    }
  });
});

describe('sizes', () => {
  test('that make no grid are refused with a reason', () => {
    expect(() => hypergrid({ dimension: 2, side: 0 })).toThrow('side is a whole number of at least 2, not 0');
    expect(() => hypergrid({ dimension: 2, side: 1 })).toThrow('nowhere to move');
    expect(() => hypergrid({ dimension: 0, side: 8 })).toThrow('dimension is a whole number of at least 1, not 0');
    expect(() => hypergrid({ dimension: 2.5, side: 8 })).toThrow('not 2.5');
    expect(() => hypergrid({ dimension: 2, side: Number.NaN })).toThrow('not NaN');
    expect(() => hypergrid({ dimension: 2, side: 2 ** 24 })).toThrow('33554432 inputs');
    expect(() => hypergridReward({ dimension: 2, side: 0, difficulty: 'easy' })).toThrow('side');
  });

  test('too large to enumerate have a reason instead, and can be walked all the same', () => {
    const large = hypergrid({ dimension: 10, side: 20 });
    expect(large.enumeration).toEqual({ reason: expect.stringContaining('20^10 cells') });
    expect(hypergrid({ dimension: 1000, side: 20 }).enumeration).toEqual({
      reason: expect.stringContaining('20^1000 cells'),
    });
    const state = new Int32Array(large.stateSize);
    large.initial(state);
    large.step(state, 9);
    expect(large.text(state)).toBe('(0, 0, 0, 0, 0, 0, 0, 0, 0, 1)');
  });
});

describe('reward', () => {
  test('has the heights of the paper', () => {
    const size = { dimension: 2, side: 8 };
    // On a side of 8, |s / 7 - 1/2| is .5, .357, .214, .071: cells 0, 1, 6 and 7 are ring, of which 1 and 6 are modes.
    expect(rewardAt(size, '(3, 1).')).toBeCloseTo(1e-3, 12);
    expect(rewardAt(size, '(0, 1).')).toBeCloseTo(0.501, 12);
    expect(rewardAt(size, '(6, 1).')).toBeCloseTo(2.501, 12);
    expect(rewardAt(size, '(3, 1).', 'hard')).toBeCloseTo(1e-4, 12);
    expect(rewardAt(size, '(0, 1).', 'hard')).toBeCloseTo(1.0001, 12);
    expect(rewardAt(size, '(6, 1).', 'hard')).toBeCloseTo(4.0001, 12);
  });

  // Cell counts of modes and of the ring without them, computed independently of this code from the formula.
  const counts = [
    { dimension: 4, side: 20, modes: 256, ring: 9744 },
    { dimension: 3, side: 8, modes: 8, ring: 56 },
    { dimension: 2, side: 20, modes: 16, ring: 84 },
    { dimension: 2, side: 10, modes: 4, ring: 32 },
    { dimension: 2, side: 8, modes: 4, ring: 12 },
  ];
  for (const { dimension, side, modes, ring } of counts) {
    test(`has ${modes} modes and ${ring} cells around them in dimension ${dimension} with side ${side}`, () => {
      const environment = hypergrid({ dimension, side });
      const reward = hypergridReward({ dimension, side, difficulty: 'easy' });
      const { objectCount, objectAt } = environment.enumeration as Enumeration;
      const state = new Int32Array(environment.stateSize);
      const found = new Map<string, number>();
      for (let i = 0; i < objectCount; i++) {
        objectAt(i, state);
        const value = Math.exp(reward.logReward(state)).toFixed(6);
        found.set(value, (found.get(value) ?? 0) + 1);
      }
      expect(found).toEqual(
        new Map([
          ['0.501000', ring],
          ['0.001000', objectCount - ring - modes],
          ['2.501000', modes],
        ]),
      );
    });
  }

  test('leaves out cells that hit a bound exactly', () => {
    // On a side of 16, cell 3 has |3 / 15 - 1/2| = 3/10; on a side of 11, cell 1 has 4/10; on a side of 5, cell 1 has 1/4.
    expect(rewardAt({ dimension: 1, side: 16 }, '(3).')).toBeCloseTo(0.501, 12);
    expect(rewardAt({ dimension: 1, side: 16 }, '(12).')).toBeCloseTo(0.501, 12);
    expect(rewardAt({ dimension: 1, side: 16 }, '(2).')).toBeCloseTo(2.501, 12);
    expect(rewardAt({ dimension: 1, side: 11 }, '(1).')).toBeCloseTo(0.501, 12);
    expect(rewardAt({ dimension: 1, side: 5 }, '(1).')).toBeCloseTo(0.001, 12);
  });

  test('is the same at opposite cells, and equals the formula in floating point away from the bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.nat(), (side, number) => {
        const s = number % side;
        const u = Math.abs(s / (side - 1) - 0.5);
        // 1e-9: far above the rounding of u, far below the distance of u from a bound it does not hit (1 / (20 * 200)).
        fc.pre([0.25, 0.3, 0.4].every((bound) => Math.abs(u - bound) > 1e-9));
        const formula = 1e-3 + (u > 0.25 ? 0.5 : 0) + (u > 0.3 && u < 0.4 ? 2 : 0);
        expect(rewardAt({ dimension: 1, side }, `(${s}).`)).toBeCloseTo(formula, 12);
        expect(rewardAt({ dimension: 1, side }, `(${side - 1 - s}).`)).toBeCloseTo(formula, 12);
      }),
    );
  });

  test('takes heights of its own, is floored at 1e-6, and refuses heights that are no heights', () => {
    const state = read(hypergrid({ dimension: 1, side: 8 }), '(3).');
    const size = { dimension: 1, side: 8 };
    expect(hypergridReward({ ...size, r0: 0.25, r1: 1, r2: 1 }).logReward(state)).toBeCloseTo(Math.log(0.25), 12);
    expect(hypergridReward({ ...size, r0: 0, r1: 1, r2: 1 }).logReward(state)).toBeCloseTo(Math.log(1e-6), 12);
    expect(() => hypergridReward({ ...size, r0: -1, r1: 1, r2: 1 })).toThrow('r0 is a finite number of at least 0');
    expect(() => hypergridReward({ ...size, r0: 1, r1: 1, r2: Number.NaN })).toThrow('r2');
    const difficulty = 'medium' as 'easy';
    expect(() => hypergridReward({ ...size, difficulty })).toThrow('easy or hard, not medium');
  });
});
