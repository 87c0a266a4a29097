import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bootstrapDifference, bootstrapMean } from '../../src/metrics/bootstrap.ts';

/** Every resample of a few values, one by one. */
function everyMean(values: readonly number[]): number[] {
  const sums = values.reduce((found) => found.flatMap((sum) => values.map((value) => sum + value)), [0]);
  return sums.map((sum) => sum / values.length).sort((a, b) => a - b);
}

/** The same quantiles from a list in which each resample counts alike. */
function interval(means: readonly number[]) {
  const sorted = [...means].sort((a, b) => a - b);
  const place = Math.floor(sorted.length / 40);
  return { low: sorted[place], high: sorted[sorted.length - 1 - place] };
}

test('an interval of a mean is that of all resamples', () => {
  const value = fc.double({ min: -10, max: 10, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
      const found = bootstrapMean(values);
      const expected = interval(everyMean(values));
      // The same sums in another order: a few roundings of numbers up to 50.
      expect(Math.abs(found.low - expected.low)).toBeLessThanOrEqual(1e-13);
      expect(Math.abs(found.high - expected.high)).toBeLessThanOrEqual(1e-13);
    }),
  );
});

test('an interval of a difference is that of all pairs of resamples', () => {
  const [first, second] = [
    [0.1, 0.4, 0.2],
    [0.3, 0.7, 0.5, 0.4],
  ];
  const pairs = everyMean(first).flatMap((a) => everyMean(second).map((b) => a - b));
  const { low, high } = bootstrapDifference(first, second);
  expect(low).toBeCloseTo(interval(pairs).low, 12);
  expect(high).toBeCloseTo(interval(pairs).high, 12);
});

test('the interval of the opposite difference is the opposite one, of many values, too', () => {
  const few = [0.1, 0.4, 0.2];
  const many = Array.from({ length: 7 }, (_, i) => Math.cos(i));
  for (const [first, second] of [
    [few, many],
    [many, many.map((value) => value / 2)],
  ]) {
    const { low, high } = bootstrapDifference(first, second);
    expect(bootstrapDifference(second, first)).toEqual({ low: -high, high: -low });
  }
});

test('many values are resampled by chance, the same way each time, and the interval narrows', () => {
  const values = Array.from({ length: 100 }, (_, i) => i / 99);
  const found = bootstrapMean(values);
  expect(bootstrapMean(values)).toEqual(found);
  // 1.96 standard errors of the mean: 1.96 * 0.2915 / 10 = 0.0571; quantiles of 10,000 draws are within a tenth of it.
  expect(Math.abs(found.high - found.low - 2 * 0.0571)).toBeLessThanOrEqual(0.011);
  expect(bootstrapDifference(values, values).low).toBeLessThan(0);
  expect(bootstrapDifference(values, values).high).toBeGreaterThan(0);
  expect(() => bootstrapMean([])).toThrow('at least one value');
});
