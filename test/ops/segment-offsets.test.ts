import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds, windows } from '../setup/arbitraries.ts';
import { windowOf, withGarbage } from '../setup/compare.ts';
import { kernelDevices, onEach } from '../setup/devices.ts';

onEach(kernelDevices, (open) => {
  test('segments begin where those before them end, and those after the last at the total', async () => {
    const device = await open();
    const settings = fc.record({ factor: fc.integer({ min: 1, max: 3 }), plus: fc.nat(2), column: fc.nat(2) });
    await fc.assert(
      fc.asyncProperty(windows, settings, seeds, async (window, { factor, plus, column }, seed) => {
        const { capacity, start, count } = window;
        const x = createDraw(seed).integers(capacity * 3, 0, 5);
        const tape = createTape();
        const rows = ops.withRows(given(tape, [capacity, 3], withGarbage(x, 3, start, count)), windowOf(tape, window));
        const found = await evaluate(device, tape, { ...ops.segmentOffsets(rows, column, factor, plus) });
        const offsets = [0];
        for (let n = start; n < start + count; n++) {
          offsets.push(offsets[offsets.length - 1] + factor * x[3 * n + column] + plus);
        }
        const last = offsets[count];
        expect(Array.from(found.offsets)).toEqual([...offsets, ...new Array(capacity - count).fill(last)]);
        expect(Array.from(found.total)).toEqual([0, last]);
        expect(Array.from(found.segments)).toEqual([0, count]);
      }),
      cases(5, device),
    );
  });

  test('more segments than a workgroup has invocations are numbered in order', async () => {
    const count = 1000;
    const x = createDraw(1).integers(count, 0, 3);
    const tape = createTape();
    const found = await evaluate(await open(), tape, { ...ops.segmentOffsets(given(tape, [count, 1], x), 0) });
    let sum = 0;
    const offsets = Array.from(x, (size) => (sum += size));
    expect(Array.from(found.offsets)).toEqual([0, ...offsets]);
  });
});

test('a column that is not there is refused', () => {
  const tape = createTape();
  expect(() => ops.segmentOffsets(tape.constant('i32', [1, 2], [1, 2]), 2)).toThrow('with a column 2');
});
