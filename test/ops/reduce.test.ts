import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape, elementCount, splitAt, type Tensor, variable } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds, size, sizeOrNone, smallSize, windows } from '../setup/arbitraries.ts';
import { expectClose, expectGradient, expectOnlyRowsInUse } from '../setup/compare.ts';
import { fastDevices, kernelDevices, onEach } from '../setup/devices.ts';
import { examples } from '../setup/here.ts';

/** What the maximum of no numbers is: the lowest finite float32. */
const lowest = -3.4028234663852886e38;

const larger = (a: number, b: number) => Math.max(a, b);

const kinds = [
  ['sum', ops.sum, (a: number, b: number) => a + b, 0],
  ['max', ops.max, larger, lowest],
] as const;

/** The reduction written as loops over [outer, length, inner]. */
function reduced(
  x: Float32Array,
  shape: readonly number[],
  axis: number,
  join: (a: number, b: number) => number,
  none: number,
) {
  const { outer, length, inner } = splitAt(shape, axis);
  return Array.from({ length: outer * inner }, (_, place) => {
    const [o, i] = [Math.floor(place / inner), place % inner];
    return Array.from({ length }, (_, l) => x[(o * length + l) * inner + i]).reduce(join, none);
  });
}

onEach(kernelDevices, (open) => {
  test.each(kinds)('%s over any axis is the loop over that axis', async (_, reduce, join, none) => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        fc.array(size, { minLength: 1, maxLength: 3 }),
        fc.nat(2),
        fc.boolean(),
        seeds,
        async (shape, at, keep, seed) => {
          const axis = at % shape.length;
          const x = createDraw(seed).numbers(elementCount(shape));
          const tape = createTape();
          const y = reduce(given(tape, shape, x), axis, keep);
          expect(y.shape).toEqual(keep ? shape.with(axis, 1) : shape.toSpliced(axis, 1));
          const found = await evaluate(device, tape, { y });
          expectClose(found.y, reduced(x, shape, axis, join, none), { terms: shape[axis] }, 'the reduction');
        },
      ),
      cases(4, device),
    );
  });

  test.each(
    examples([
      [[4099], 0],
      [[1500, 3], 0],
      [[3, 2050], 1],
      [[2, 300, 70], 1],
      [[257, 129], 0],
      [[17000, 3], 1],
      [[3, 17000], 0],
    ]),
  )('sums and maxima of many numbers are right: shape %j over axis %i', async (shape, axis) => {
    const device = await open();
    const x = createDraw(7).numbers(elementCount(shape));
    const tape = createTape();
    const tensor = given(tape, shape, x);
    const found = await evaluate(device, tape, {
      sum: ops.sum(tensor, axis),
      max: ops.max(tensor, axis),
      all: ops.sum(tensor),
    });
    expectClose(
      found.sum,
      reduced(x, shape, axis, (a, b) => a + b, 0),
      { terms: shape[axis] },
      'the sums',
    );
    expectClose(found.max, reduced(x, shape, axis, larger, lowest), {}, 'the maxima');
    expectClose(found.all, [x.reduce((a, b) => a + b, 0)], { terms: x.length, magnitude: 50 }, 'the sum of all');
  });

  test('a negative axis counts from the last; without an axis everything is reduced', async () => {
    const device = await open();
    const tape = createTape();
    const x = given(tape, [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
    const outputs = {
      last: ops.sum(x, -1),
      all: ops.sum(x),
      mean: ops.mean(x),
      kept: ops.max(x, undefined, true),
      rowMean: ops.mean(x, 0),
    };
    expect(outputs.kept.shape).toEqual([1, 1]);
    const found = await evaluate(device, tape, outputs);
    expectClose(found.last, [6, 15], {}, 'the sum over the last axis');
    expectClose([...found.all, ...found.mean, ...found.kept], [21, 3.5, 6], {}, 'sum, mean and maximum of all');
    expectClose(found.rowMean, [2.5, 3.5, 4.5], {}, 'the mean over the first axis');
  });

  test('the sum of no numbers is 0, their maximum the lowest float32', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(sizeOrNone, sizeOrNone, async (n, c) => {
        const tape = createTape();
        const x = given(tape, [n, 0, c], new Float32Array(0));
        const found = await evaluate(device, tape, { sum: ops.sum(x, 1), max: ops.max(x, 1) });
        expect(Array.from(found.sum)).toEqual(new Array(n * c).fill(0));
        expect(Array.from(found.max)).toEqual(new Array(n * c).fill(lowest));
      }),
      cases(2, device),
    );
  });

  test('derivatives of sum, mean and maximum are right', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(smallSize, smallSize, smallSize, fc.nat(2), seeds, async (a, b, c, axis, seed) => {
        const shape = [a, b, c];
        // Distinct by more than any step of a difference, so that there is one maximum throughout.
        const values = Float32Array.from(createDraw(seed).permutation(a * b * c), (rank) => rank / 8);
        const f = (reduce: (x: Tensor) => Tensor) =>
          expectGradient(device, (_, [x]) => ops.square(reduce(x)), [{ shape, values }], { terms: a * b * c });
        await f((x) => ops.sum(x, axis));
        await f((x) => ops.mean(x, axis, true));
        await f((x) => ops.max(x, axis));
        await f((x) => ops.mean(x));
        await f((x) => ops.max(x));
      }),
      cases(2, device),
    );
  });

  test('numbers tied for the maximum share its derivative evenly', async () => {
    const device = await open();
    const tape = createTape();
    const x = given(tape, [2, 4], Float32Array.of(1, 3, 3, 2, 5, 5, 5, 5));
    const [dx] = ops.gradient(ops.sum(ops.multiply(ops.max(x, 1), given(tape, [2], Float32Array.of(1, 8)))), [x]);
    const found = await evaluate(device, tape, { dx });
    expect(Array.from(found.dx)).toEqual([0, 0.5, 0.5, 0, 2, 2, 2, 2]);
  });

  test('over rows counted on the device only the rows in use are reduced', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(windows, size, smallSize, seeds, async (window, c, d, seed) => {
        const n = window.capacity;
        const draw = createDraw(seed);
        await expectOnlyRowsInUse(
          device,
          window,
          {
            byRows: [
              { shape: [n, c, d], numbers: draw.numbers(n * c * d) },
              { shape: [n], numbers: draw.numbers(n) },
            ],
          },
          (_, [x, v]) => ({
            overRows: ops.sum(x, 0),
            highest: ops.max(x, 0),
            inRows: ops.sum(x, 1),
            highestInRows: ops.max(x, 2, true),
            all: ops.sum(x),
            vector: ops.sum(v),
            highestVector: ops.max(v, 0, true),
          }),
          { terms: n * c * d, magnitude: 20 },
        );
      }),
      cases(3, device),
    );
  });

  test('the mean over rows counted on the device divides by the rows in use, and is 0 for none', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(windows, size, seeds, async (window, c, seed) => {
        const { capacity: n, start, count } = window;
        const x = createDraw(seed).numbers(n * c);
        const used = x.slice(start * c, (start + count) * c);
        await expectOnlyRowsInUse(
          device,
          window,
          { byRows: [{ shape: [n, c], numbers: x }] },
          (tape, [tensor], _, rows) => {
            const columns = Array.from({ length: c }, (_, i) => used.filter((_, place) => place % c === i));
            const average = (numbers: Float32Array) => numbers.reduce((a, b) => a + b, 0) / Math.max(numbers.length, 1);
            return rows
              ? { overRows: ops.mean(tensor, 0), all: ops.reshape(ops.mean(tensor), [1]), inRows: ops.mean(tensor, 1) }
              : {
                  overRows: given(tape, [c], Float32Array.from(columns, average)),
                  all: given(tape, [1], Float32Array.of(average(used))),
                  inRows: ops.mean(tensor, 1),
                };
          },
          { terms: n * c },
        );
      }),
      cases(2, device),
    );
  });

  test('derivatives over rows counted on the device are right', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(windows, smallSize, seeds, async (window, c, seed) => {
        const values = Float32Array.from(createDraw(seed).permutation(window.capacity * c), (rank) => rank / 16);
        const inputs = [{ shape: [window.capacity, c], values, byRows: true }];
        const arithmetic = { terms: window.capacity * c };
        await expectGradient(device, (_, [x]) => ops.square(ops.sum(x, 0)), inputs, arithmetic, window);
        await expectGradient(device, (_, [x]) => ops.square(ops.mean(x)), inputs, arithmetic, window);
        await expectGradient(device, (_, [x]) => ops.square(ops.max(x, 1)), inputs, arithmetic, window);
      }),
      cases(2, device),
    );
  });
});

describe('recording', () => {
  const tape = createTape();
  test('integers are refused, with what to do', () => {
    expect(() => ops.sum(tape.constant('i32', [2], [1, 2]), 0)).toThrow(/convert it with toFloat/);
  });
  test('an axis that does not exist is named', () => {
    expect(() => ops.sum(tape.constant('f32', [2], [1, 2]), 1)).toThrow(
      /axis 1 does not exist in a tensor of 1 dimensions/,
    );
  });
});

onEach(fastDevices, (open) => {
  // A running sum of equal numbers rounds to the same side for as long as its exponent stays, so that what is lost grows
  // with how many there are: of so many tenths a share of 1e-3.
  test.each([
    ['one after another', [2 ** 22]],
    ['in columns', [2 ** 19, 8]],
    ['in sixteen columns', [2 ** 18, 16]],
    ['in rows', [2, 2 ** 21]],
  ])('a long sum loses no digits to its length: %s', async (_, shape) => {
    const device = await open();
    const tenth = Math.fround(0.1);
    const count = elementCount(shape);
    const tape = createTape();
    const tenths = variable('tenths', 'f32', shape, new Float32Array(count).fill(tenth));
    const x = tape.read(tenths);
    const axis = shape.length === 2 && shape[0] === 2 ? 1 : 0;
    const { y } = await evaluate(device, tape, { y: ops.sum(x, axis) });
    const expected = tenth * shape[axis];
    // Each number goes through at most 1024 additions of a block, and as many of blocks as there are, or 20 in halves.
    const roundings = 1024 + 512;
    for (const value of y) expect(Math.abs(value - expected) / expected).toBeLessThanOrEqual(roundings * 2 ** -24);
    device.forget(tenths);
  });
});
