import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jensenShannon, klDivergence, klPaper, totalVariation } from '../../src/metrics/distance.ts';

const distances = { totalVariation, klDivergence, klPaper, jensenShannon };

/** Pairs of distributions over as many objects, in which zeros are common. */
const pairs = fc.integer({ min: 1, max: 12 }).chain((size) => {
  const weight = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1, noNaN: true }));
  const distribution = fc
    .array(weight, { minLength: size, maxLength: size })
    .filter((weights) => weights.some((w) => w > 0))
    .map((weights) => {
      const sum = weights.reduce((a, b) => a + b);
      return Float64Array.from(weights, (w) => w / sum);
    });
  return fc.tuple(distribution, distribution);
});

describe('known values', () => {
  const p = Float64Array.of(0.5, 0.5, 0);
  const q = Float64Array.of(0.25, 0.25, 0.5);

  test('total variation is half the sum of absolute differences', () => {
    expect(totalVariation(p, q)).toBeCloseTo(0.5, 12);
    expect(totalVariation(Float32Array.of(0.5, 0.5), Float64Array.of(0.5, 0.5))).toBe(0);
  });

  test('Kullback-Leibler divergence is finite only where q covers p', () => {
    expect(klDivergence(p, q)).toBeCloseTo(Math.log(2), 12);
    expect(klDivergence(q, p)).toBe(Number.POSITIVE_INFINITY);
  });

  test("the paper's divergence takes q to be 1e-9 larger", () => {
    expect(klPaper(p, q)).toBeCloseTo(Math.log(0.5 / (0.25 + 1e-9)), 12);
    expect(klPaper(q, p)).toBeCloseTo(0.5 * Math.log(0.5) + 0.5 * Math.log(0.5 / 1e-9), 6);
  });

  test('Jensen-Shannon divergence of distributions with a common part', () => {
    const left = 0.5 * Math.log(0.5 / 0.375) * 2;
    const right = 0.25 * Math.log(0.25 / 0.375) * 2 + 0.5 * Math.log(0.5 / 0.25);
    expect(jensenShannon(p, q)).toBeCloseTo((left + right) / 2, 12);
  });
});

describe('any two distributions', () => {
  // 1e-12: at most 12 terms, each with a few roundings of 1e-16, and logarithms up to 40.
  const rounding = 1e-12;

  test('have a total variation from 0 to 1, symmetric, and 0 for equal ones', () => {
    fc.assert(
      fc.property(pairs, ([p, q]) => {
        const distance = totalVariation(p, q);
        expect(distance).toBeGreaterThanOrEqual(0);
        expect(distance).toBeLessThanOrEqual(1 + rounding);
        expect(totalVariation(q, p)).toBe(distance);
        expect(totalVariation(p, p)).toBe(0);
      }),
    );
  });

  test('have a Jensen-Shannon divergence from 0 to ln 2, symmetric, and 0 for equal ones', () => {
    fc.assert(
      fc.property(pairs, ([p, q]) => {
        const divergence = jensenShannon(p, q);
        expect(divergence).toBeGreaterThanOrEqual(0);
        expect(divergence).toBeLessThanOrEqual(Math.LN2 + rounding);
        expect(Math.abs(jensenShannon(q, p) - divergence)).toBeLessThan(rounding);
        expect(jensenShannon(p, p)).toBe(0);
      }),
    );
  });

  test('are ln 2 apart where they are disjoint, without the bias of an offset', () => {
    fc.assert(
      fc.property(pairs, ([p, q]) => {
        const first = Float64Array.of(...p, ...q.map(() => 0));
        const second = Float64Array.of(...p.map(() => 0), ...q);
        expect(Math.abs(jensenShannon(first, second) - Math.LN2)).toBeLessThan(rounding);
        expect(totalVariation(first, second)).toBeCloseTo(1, 12);
        expect(klDivergence(first, second)).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });

  test("keep Pinsker's inequality, and the paper's divergence stays just below", () => {
    fc.assert(
      fc.property(pairs, ([p, q]) => {
        const divergence = klDivergence(p, q);
        expect(divergence).toBeGreaterThanOrEqual(2 * totalVariation(p, q) ** 2 - rounding);
        expect(klPaper(p, q)).toBeLessThanOrEqual(divergence);
        expect(Number.isFinite(klPaper(p, q))).toBe(true);
      }),
    );
  });
});

describe('what is no distribution is refused', () => {
  for (const [name, distance] of Object.entries(distances)) {
    test(`by ${name}`, () => {
      const p = Float64Array.of(0.5, 0.5);
      expect(() => distance(p, Float64Array.of(1))).toThrow('over 2 and over 1 objects');
      expect(() => distance(p, Float64Array.of(1, 1))).toThrow('second distribution sum to 2');
      expect(() => distance(Float64Array.of(-0.5, 1.5), p)).toThrow(
        'first distribution gives object 0 the probability -0.5',
      );
      expect(() => distance(p, Float64Array.of(Number.NaN, 1))).toThrow('NaN');
      expect(() => distance(Float64Array.of(), Float64Array.of())).toThrow('sum to 0');
    });
  }
});
