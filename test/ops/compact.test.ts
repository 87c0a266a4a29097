import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape, type Tensor } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds, size, windows } from '../setup/arbitraries.ts';
import { expectClose, expectGradient, windowOf, withGarbage } from '../setup/compare.ts';
import { kernelDevices, onEach } from '../setup/devices.ts';

/** Places where the mask is set, among rows start .. start + count - 1. */
function placesOf(mask: Int32Array, start = 0, count = mask.length): number[] {
  return Array.from({ length: count }, (_, i) => start + i).filter((place) => mask[place] !== 0);
}

/** The index as far as its rows are in use, the rank, and the window. */
const outputsOf = ({
  index,
  rank,
  rows,
}: ReturnType<typeof ops.compact>): Record<'index' | 'rank' | 'window', Tensor> => ({
  index,
  rank,
  window: rows.window,
});

onEach(kernelDevices, (open) => {
  test('the set places of a mask are numbered in order', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(size, fc.constantFrom(256, 257, 1000, 5000)),
        fc.constantFrom(0, 0.1, 0.6, 1),
        seeds,
        async (n, probability, seed) => {
          // Anything but 0 is set.
          const mask = createDraw(seed)
            .mask(n, probability)
            .map((set, place) => set * (place % 2 ? -5 : 3));
          const tape = createTape();
          const found = await evaluate(device, tape, outputsOf(ops.compact(given(tape, [n], mask))));
          const places = placesOf(mask);
          expect(Array.from(found.index)).toEqual(places);
          expect(Array.from(found.rank)).toEqual(
            Array.from(mask, (set, place) => (set === 0 ? -1 : places.indexOf(place))),
          );
          expect(Array.from(found.window)).toEqual([0, places.length]);
        },
      ),
      cases(5, device),
    );
  });

  test('a mask by rows numbers only the rows in use, by their own places', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(windows, fc.constant({ capacity: 1500, start: 300, count: 1100 })),
        seeds,
        async (window, seed) => {
          const { capacity, start, count } = window;
          const mask = createDraw(seed).mask(capacity);
          const tape = createTape();
          const garbled = given(tape, [capacity], withGarbage(mask, 1, start, count));
          const found = await evaluate(
            device,
            tape,
            outputsOf(ops.compact({ ...garbled, rows: windowOf(tape, window) })),
          );
          const places = placesOf(mask, start, count);
          expect(Array.from(found.index)).toEqual(places);
          const used = Array.from({ length: count }, (_, i) => start + i);
          expect(Array.from(found.rank)).toEqual(used.map((place) => (mask[place] === 0 ? -1 : places.indexOf(place))));
          expect(Array.from(found.window)).toEqual([0, places.length]);
        },
      ),
      cases(5, device),
    );
  });

  test('work on the rows selected by a mask equals work on those rows alone', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(size, size, seeds, async (n, c, seed) => {
        const draw = createDraw(seed);
        const [x, mask] = [draw.numbers(n * c), draw.mask(n)];
        const tape = createTape();
        const { index, rank } = ops.compact(given(tape, [n], mask));
        const chosen = ops.gatherRows(given(tape, [n, c], x), index, { inverse: rank });
        const back = ops.gatherRows(ops.multiply(chosen, 3), rank, { fill: -1 });
        const found = await evaluate(device, tape, { chosen, back, total: ops.sum(chosen, 0) });
        const rows = placesOf(mask).map((place) => Array.from(x.slice(place * c, (place + 1) * c)));
        expect(Array.from(found.chosen)).toEqual(rows.flat());
        expectClose(
          found.back,
          Array.from(x, (value, i) => (mask[Math.floor(i / c)] ? 3 * value : -1)),
          {},
          'rows put back',
        );
        const columns = Array.from({ length: c }, (_, k) => rows.reduce((sum, row) => sum + row[k], 0));
        expectClose(found.total, columns, { terms: n }, 'the sums of columns');
      }),
      cases(3, device),
    );
  });

  test('derivatives pass through compaction to the selected rows alone', async () => {
    const device = await open();
    const draw = createDraw(9);
    const mask = Int32Array.of(1, 0, 1, 1, 0, 0, 1);
    const inputs = [
      { name: 'x', shape: [7, 3], values: draw.numbers(21) },
      { name: 'w', shape: [3, 4], values: draw.numbers(12) },
    ];
    for (const withInverse of [true, false]) {
      await expectGradient(
        device,
        (tape, [x, w]) => {
          const { index, rank } = ops.compact(given(tape, [7], mask));
          const chosen = ops.gatherRows(x, index, withInverse ? { inverse: rank } : {});
          return ops.mean(ops.dense(chosen, w, undefined, 'tanh'), 0);
        },
        inputs,
        { terms: 7 },
      );
    }
  });
});

describe('recording', () => {
  test('anything but a list of integers is refused', () => {
    const tape = createTape();
    expect(() => ops.compact(tape.constant('f32', [2], [1, 0]))).toThrow(/takes an i32 mask \[N\]/);
  });
});
