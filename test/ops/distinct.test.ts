import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape, type Tape, type Tensor } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds, windows } from '../setup/arbitraries.ts';
import { expectClose, expectGradient, windowOf, withGarbage } from '../setup/compare.ts';
import { kernelDevices, onEach, webgpuVariants } from '../setup/devices.ts';

/** The numbers of rows start .. start + count - 1, and where each distinct one first stands. */
function numbered(x: Int32Array | Float32Array, width: number, start: number, count: number) {
  const texts = Array.from({ length: count }, (_, i) => x.slice((start + i) * width, (start + i + 1) * width).join());
  const distinct = [...new Set(texts)];
  return {
    index: texts.map((text) => distinct.indexOf(text)),
    first: distinct.map((text) => start + texts.indexOf(text)),
  };
}

/** Everything that the operation makes; of `index` and `values` the rows in use. */
const outputsOf = ({ index, values, rows, total }: ops.DistinctRows): Record<string, Tensor> => ({
  index,
  values,
  window: rows.window,
  total,
});

/** Rows by a window, with other rows among them. */
function byRows(tape: Tape, x: Int32Array, width: number, window: { capacity: number; start: number; count: number }) {
  const garbled = given(tape, [window.capacity, width], withGarbage(x, width, window.start, window.count));
  return { ...garbled, rows: windowOf(tape, window) };
}

onEach(kernelDevices, (open) => {
  test('equal rows in use have one number, given in the order in which they first occur', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(windows, fc.constant({ capacity: 700, start: 100, count: 550 })),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(0, 1, 5, 1000),
        seeds,
        async (window, width, high, seed) => {
          const { capacity, start, count } = window;
          const x = createDraw(seed).integers(capacity * width, -1, high);
          const tape = createTape();
          const found = await evaluate(device, tape, outputsOf(ops.distinctRows(byRows(tape, x, width, window))));
          const expected = numbered(x, width, start, count);
          expect(Array.from(found.index)).toEqual(expected.index);
          const values = expected.first.flatMap((row) => Array.from(x.slice(row * width, (row + 1) * width)));
          expect(Array.from(found.values)).toEqual(values);
          expect(Array.from(found.window)).toEqual([0, expected.first.length]);
          expect(Array.from(found.total)).toEqual([0, expected.first.length]);
        },
      ),
      cases(6, device),
    );
  });

  test('floats are compared by their bits', async () => {
    const tape = createTape();
    const x = given(tape, [5, 1], Float32Array.of(0, -0, 1.5, 0, 1.5));
    const { index, total } = await evaluate(await open(), tape, outputsOf(ops.distinctRows(x)));
    expect([Array.from(index), Array.from(total)]).toEqual([
      [0, 1, 2, 0, 2],
      [0, 3],
    ]);
  });

  test('rows are numbered on behind those that stand before', async () => {
    const device = await open();
    const tape = createTape();
    const x = Int32Array.of(7, 7, 8, 9, 8, 0);
    const before = given(tape, [2], Int32Array.of(1, 2));
    const distinct = ops.distinctRows(byRows(tape, x, 1, { capacity: 6, start: 1, count: 4 }), before);
    const found = await evaluate(device, tape, outputsOf(distinct));
    expect(Object.fromEntries(Object.entries(found).map(([name, numbers]) => [name, Array.from(numbers)]))).toEqual({
      index: [3, 4, 5, 4],
      values: [7, 8, 9],
      window: [3, 3],
      total: [0, 6],
    });
  });

  test('a function of distinct rows is the function of all, and so is its derivative', async () => {
    const device = await open();
    const draw = createDraw(4);
    const tokens = draw.integers(2 * 12, 0, 2);
    const inputs = [
      { name: 'w', shape: [3, 5], values: draw.numbers(15) },
      { name: 'b', shape: [5], values: draw.numbers(5) },
    ];
    const overDistinct = (tape: Tape, [w, b]: readonly Tensor[]) => {
      const { values, index } = ops.distinctRows(given(tape, [12, 2], tokens));
      return ops.gatherRows(ops.oneHotDense(values, w, b, 'tanh'), index);
    };
    await expectGradient(device, overDistinct, inputs, { terms: 12 });
    const tape = createTape();
    const [w, b] = inputs.map(({ shape, values }) => given(tape, shape, values));
    const all = ops.oneHotDense(given(tape, [12, 2], tokens), w, b, 'tanh');
    const found = await evaluate(device, tape, { all, distinct: overDistinct(tape, [w, b]) });
    expectClose(found.distinct, found.all, {}, 'a function of distinct rows');
  });
});

onEach([...new Set([...kernelDevices, ...webgpuVariants])], (open) => {
  // From 512 rows on a GPU sorts them by a hash.
  test.each([
    ['all the same', 0],
    ['few different ones', 2],
    ['nearly all different', 1_000_000],
  ])('many rows, %s, are numbered in the order in which they first occur', async (_, largest) => {
    const device = await open();
    for (const window of [
      { capacity: 1500, start: 0, count: 1500 },
      { capacity: 1500, start: 300, count: 1111 },
      { capacity: 1500, start: 3, count: 0 },
    ]) {
      const x = createDraw(largest).integers(window.capacity * 2, -largest, largest);
      const tape = createTape();
      const found = await evaluate(device, tape, outputsOf(ops.distinctRows(byRows(tape, x, 2, window))));
      const expected = numbered(x, 2, window.start, window.count);
      expect(Array.from(found.index)).toEqual(expected.index);
      expect(Array.from(found.window)).toEqual([0, expected.first.length]);
      const values = expected.first.flatMap((n) => Array.from(x.slice(2 * n, 2 * n + 2)));
      expect(Array.from(found.values)).toEqual(values);
    }
  });
});

describe('recording', () => {
  test('numbering on behind anything but a window is refused', () => {
    const tape = createTape();
    const x = given(tape, [3, 1], Int32Array.of(1, 2, 3));
    expect(() => ops.distinctRows(x, x)).toThrow('distinctRows(i32[3, 1], i32[3, 1]): takes a window i32 [2]');
  });
});
