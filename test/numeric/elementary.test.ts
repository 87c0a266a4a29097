import { describe, expect, test } from 'vitest';
import { exp, log } from '../../src/numeric/elementary.ts';

/** How many doubles lie between two of one sign. */
function unitsBetween(a: number, b: number): number {
  const bits = (x: number) => new BigInt64Array(Float64Array.of(x).buffer)[0];
  return Object.is(a, b) ? 0 : Math.abs(Number(bits(a) - bits(b)));
}

/** Places spread evenly by the golden ratio, the same on every machine. */
const places = Array.from({ length: 20_000 }, (_, i) => (i * 0.6180339887498949) % 1);

describe('exp and log equal those of Math', () => {
  // Ours are within one unit of the last place, and so is Math's: two apart at most.
  test('to within two units in the last place', () => {
    const far: string[] = [];
    for (const place of places) {
      for (const x of [1400 * (place - 0.5), 20 * (place - 0.5), place - 0.5]) {
        if (!(unitsBetween(exp(x), Math.exp(x)) <= 2)) far.push(`exp(${x})`);
      }
      for (const x of [Math.exp(1400 * (place - 0.5)), 0.75 + place / 2, 10 * place]) {
        if (!(unitsBetween(log(x), Math.log(x)) <= 2)) far.push(`log(${x})`);
      }
    }
    expect(far).toEqual([]);
  });

  test.each([
    0,
    -0,
    1,
    709.782712893384,
    709.7827128933841,
    -745.2,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  ])('where they are exact, or nothing: exp(%s)', (x) => {
    if (x === 1) expect(exp(x)).toBeCloseTo(Math.E, 15);
    else expect(unitsBetween(exp(x), Math.exp(x))).toBeLessThanOrEqual(Number.isFinite(x) && x > 700 ? 2 : 0);
  });

  test.each([1, 0, -0, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN])(
    'where they are exact, or nothing: log(%s)',
    (x) => {
      expect(log(x)).toBe(Math.log(x));
    },
  );

  test('down to the smallest numbers', () => {
    for (const x of [5e-324, 1e-310, 2.2250738585072014e-308, Number.MAX_VALUE]) {
      expect(unitsBetween(log(x), Math.log(x))).toBeLessThanOrEqual(2);
    }
    expect(exp(-745)).toBe(5e-324);
  });
});

test('exp and log have these bits, in every engine', () => {
  const sum = new Uint32Array(1);
  for (const place of places) {
    for (const value of [exp(1400 * (place - 0.5)), exp(place - 0.5), log(place + 1e-9), log(1e300 * place + 1e-300)]) {
      for (const word of new Uint32Array(Float64Array.of(value).buffer)) {
        sum[0] = Math.imul(sum[0] ^ word, 0x01000193);
      }
    }
  }
  expect(sum[0]).toBe(749_650_804);
});
