import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { averageRanks, pearsonCorrelation, spearmanCorrelation } from '../../src/metrics/correlation.ts';
import { cases } from './walks.ts';

/** Pairs of lists in which equal numbers are common. */
const samples = fc
  .array(fc.tuple(fc.integer({ min: -6, max: 6 }), fc.integer({ min: -6, max: 6 })), { minLength: 2, maxLength: 20 })
  .map((pairs) => [pairs.map(([x]) => x), pairs.map(([, y]) => y)] as const);

describe("Pearson's correlation", () => {
  test('is the covariance over the standard deviations', () => {
    // Deviations -1.5, -0.5, 0.5, 1.5 and -1, 0, -1, 2, whose squares sum to 5 and 6.
    const expected = (1.5 * 1 + 0 - 0.5 * 1 + 1.5 * 2) / Math.sqrt(5 * 6);
    expect(pearsonCorrelation([1, 2, 3, 4], [1, 2, 1, 4])).toBeCloseTo(expected, 12);
    expect(pearsonCorrelation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12);
    expect(pearsonCorrelation([1, 2, 3], [5, 4, 3])).toBeCloseTo(-1, 12);
    expect(pearsonCorrelation([-1, 0, 1], [1, 0, 1])).toBeCloseTo(0, 12);
  });

  test('does not change with units or offsets, however large or small', () => {
    const x = [1, 5, 2, 8];
    const y = [3, 1, 4, 1];
    const expected = pearsonCorrelation(x, y);
    for (const unit of [1e-300, 1e-150, 1e150, 1e307]) {
      // 1e-9: far above float64's 1e-16 for each of a handful of operations.
      expect(
        Math.abs(
          pearsonCorrelation(
            x,
            y.map((value) => value * unit),
          ) - expected,
        ),
      ).toBeLessThan(1e-9);
    }
    expect(
      Math.abs(
        pearsonCorrelation(
          x,
          y.map((value) => value + 1e6),
        ) - expected,
      ),
    ).toBeLessThan(1e-9);
    expect(pearsonCorrelation([-1.7e308, 1.7e308], [0, 1])).toBeCloseTo(1, 12);
  });

  test('is from -1 to 1, symmetric, and 1 of a list that varies with itself', () => {
    fc.assert(
      fc.property(samples, ([x, y]) => {
        const correlation = pearsonCorrelation(x, y);
        const defined = new Set(x).size > 1 && new Set(y).size > 1;
        expect(Number.isNaN(correlation)).toBe(!defined);
        expect(pearsonCorrelation(y, x)).toEqual(correlation);
        if (!defined) return;
        expect(Math.abs(correlation)).toBeLessThanOrEqual(1);
        expect(pearsonCorrelation(x, x)).toBeCloseTo(1, 12);
      }),
      cases(200),
    );
  });

  test('is not defined where one list is constant, rounding of its mean or not', () => {
    expect(pearsonCorrelation([0.1, 0.1, 0.1], [1, 2, 3])).toBeNaN();
    expect(pearsonCorrelation([1, 2, 3], [0.1, 0.1, 0.1])).toBeNaN();
  });
});

describe("Spearman's correlation", () => {
  test('gives equal numbers the mean of their ranks', () => {
    expect([...averageRanks([10, 20, 10, 5, 10])]).toEqual([3, 5, 3, 1, 3]);
    expect([...averageRanks([2, 2, 1, 1])]).toEqual([3.5, 3.5, 1.5, 1.5]);
    expect([...averageRanks([])]).toEqual([]);
  });

  test('is 1 - 6 sum d^2 / (n (n^2 - 1)) without ties', () => {
    // Ranks 1 2 3 4 5 and 2 1 4 3 5: four differences of 1.
    expect(spearmanCorrelation([1, 2, 3, 4, 5], [20, 10, 40, 30, 50])).toBeCloseTo(1 - (6 * 4) / (5 * 24), 12);
  });

  test('is worked out by hand for ties', () => {
    // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: covariance 4.5, variances 4.5 and 5.
    expect(spearmanCorrelation([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
  });

  test('does not change under increasing functions, and turns its sign under decreasing ones', () => {
    const increasing = fc.constantFrom(
      (x: number) => x ** 3,
      (x: number) => Math.exp(x),
      (x: number) => Math.atan(x) * 1e-9 - 5,
      (x: number) => (x < 0 ? x * 1000 : x),
      (x: number) => (x === 6 ? Number.POSITIVE_INFINITY : x),
    );
    fc.assert(
      fc.property(samples, increasing, increasing, ([x, y], f, g) => {
        const correlation = spearmanCorrelation(x, y);
        expect(spearmanCorrelation(x.map(f), y.map(g))).toEqual(correlation);
        const turned = spearmanCorrelation(
          x,
          y.map((value) => -g(value)),
        );
        // Rounding of at most twenty products of a few 1e-16 each.
        if (Number.isNaN(correlation)) expect(turned).toBeNaN();
        else expect(turned).toBeCloseTo(-correlation, 12);
      }),
      cases(200),
    );
  });
});

test('lists of different lengths, single pairs and what is no number are refused', () => {
  for (const correlation of [pearsonCorrelation, spearmanCorrelation]) {
    expect(() => correlation([1, 2], [1])).toThrow('2 numbers cannot be correlated with 1');
    expect(() => correlation([1], [1])).toThrow('at least 2 pairs');
    expect(() => correlation([1, 2], [1, Number.NaN])).toThrow('Pair 1, 2 and NaN');
  }
  expect(() => pearsonCorrelation([1, Number.NEGATIVE_INFINITY], [1, 2])).toThrow('Pair 1, -Infinity and 2');
});
