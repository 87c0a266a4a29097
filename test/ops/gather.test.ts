import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds, size, sizeOrNone, smallSize, windows } from '../setup/arbitraries.ts';
import { expectClose, expectGradient, expectOnlyRowsInUse, windowOf } from '../setup/compare.ts';
import { onEach, testDevices, webgpuVariants } from '../setup/devices.ts';

/** Row n of rows of a width. */
const row = (x: ArrayLike<number>, n: number, width: number) =>
  Array.from({ length: width }, (_, c) => x[n * width + c]);

/** Rows of x added up at the rows the index names, in order. */
function scattered(x: ArrayLike<number>, index: ArrayLike<number>, rowCount: number, width: number): number[] {
  const result = new Array<number>(rowCount * width).fill(0);
  for (let m = 0; m < index.length; m++) {
    if (index[m] < 0) continue;
    for (let c = 0; c < width; c++) result[index[m] * width + c] += x[m * width + c];
  }
  return result;
}

onEach(testDevices, (open) => {
  test('gather reads rows by number, and the fill where the number is negative', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(size, sizeOrNone, size, seeds, async (n, m, c, seed) => {
        const draw = createDraw(seed);
        const [x, whole] = [draw.numbers(n * c), draw.integers(n * c, -99, 99)];
        const index = draw.integers(m, -2, n - 1);
        const tape = createTape();
        const places = given(tape, [m], index);
        const found = await evaluate(device, tape, {
          floats: ops.gatherRows(given(tape, [n, c], x), places, { fill: 7.5 }),
          integers: ops.gatherRows(given(tape, [n, c], whole), places, { fill: -1 }),
          vector: ops.gatherRows(given(tape, [n * c], x), places),
        });
        const rows = Array.from(index);
        expect(Array.from(found.floats)).toEqual(rows.flatMap((i) => (i < 0 ? new Array(c).fill(7.5) : row(x, i, c))));
        expect(Array.from(found.integers)).toEqual(
          rows.flatMap((i) => (i < 0 ? new Array(c).fill(-1) : row(whole, i, c))),
        );
        expect(Array.from(found.vector)).toEqual(rows.map((i) => (i < 0 ? 0 : x[i])));
      }),
      cases(4, device),
    );
  });

  test('scatter adds rows up at the rows they are for, leaving out negative ones', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(sizeOrNone, size, size, seeds, async (m, n, c, seed) => {
        const draw = createDraw(seed);
        const x = draw.numbers(m * c);
        const index = draw.integers(m, -1, n - 1);
        const tape = createTape();
        const found = await evaluate(device, tape, {
          y: ops.scatterAddRows(given(tape, [m, c], x), given(tape, [m], index), n),
        });
        expectClose(found.y, scattered(x, index, n, c), { terms: m }, 'the sums');
      }),
      cases(4, device),
    );
  });

  test('scatter adds many rows up at few places', async () => {
    const device = await open();
    const draw = createDraw(3);
    const [x, index] = [draw.numbers(1000 * 3), draw.integers(1000, 0, 2)];
    const tape = createTape();
    const found = await evaluate(device, tape, {
      y: ops.scatterAddRows(given(tape, [1000, 3], x), given(tape, [1000], index), 5),
    });
    expectClose(found.y, scattered(x, index, 5, 3), { terms: 1000 }, 'the sums');
  });

  test('the derivative of gather adds up, that of scatter gathers', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(smallSize, smallSize, smallSize, seeds, async (n, m, c, seed) => {
        const draw = createDraw(seed);
        const index = draw.integers(m, -1, n - 1);
        const into = draw.integers(n, -1, 4);
        await expectGradient(
          device,
          (tape, [x]) => ops.square(ops.gatherRows(x, given(tape, [m], index))),
          [{ shape: [n, c], values: draw.numbers(n * c) }],
          { terms: m },
        );
        await expectGradient(
          device,
          (tape, [x]) => ops.square(ops.scatterAddRows(x, given(tape, [n], into), 5)),
          [{ shape: [n, c], values: draw.numbers(n * c) }],
          { terms: n, magnitude: 40 },
        );
      }),
      cases(2, device),
    );
  });

  test('gather with an inverse has the same derivative', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(size, size, seeds, async (n, c, seed) => {
        const draw = createDraw(seed);
        // A choice of places, each read once, as `compact` makes it.
        const places = draw.permutation(n).slice(0, Math.ceil(n / 2));
        const inverse = Int32Array.from({ length: n }, (_, place) => places.indexOf(place));
        const tape = createTape();
        const x = given(tape, [n, c], draw.numbers(n * c));
        const index = given(tape, [places.length], Int32Array.from(places));
        const weights = given(tape, [places.length, c], draw.numbers(places.length * c));
        const total = (y: ReturnType<typeof ops.gatherRows>) => ops.sum(ops.multiply(y, weights));
        const [added] = ops.gradient(total(ops.gatherRows(x, index)), [x]);
        const [gathered] = ops.gradient(total(ops.gatherRows(x, index, { inverse: given(tape, [n], inverse) })), [x]);
        const found = await evaluate(device, tape, { added, gathered });
        expect(found.gathered).toEqual(found.added);
      }),
      cases(2, device),
    );
  });

  test('over rows counted on the device only the rows in use are gathered or added', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(windows, size, size, seeds, async (window, n, c, seed) => {
        const { capacity } = window;
        const draw = createDraw(seed);
        await expectOnlyRowsInUse(
          device,
          window,
          {
            byRows: [
              { shape: [capacity], numbers: draw.integers(capacity, -1, n - 1) },
              { shape: [capacity, c], numbers: draw.numbers(capacity * c) },
            ],
            shared: [{ shape: [n, c], numbers: draw.numbers(n * c) }],
          },
          (_, [index, x], [table]) => ({
            gathered: ops.gatherRows(table, index, { fill: 3 }),
            added: ops.scatterAddRows(x, index, n),
          }),
          { terms: capacity },
        );
      }),
      cases(4, device),
    );
  });

  test('derivatives over rows counted on the device are right', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(windows, smallSize, smallSize, seeds, async (window, n, c, seed) => {
        const { capacity } = window;
        const draw = createDraw(seed);
        const index = draw.integers(capacity, -1, n - 1);
        await expectGradient(
          device,
          (tape, [table, x]) => {
            const rows = x.rows ? { rows: x.rows } : {};
            const places = { ...given(tape, [capacity], index), ...rows };
            const mixed = ops.multiply(ops.gatherRows(table, places), x);
            return ops.square(ops.scatterAddRows(mixed, places, n));
          },
          [
            { shape: [n, c], values: draw.numbers(n * c) },
            { shape: [capacity, c], values: draw.numbers(capacity * c), byRows: true },
          ],
          { terms: capacity, magnitude: 16 * capacity },
          window,
        );
      }),
      cases(2, device),
    );
  });
});

onEach([...new Set([...testDevices, ...webgpuVariants])], (open) => {
  // From 512 rows on a GPU sorts them. Numbers are added in the order of m on every device, from 1024 rows on in blocks, so
  // float32 gives the same bits.
  test.each([
    ['one row', 1, 600],
    ['a few', 5, 2500],
    ['hundreds', 300, 1200],
    ['more than two digits count', 70_000, 900],
  ])('adding many rows up at %s is the sum in their order, of rows in use only', async (_, rowCount, capacity) => {
    const device = await open();
    const width = 3;
    for (const window of [
      { capacity, start: 0, count: capacity },
      { capacity, start: 17, count: capacity - 100 },
      { capacity, start: 5, count: 0 },
    ]) {
      const draw = createDraw(rowCount + window.count);
      const numbers = draw.numbers(capacity * width);
      const places = draw.integers(capacity, -1, rowCount - 1);
      const end = window.start + window.count;
      const block = Math.max(1024, 4 * rowCount);
      const expected = new Float32Array(rowCount * width);
      for (let from = window.start; from < end; from += block) {
        const sums = new Float32Array(rowCount * width);
        for (let m = from; m < Math.min(from + block, end); m++) {
          if (places[m] < 0) continue;
          for (let c = 0; c < width; c++) sums[places[m] * width + c] += numbers[m * width + c];
        }
        sums.forEach((sum, i) => {
          expected[i] += sum;
        });
      }
      const tape = createTape();
      const rows = windowOf(tape, window);
      const x = { ...given(tape, [capacity, width], numbers), rows };
      const index = { ...given(tape, [capacity], places), rows };
      const { y } = await evaluate(device, tape, { y: ops.scatterAddRows(x, index, rowCount) });
      if (device.kind === 'reference') expectClose(y, expected, { terms: capacity }, 'the sums');
      else {
        // Comparing arrays of this size number by number is what the test would take its time with.
        const different = expected.findIndex((sum, i) => !Object.is(y[i], sum));
        expect([y.length, different, y[different]]).toEqual([expected.length, -1, undefined]);
      }
    }
  });

  test('sums of many rows lose no digits with their number', async () => {
    const device = await open();
    const [capacity, count] = [20_000, 3];
    const tape = createTape();
    const window = { capacity, start: 4, count };
    const x = given(tape, [capacity, 1], new Float32Array(capacity).fill(0.1));
    const index = given(
      tape,
      [capacity],
      Int32Array.from({ length: capacity }, (_, m) => window.start + (m % count)),
    );
    const to = { ...given(tape, [capacity, 1], new Float32Array(capacity)), rows: windowOf(tape, window) };
    const { y } = await evaluate(device, tape, { y: ops.scatterAddRows(x, index, to) });
    const sum = (n: number) => Math.fround(0.1) * Math.ceil((capacity - n) / count);
    // At most 1024 additions in a block and 20 of blocks, each off by half of 2^-23 of a sum that is no more than the last.
    Array.from(y).forEach((found, n) => {
      expect(Math.abs(found - sum(n)) / sum(n)).toBeLessThanOrEqual(((1024 / count + 20) / 2) * 2 ** -23);
    });
  });

  test('a checked run of many rows gives back all that it reserves', async () => {
    const device = await open();
    const tape = createTape();
    const x = given(tape, [600, 2], new Float32Array(1200).fill(1));
    const index = given(tape, [600], new Int32Array(600));
    const plan = compile(tape, { y: ops.scatterAddRows(x, index, 3) });
    const bytes = async () => {
      const executable = await device.prepare(plan);
      await executable.runChecked();
      expect(Array.from(await executable.read('y'))).toEqual([600, 600, 0, 0, 0, 0]);
      executable.release();
      return device.counts.bytes;
    };
    const before = await bytes();
    expect(await bytes()).toBe(before);
  });
});

describe('recording', () => {
  const tape = createTape();
  const x = tape.constant('f32', [2, 3], [1, 2, 3, 4, 5, 6]);
  test('an index that is no list of integers is refused', () => {
    expect(() => ops.gatherRows(x, x)).toThrow(/takes rows and an i32 index of one dimension/);
  });
  test('an inverse of another length than the rows is refused', () => {
    const index = tape.constant('i32', [1], [0]);
    expect(() => ops.gatherRows(x, index, { inverse: index })).toThrow(/one i32 for each row of x/);
  });
  test('an index of another length than the rows to add is refused', () => {
    expect(() => ops.scatterAddRows(x, tape.constant('i32', [1], [0]), 4)).toThrow(/one i32 index for each/);
  });
});
