import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds, size, sizeOrNone, windows } from '../setup/arbitraries.ts';
import { windowOf } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';

const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
/** The largest, the smallest and the smallest normal float32, and zeros: all finite. */
const extreme = [3.4028234663852886e38, -3.4028234663852886e38, 1.401298464324817e-45, 1.1754943508222875e-38, 0, -0];

function withBad(count: number, probability: number, seed: number): { x: Float32Array; isBad: boolean[] } {
  const draw = createDraw(seed);
  const marks = draw.mask(count, probability);
  const x = Float32Array.from(marks, (mark, i) => (mark ? bad[i % 3] : extreme[i % 6]));
  return { x, isBad: Array.from(marks, (mark) => mark === 1) };
}

onEach(testDevices, (open) => {
  test('numbers that are not finite are counted by their bits', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(sizeOrNone, fc.constantFrom(255, 256, 257, 3000)),
        size,
        fc.constantFrom(0, 0.01, 0.5, 1),
        seeds,
        async (n, c, probability, seed) => {
          const { x, isBad } = withBad(n * c, probability, seed);
          const tape = createTape();
          const found = await evaluate(device, tape, { y: ops.countNonFinite(given(tape, [n, c], x)) });
          expect(Array.from(found.y)).toEqual([isBad.filter(Boolean).length]);
        },
      ),
      cases(4, device),
    );
  });

  test('rows out of use are ignored', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(windows, size, seeds, async (window, c, seed) => {
        const { capacity, start, count } = window;
        const { x, isBad } = withBad(capacity * c, 0.3, seed);
        const tape = createTape();
        const tensor = { ...given(tape, [capacity, c], x), rows: windowOf(tape, window) };
        const found = await evaluate(device, tape, { y: ops.countNonFinite(tensor) });
        expect(Array.from(found.y)).toEqual([isBad.slice(start * c, (start + count) * c).filter(Boolean).length]);
      }),
      cases(3, device),
    );
  });
});
