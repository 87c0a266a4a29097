import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds, size, sizeOrNone, smallSize } from '../setup/arbitraries.ts';
import { expectClose, expectGradient } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';

onEach(testDevices, (open) => {
  test('a scan is the sum of what came before, weighted by powers of the decay', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        size,
        sizeOrNone,
        fc.constantFrom(0, 0.5, 0.99, 1),
        fc.boolean(),
        seeds,
        async (time, n, decay, reverse, seed) => {
          const x = createDraw(seed).numbers(time * n);
          const tape = createTape();
          const found = await evaluate(device, tape, { y: ops.scan(given(tape, [time, n], x), decay, reverse) });
          const expected = Array.from(x, (_, place) => {
            const [t, i] = [Math.floor(place / n), place % n];
            let sum = 0;
            for (let s = 0; s < time; s++) {
              const distance = reverse ? s - t : t - s;
              if (distance >= 0) sum += decay ** distance * x[s * n + i];
            }
            return sum;
          });
          // 0 ** 0 is 1: with decay 0 a scan is the input itself.
          expectClose(found.y, expected, { terms: time, magnitude: 20 }, 'the scan');
        },
      ),
      cases(5, device),
    );
  });

  test('reverse scan of a constant is an arithmetic series', async () => {
    const device = await open();
    const tape = createTape();
    const x = given(tape, [5, 2, 1], new Float32Array(10).fill(3));
    const found = await evaluate(device, tape, { y: ops.cumulativeSum(x, true), z: ops.cumulativeSum(x) });
    expect(Array.from(found.y)).toEqual([15, 15, 12, 12, 9, 9, 6, 6, 3, 3]);
    expect(Array.from(found.z)).toEqual([3, 3, 6, 6, 9, 9, 12, 12, 15, 15]);
  });

  test('a long scan over many trajectories is right', async () => {
    const device = await open();
    const [time, n] = [300, 130];
    const x = createDraw(5).numbers(time * n);
    const tape = createTape();
    const found = await evaluate(device, tape, { y: ops.scan(given(tape, [time, n], x), 0.9, true) });
    const expected = new Float64Array(time * n);
    for (let place = time * n - 1; place >= 0; place--) expected[place] = x[place] + 0.9 * (expected[place + n] ?? 0);
    expectClose(found.y, expected, { terms: time }, 'the scan');
  });

  test('the derivative of a scan is the scan the other way', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        smallSize,
        smallSize,
        fc.constantFrom(0, 0.7, 1),
        fc.boolean(),
        seeds,
        async (time, n, decay, reverse, seed) => {
          const inputs = [{ shape: [time, n, 2], values: createDraw(seed).numbers(time * n * 2) }];
          await expectGradient(device, (_, [x]) => ops.square(ops.scan(x, decay, reverse)), inputs, {
            terms: time,
            magnitude: 80,
          });
        },
      ),
      cases(2, device),
    );
  });
});

describe('recording', () => {
  test('time must be a fixed dimension', () => {
    const tape = createTape();
    const window = tape.constant('i32', [2], [0, 1]);
    const x = tape.constant('f32', [2, 3], [1, 2, 3, 4, 5, 6]);
    expect(() => ops.scan({ ...x, rows: { capacity: 2, max: 2, window } })).toThrow(/gather the rows into a grid/);
  });
});
