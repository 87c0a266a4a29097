import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { powerOfTen, rankRange, rankScale } from '../../src/page/ui/rank-picture.ts';
import { binMeans, decades, rankBins, rankByTarget, topNumbers } from '../../src/page/ui/ranking.ts';

test('objects are ranked by their target probability, equal ones by number', () => {
  expect([...rankByTarget([0.1, 0.4, 0.1, 0.4])]).toEqual([1, 3, 0, 2]);
});

describe('bins of ranks', () => {
  test('hold every rank once, none is empty, and there are no more than asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70_000 }), fc.integer({ min: 1, max: 400 }), (count, max) => {
        const { starts } = rankBins(count, max);
        expect(starts.length - 1).toBeLessThanOrEqual(max);
        expect(starts[0]).toBe(0);
        expect(starts.at(-1)).toBe(count);
        for (let i = 1; i < starts.length; i++) expect(starts[i]).toBeGreaterThan(starts[i - 1]);
      }),
    );
  });

  test('give the highest ranks bins of their own', () => {
    expect([...rankBins(65_536, 320).starts.subarray(0, 5)]).toEqual([0, 1, 2, 3, 4]);
  });

  test('have means that add up to the whole', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => i);
    const bins = rankBins(1000, 37);
    const means = binMeans(values, rankByTarget(values), bins);
    const total = means.reduce((sum, mean, bin) => sum + mean * (bins.starts[bin + 1] - bins.starts[bin]), 0);
    // Means of whole numbers times their counts: a few roundings of 2^-53 of a sum below 1e6.
    expect(total).toBeCloseTo(499_500, 6);
  });
});

test('the top numbers are those of a full sort', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      (values, count) => {
        const sorted = values.map((_, i) => i).sort((a, b) => values[b] - values[a] || a - b);
        expect(topNumbers(values, count)).toEqual(sorted.slice(0, count));
      },
    ),
  );
});

describe('the scale of a picture of ranks', () => {
  test('spans the decades of the positive values', () => {
    expect(decades([0.02, 0, 0.3])).toEqual([-2, 0]);
    expect(decades([0])).toEqual([-1, 0]);
    expect(decades([0.1])).toEqual([-1, 0]);
    expect(rankRange(Float64Array.of(0.5, 1e-4))).toEqual([-5, 0]);
  });

  test('begins at the left with the first rank, at the top with the highest decade, and keeps 0 within', () => {
    const scale = rankScale(600, 300, 100, [-4, 0]);
    expect(scale.left(0)).toBeLessThan(scale.left(1));
    expect(scale.left(100)).toBeCloseTo(592, 9);
    expect(scale.top(1)).toBe(8);
    expect(scale.top(0)).toBe(scale.top(1e-4));
  });

  test('writes powers of ten in signs that every font has', () => {
    expect([-12, -5, -4, -3, -1, 0, 1, 3, 4].map(powerOfTen)).toEqual([
      '1e−12',
      '1e−5',
      '0.0001',
      '0.001',
      '0.1',
      '1',
      '10',
      '1000',
      '1e4',
    ]);
  });
});
