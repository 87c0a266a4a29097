import { expect, test } from 'vitest';
import { differentiate } from '../../src/gradcheck/differences.ts';

/** The derivatives of functions of t at 0. */
async function derivatives(...functions: ((t: number) => number)[]): Promise<number[]> {
  const { derivative } = await differentiate(async (t) => Float64Array.from(functions, (f) => f(t)));
  return Array.from(derivative);
}

test('extrapolated differences of smooth functions are good to ten digits', async () => {
  const found = await derivatives(
    (t) => Math.sin(1 + t),
    (t) => Math.exp(3 * t),
    (t) => 1 / (0.3 + t),
    (t) => (2 + t) ** 7,
  );
  const expected = [Math.cos(1), 3, -1 / 0.09, 7 * 2 ** 6];
  found.forEach((value, i) => {
    expect(Math.abs(value / expected[i] - 1)).toBeLessThan(1e-10);
  });
});

test('steps across a kink are dropped, for each number by itself', async () => {
  const found = await derivatives(
    (t) => Math.abs(t - 0.003) + t,
    (t) => Math.max(0.0005 + t, 0) ** 2,
    (t) => 5 * t,
  );
  const expected = [0, 0.001, 5];
  // Steps below 5e-4 are left, where rounding is 1e-16 / 1e-4.
  found.forEach((value, i) => {
    expect(Math.abs(value - expected[i])).toBeLessThan(1e-10);
  });
});

test('the error of differences that do not settle is large', async () => {
  const { error } = await differentiate(async (t) => Float64Array.of(t > 0 ? 1 : 0));
  expect(error[0]).toBeGreaterThan(10);
});
