import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hammingDistance, levenshteinDistance, meanPairwiseDistance } from '../../src/metrics/object-distance.ts';
import { topDistinct, topMetrics } from '../../src/metrics/top.ts';
import { editDistance } from '../../src/text/nearest.ts';
import { cases } from './walks.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });

/** Levenshtein's distance straight from its definition, in exponential time. */
function byDefinition(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [restA, restB] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return byDefinition(restA, restB);
  return 1 + Math.min(byDefinition(restA, b), byDefinition(a, restB), byDefinition(restA, restB));
}

describe('distances', () => {
  test("Hamming's counts the places that differ, of strings and of rows", () => {
    expect(hammingDistance('ACGTACGT', 'ACCTACGA')).toBe(2);
    expect(hammingDistance(Int32Array.of(1, 2, 3), [1, 0, 3])).toBe(1);
    expect(hammingDistance('', '')).toBe(0);
    expect(() => hammingDistance('ab', 'abc')).toThrow('not for 2 and 3');
  });

  test("Levenshtein's of known words, and of rows", () => {
    expect(levenshteinDistance('kitten', 'sitting')).toBe(3);
    expect(levenshteinDistance('', 'abc')).toBe(3);
    expect(levenshteinDistance('abc', '')).toBe(3);
    expect(levenshteinDistance(Int32Array.of(1, 2, 3, 4), [2, 3, 4, 5])).toBe(2);
  });

  test("Levenshtein's equals its definition, is symmetric, and keeps the triangle inequality", () => {
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        const distance = levenshteinDistance(a, b);
        expect(distance).toBe(byDefinition(a, b));
        expect(distance).toBe(editDistance(a, b));
        expect(levenshteinDistance(b, a)).toBe(distance);
        expect(levenshteinDistance(a, c)).toBeLessThanOrEqual(distance + levenshteinDistance(b, c));
        if (a.length === b.length) expect(distance).toBeLessThanOrEqual(hammingDistance(a, b));
      }),
      cases(200),
    );
  });

  test('their mean over pairs is the diversity', () => {
    // Distances 1, 2 and 1.
    expect(meanPairwiseDistance(['aa', 'ab', 'bb'], hammingDistance)).toBeCloseTo(4 / 3, 12);
    expect(meanPairwiseDistance([3, 7], (a, b) => Math.abs(a - b))).toBe(4);
    expect(meanPairwiseDistance(['aa'], hammingDistance)).toBe(0);
    expect(meanPairwiseDistance([], hammingDistance)).toBe(0);
  });
});

describe('the best objects', () => {
  const sample = ['ab', 'bb', 'ab', 'aa', 'cc'];
  const logReward = [Math.log(3), 0, Math.log(3), Math.log(6), 0];

  test('are distinct, best first, and of equal rewards the earlier', () => {
    const top = topDistinct(sample, logReward, 3);
    expect(top.objects).toEqual(['aa', 'ab', 'bb']);
    expect([...top.logReward]).toEqual([Math.log(6), Math.log(3), 0]);
  });

  test('have a mean reward and a diversity', () => {
    const metrics = topMetrics(topDistinct(sample, logReward, 3), hammingDistance);
    expect(metrics.count).toBe(3);
    expect(metrics.meanReward).toBeCloseTo(10 / 3, 12);
    // aa and ab: 1; aa and bb: 2; ab and bb: 1.
    expect(metrics.diversity).toBeCloseTo(4 / 3, 12);
  });

  test('are all there are where there are fewer than k', () => {
    const { count, meanReward, ...rest } = topMetrics(topDistinct(sample, logReward, 100), hammingDistance);
    expect(count).toBe(4);
    expect(meanReward).toBeCloseTo(11 / 4, 12);
    // And no diversity: four objects are not as diverse as a hundred.
    expect(rest).toEqual({});
  });

  test('may be rows, and may be the same by a key of their own', () => {
    const rows = [Int32Array.of(1, 2), Int32Array.of(1, 2), Int32Array.of(12)];
    expect(topDistinct(rows, [1, 2, 0], 3).objects).toEqual([rows[1], rows[2]]);
    expect(topDistinct(['aB', 'Ab', 'c'], [1, 2, 0], 3, (text) => text.toLowerCase()).objects).toEqual(['Ab', 'c']);
  });

  test('of a run are the best of the best of its samples', () => {
    const batch = fc.array(word, { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 6 }), (batches, k) => {
        // A reward that depends on the object, as rewards do, with many equal ones.
        const rewardOf = (text: string) => text.length % 3;
        let best = topDistinct<string>([], [], k);
        for (const texts of batches) {
          best = topDistinct([...best.objects, ...texts], [...best.logReward, ...texts.map(rewardOf)], k);
        }
        const all = batches.flat();
        expect(best).toEqual(topDistinct(all, all.map(rewardOf), k));
      }),
      cases(200),
    );
  });

  test('need a reward each, that is a number, and a k', () => {
    expect(() => topDistinct(['a'], [], 1)).toThrow('0 log-rewards do not belong to 1 objects');
    expect(() => topDistinct(['a'], [Number.NaN], 1)).toThrow('object 0, a, is NaN');
    expect(() => topDistinct(['a'], [0], 0)).toThrow('at least 1, not 0');
    expect(() => topMetrics(topDistinct<string>([], [], 1), hammingDistance)).toThrow('at least one object');
  });
});
