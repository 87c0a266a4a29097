import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { highestRewardObjects, modeSearch, modesFound } from '../../src/metrics/modes.ts';
import { hammingDistance } from '../../src/metrics/object-distance.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { bitSequenceModes } from '../../src/problems/bit-sequence/reward.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { cases } from './walks.ts';

const apart = (a: number, b: number): number => Math.abs(a - b);

describe('modes', () => {
  test('are found by samples within the distance, itself included', () => {
    const modes = ['0000', '1111', '0011'];
    expect(modesFound(['0001'], modes, hammingDistance, 0)).toBe(0);
    expect(modesFound(['0001'], modes, hammingDistance, 1)).toBe(2);
    expect(modesFound(['0001', '1110', '0001'], modes, hammingDistance, 1)).toBe(3);
    expect(modesFound([], modes, hammingDistance, 4)).toBe(0);
    expect(modesFound(['0001'], [], hammingDistance, 4)).toBe(0);
  });

  test('of bit sequences are found within a number of bits', () => {
    const modes = bitSequenceModes({ length: 24, count: 20, seed: 1 });
    const broken = modes.map((mode) => [...mode].map((bit, i) => (i < 3 ? (bit === '0' ? '1' : '0') : bit)).join(''));
    expect(modesFound(modes, modes, hammingDistance, 0)).toBe(20);
    expect(modesFound(broken.slice(0, 5), modes, hammingDistance, 2)).toBeLessThan(5);
    expect(modesFound(broken.slice(0, 5), modes, hammingDistance, 3)).toBeGreaterThanOrEqual(5);
  });

  test('found while samples come in are those found at once, and a search can be gone on with', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 10 });
    fc.assert(
      fc.property(numbers, numbers, numbers, fc.integer({ min: 0, max: 4 }), (modes, first, second, threshold) => {
        const options = { modes, distance: apart, threshold };
        const search = modeSearch(options);
        const half = search.visit(first);
        const resumed = modeSearch({ ...options, found: search.found() });
        const brute = modes.flatMap((mode, i) =>
          [...first, ...second].some((x) => apart(x, mode) <= threshold) ? [i] : [],
        );
        expect(half).toBe(modesFound(first, modes, apart, threshold));
        expect(search.visit(second)).toBe(brute.length);
        expect(resumed.visit(second)).toBe(brute.length);
        expect(search.found()).toEqual(brute);
        expect(resumed.found()).toEqual(brute);
      }),
      cases(200),
    );
  });

  test('that have been found cost no more distances', () => {
    let asked = 0;
    const distance = (a: number, b: number): number => {
      asked++;
      return apart(a, b);
    };
    const search = modeSearch({ modes: [1, 2, 3], distance, threshold: 5 });
    search.visit([2]);
    const before = asked;
    search.visit([7, 8, 9]);
    expect(asked).toBe(before);
  });

  test('need a valid threshold, and numbers of modes that exist', () => {
    expect(() => modesFound([1], [1], apart, -1)).toThrow('at least 0, not -1');
    expect(() => modesFound([1], [1], apart, Number.NaN)).toThrow('not NaN');
    expect(() => modeSearch({ modes: [1], distance: apart, threshold: 0, found: [1] })).toThrow(
      'there are 1, from 0 on',
    );
  });
});

describe('the objects of the highest rewards', () => {
  test('are at least the share asked for, with all of the same reward', () => {
    const logReward = Float64Array.of(1, 3, 2, 3, 0, 2, 2, 1, 0, 0);
    expect([...highestRewardObjects(logReward, 0.1)]).toEqual([1, 3]);
    expect([...highestRewardObjects(logReward, 0.2)]).toEqual([1, 3]);
    expect([...highestRewardObjects(logReward, 0.21)]).toEqual([1, 2, 3, 5, 6]);
    expect(highestRewardObjects(logReward, 1).length).toBe(10);
  });

  test('of the Hypergrid are its mode cells', () => {
    const size = { dimension: 3, side: 8 };
    const { logReward } = exactTarget(hypergrid(size), hypergridReward({ ...size, difficulty: 'easy' }));
    const cells = highestRewardObjects(logReward, 1e-9);
    // Coordinates 1 and 6 along each of three axes.
    expect(cells.length).toBe(8);
    for (const cell of cells) {
      expect([cell >> 6, (cell >> 3) & 7, cell & 7].every((value) => value === 1 || value === 6)).toBe(true);
    }
  });

  test('need objects, numbers and a share', () => {
    expect(() => highestRewardObjects(new Float64Array(0), 0.5)).toThrow('no objects');
    expect(() => highestRewardObjects(Float64Array.of(0, Number.NaN), 0.5)).toThrow('object 1 is NaN');
    for (const share of [0, 1.1, Number.NaN]) {
      expect(() => highestRewardObjects(Float64Array.of(1), share)).toThrow(`not ${share}`);
    }
  });
});
