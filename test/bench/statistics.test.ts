import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rateSpread, spread } from '../../bench/measure/statistics.ts';

test('median and quartiles are those of small sets worked out by hand', () => {
  expect(spread([3])).toEqual({ lowerQuartile: 3, median: 3, upperQuartile: 3, count: 1 });
  expect(spread([4, 1])).toEqual({ lowerQuartile: 1.75, median: 2.5, upperQuartile: 3.25, count: 2 });
  expect(spread([5, 1, 4, 2, 3])).toEqual({ lowerQuartile: 2, median: 3, upperQuartile: 4, count: 5 });
});

test('no more than half of the values lie on either side of the median, and no more than a quarter outside', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1 }), (values) => {
      const { lowerQuartile, median, upperQuartile } = spread(values);
      const below = (bound: number) => values.filter((value) => value < bound).length / values.length;
      const above = (bound: number) => values.filter((value) => value > bound).length / values.length;
      expect(below(median)).toBeLessThanOrEqual(0.5);
      expect(above(median)).toBeLessThanOrEqual(0.5);
      // Of n values, those before place (n - 1) / 4, rounded up, lie below the quartile.
      const outside = Math.ceil((values.length - 1) / 4) / values.length;
      expect(below(lowerQuartile)).toBeLessThanOrEqual(outside);
      expect(above(upperQuartile)).toBeLessThanOrEqual(outside);
    }),
  );
});

test('statistics of no values are refused', () => {
  expect(() => spread([])).toThrow('no values');
});

test('a rate is per second, so its quartiles swap', () => {
  const rate = rateSpread({ lowerQuartile: 2, median: 4, upperQuartile: 5, count: 3 }, 16);
  expect(rate).toEqual({ lowerQuartile: 3200, median: 4000, upperQuartile: 8000, count: 3 });
});
