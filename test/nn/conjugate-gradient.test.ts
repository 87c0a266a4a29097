import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { conjugateGradient } from '../../src/nn/index.ts';
import { multiply, sum } from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { createDraw, seeds, smallSize } from '../setup/arbitraries.ts';
import { onEach, referenceDevice, testDevices } from '../setup/devices.ts';
import { type Matrix, plainConjugateGradient, product, solve } from './plain-linear.ts';

/** Solves on a device with a matrix given in full; the matrix may be replaced between runs. */
async function prepareSolve(device: Device, n: number, iterations: number) {
  const tape = createTape();
  const [h, b] = [variable('h', 'f32', [n, n]), variable('b', 'f32', [n])];
  const x = conjugateGradient((v) => sum(multiply(tape.read(h), v), 1), tape.read(b), { iterations });
  const executable = await device.prepare(compile(tape, { x }));
  return async (matrix: Matrix, right: readonly number[]) => {
    device.write(h, matrix.flat());
    device.write(b, right);
    executable.run();
    return Array.from(await executable.read('x'));
  };
}

/** Of eigenvalues from about 1/4 to some 10: A A^T / n + 1/4, in numbers that float32 holds. */
function positiveDefinite(n: number, seed: number): Matrix {
  const a = Array.from({ length: n }, (_, i) => Array.from(createDraw(seed + i).numbers(n)));
  return a.map((row, i) => a.map((other, j) => Math.fround(product([row], other)[0] / n + (i === j ? 0.25 : 0))));
}

const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((value, i) => value - b[i]));

onEach(testDevices, (open) => {
  describe('conjugate gradients', () => {
    test('solve a positive definite system in as many iterations as it has unknowns', async () => {
      const device = await open();
      await fc.assert(
        fc.asyncProperty(smallSize, seeds, async (n, seed) => {
          const matrix = positiveDefinite(n, seed);
          // So large that what is added to denominators does not show.
          const right = Array.from(createDraw(seed + 99).numbers(n, -2000, 2000));
          const found = await (await prepareSolve(device, n, 2 * n))(matrix, right);
          const expected = solve(matrix, right);
          // Condition numbers are up to about 50: that often the rounding of 2^-53 or 2^-24, a hundredfold.
          const allowed = device.kind === 'reference' ? 1e-9 : 50 * 100 * 2 ** -24;
          expect(distance(found, expected)).toBeLessThan(allowed * Math.hypot(...expected, 1));
        }),
        { seed: 20260101, numRuns: device.kind === 'webgpu' ? 2 : 25 },
      );
    });

    test('restart in each run, and give 0 for 0', async () => {
      const run = await prepareSolve(await open(), 6, 4);
      const [matrix, right] = [positiveDefinite(6, 7), Array.from(createDraw(8).numbers(6))];
      const first = await run(matrix, right);
      expect(await run(positiveDefinite(6, 70), right)).not.toEqual(first);
      expect(await run(matrix, right)).toEqual(first);
      expect(await run(matrix, [0, 0, 0, 0, 0, 0])).toEqual([0, 0, 0, 0, 0, 0]);
      expect(await run(matrix, right)).toEqual(first);
    });
  });
});

describe('conjugate gradients in float64', () => {
  test.each([1, 3, 10])('after %s iterations are where the recurrence is', async (iterations) => {
    const run = await prepareSolve(await referenceDevice.open(), 8, iterations);
    const [matrix, right] = [positiveDefinite(8, 3), Array.from(createDraw(4).numbers(8, -0.01, 0.01))];
    const expected = plainConjugateGradient((v) => product(matrix, v), right, iterations);
    // The same arithmetic in float64, sums in another order: 1e-16 a step, and cancellation.
    expect(distance(await run(matrix, right), expected)).toBeLessThan(1e-12 * Math.hypot(...expected));
  });

  test('stay in the range of a singular matrix', async () => {
    // diag(p) - p p^T has the vector of ones as its null space, and rows of zeros where p is 0.
    const p = [0.5, 0.25, 0.125, 0.125, 0];
    const matrix = p.map((a, i) => p.map((b, j) => (i === j ? a : 0) - a * b));
    const right = [3000, -2000, 500, -1500, 0];
    const x = await (await prepareSolve(await referenceDevice.open(), 5, 10))(matrix, right);
    // Float64's rounding of numbers of 1e4, a thousandfold for the small eigenvalues.
    expect(distance(product(matrix, x), right)).toBeLessThan(1e-8);
    expect(Math.abs(x.reduce((a, b) => a + b, 0))).toBeLessThan(1e-8);
    expect(x[4]).toBe(0);
  });
});

test.each([0, 1.5])('%s iterations are refused', (iterations) => {
  const tape = createTape();
  const b = tape.read(variable('b', 'f32', [2]));
  expect(() => conjugateGradient((v) => v, b, { iterations })).toThrow(`must be a positive integer, not ${iterations}`);
});
