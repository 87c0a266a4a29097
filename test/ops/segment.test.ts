import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { cases, createDraw, drawn, given, seeds, size, smallSize } from '../setup/arbitraries.ts';
import { expectClose, expectGradient, expectLikeReference, expectOnlyRowsInUse } from '../setup/compare.ts';
import { fastKernelDevices, kernelDevices, onEach } from '../setup/devices.ts';
import { segmentIds, segmentsOf, total } from '../setup/segments.ts';

/** Sizes of segments: often empty or of one row, sometimes one that holds nearly everything. */
const sizes = fc.oneof(
  fc.array(fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 12 }),
  fc.constantFrom([300, 0, 1, 1], [0, 1, 400], [0, 0], [129], [1, 1, 1, 1, 1]),
);
const smallSizes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 });

/** The rows of each segment, one column of each. */
function columnsOf(x: ArrayLike<number>, sizes: readonly number[], width: number): number[][][] {
  let first = 0;
  return sizes.map((size) => {
    const rows = Array.from({ length: size }, (_, r) => first + r);
    first += size;
    return Array.from({ length: width }, (_, c) => rows.map((n) => x[n * width + c]));
  });
}

onEach(fastKernelDevices, (open) => {
  test.each([
    [8500, 2, 2],
    [3, 3000, 5],
  ])('%i segments of up to %i rows of %i numbers are those of the reference', async (count, max, c) => {
    await expectLikeReference(
      await open(),
      (tape) => {
        const draw = createDraw(count);
        const sizes = Array.from(draw.integers(count, 0, max));
        const segments = segmentsOf(tape, sizes);
        const x = drawn(tape, [total(sizes), c], draw);
        const softmax = ops.segmentSoftmax(x, segments);
        const [dx] = ops.gradient(ops.sum(ops.square(softmax)), [x]);
        return { sum: ops.segmentSum(x, segments), max: ops.segmentMax(x, segments), softmax, dx };
      },
      { terms: max },
    );
  });
});

onEach(kernelDevices, (open) => {
  test('segment sum, maximum, mean, softmax and expansion are loops over the rows of each segment', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(sizes, size, seeds, async (sizes, c, seed) => {
        const n = total(sizes);
        const draw = createDraw(seed);
        const [x, perSegment] = [draw.numbers(n * c, -4, 4), draw.numbers(sizes.length * c)];
        const tape = createTape();
        const segments = segmentsOf(tape, sizes);
        const rows = given(tape, [n, c], x);
        const found = await evaluate(device, tape, {
          sum: ops.segmentSum(rows, segments),
          max: ops.segmentMax(rows, segments),
          mean: ops.segmentMean(rows, segments),
          softmax: ops.segmentSoftmax(rows, segments),
          expanded: ops.segmentExpand(given(tape, [sizes.length, c], perSegment), segments),
        });
        const columns = columnsOf(x, sizes, c).flat();
        expectClose(found.sum, columns.map(total), { terms: n }, 'the sums');
        expectClose(
          found.max,
          columns.map((column) => (column.length > 0 ? Math.max(...column) : 0)),
          { roundings: 0 },
          'the maxima',
        );
        expectClose(
          found.mean,
          columns.map((column) => total(column) / Math.max(column.length, 1)),
          { terms: n },
          'the means',
        );
        const ids = segmentIds(sizes);
        const weights = Array.from(x, (value, place) => {
          const column = columns[ids[Math.floor(place / c)] * c + (place % c)];
          return Math.exp(value) / total(column.map(Math.exp));
        });
        expectClose(found.softmax, weights, { terms: n }, 'the softmax');
        expect(Array.from(found.expanded)).toEqual(
          ids.flatMap((s) => Array.from(perSegment.slice(s * c, (s + 1) * c))),
        );
      }),
      cases(4, device),
    );
  });

  test('permuting the segments permutes the results', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(sizes, smallSize, seeds, async (sizes, c, seed) => {
        const draw = createDraw(seed);
        const x = draw.numbers(total(sizes) * c);
        const order = draw.permutation(sizes.length);
        const firstRow = sizes.map((_, s) => total(sizes.slice(0, s)));
        const rowsOf = (s: number) => Array.from({ length: sizes[s] }, (_, r) => firstRow[s] + r);
        const rowOrder = order.flatMap(rowsOf);
        const rowAt = (numbers: ArrayLike<number>, place: number) =>
          Array.from({ length: c }, (_, k) => numbers[place * c + k]);

        const run = async (numbers: readonly number[], sizes: readonly number[]) => {
          const tape = createTape();
          const segments = segmentsOf(tape, sizes);
          const rows = given(tape, [numbers.length / c, c], Float32Array.from(numbers));
          return evaluate(device, tape, {
            sum: ops.segmentSum(rows, segments),
            max: ops.segmentMax(rows, segments),
            softmax: ops.segmentSoftmax(rows, segments),
          });
        };
        const before = await run(Array.from(x), sizes);
        const after = await run(
          rowOrder.flatMap((place) => rowAt(x, place)),
          order.map((s) => sizes[s]),
        );
        // Rows may fall into other lanes of a sum: the same terms, in another order.
        const terms = Math.max(...sizes);
        expectClose(
          after.sum,
          order.flatMap((s) => rowAt(before.sum, s)),
          { terms },
          'the sums',
        );
        expectClose(
          after.max,
          order.flatMap((s) => rowAt(before.max, s)),
          { roundings: 0 },
          'the maxima',
        );
        expectClose(
          after.softmax,
          rowOrder.flatMap((place) => rowAt(before.softmax, place)),
          { terms },
          'the softmax',
        );
      }),
      cases(3, device),
    );
  });

  test('the softmax of logits of 100 either way is finite and right', async () => {
    const device = await open();
    const tape = createTape();
    const x = given(tape, [5, 1], Float32Array.of(100, -100, 100, 3e38, -3e38));
    const found = await evaluate(device, tape, { y: ops.segmentSoftmax(x, segmentsOf(tape, [2, 1, 0, 2])) });
    expectClose(found.y, [1, 0, 1, 1, 0], {}, 'the softmax');
  });

  test('rows tied for the maximum of a segment share its derivative evenly', async () => {
    const device = await open();
    const tape = createTape();
    const x = given(tape, [5, 1], Float32Array.of(2, 2, 1, -3, -3));
    const weights = given(tape, [2, 1], Float32Array.of(1, 10));
    const [dx] = ops.gradient(ops.sum(ops.multiply(ops.segmentMax(x, segmentsOf(tape, [3, 2])), weights)), [x]);
    expect(Array.from((await evaluate(device, tape, { dx })).dx)).toEqual([0.5, 0.5, 0, 5, 5]);
  });

  test('derivatives of the segment operations are right', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(smallSizes, smallSize, seeds, async (sizes, c, seed) => {
        const n = total(sizes);
        const draw = createDraw(seed);
        const rows = [{ shape: [n, c], values: Float32Array.from(draw.permutation(n * c), (rank) => rank / 8) }];
        const perSegment = [{ shape: [sizes.length, c], values: draw.numbers(sizes.length * c) }];
        const arithmetic = { terms: n * c, magnitude: n * c };
        await expectGradient(
          device,
          (tape, [x]) => ops.square(ops.segmentSum(x, segmentsOf(tape, sizes))),
          rows,
          arithmetic,
        );
        await expectGradient(
          device,
          (tape, [x]) => ops.square(ops.segmentMean(x, segmentsOf(tape, sizes))),
          rows,
          arithmetic,
        );
        await expectGradient(
          device,
          (tape, [x]) => ops.square(ops.segmentMax(x, segmentsOf(tape, sizes))),
          rows,
          arithmetic,
        );
        await expectGradient(device, (tape, [x]) => ops.segmentSoftmax(x, segmentsOf(tape, sizes)), rows, arithmetic);
        await expectGradient(
          device,
          (tape, [x]) => ops.square(ops.segmentExpand(x, segmentsOf(tape, sizes))),
          perSegment,
          arithmetic,
        );
      }),
      cases(2, device),
    );
  });

  test('over rows counted on the device only the rows in use belong to segments', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(5), fc.nat(40), smallSize, seeds, async (sizes, start, spare, c, seed) => {
        const count = total(sizes);
        const capacity = start + count + spare;
        const draw = createDraw(seed);
        await expectOnlyRowsInUse(
          device,
          { capacity, start, count },
          {
            byRows: [
              { shape: [capacity, c], numbers: draw.numbers(capacity * c) },
              { shape: [capacity, c], numbers: draw.numbers(capacity * c) },
            ],
            shared: [{ shape: [sizes.length, c], numbers: draw.numbers(sizes.length * c) }],
          },
          (tape, [x, weights], [perSegment], rows) => {
            const segments = rows ? segmentsOf(tape, sizes, start, capacity, rows) : segmentsOf(tape, sizes);
            const [sum, max] = [ops.segmentSum(x, segments), ops.segmentMax(x, segments)];
            const softmax = ops.segmentSoftmax(x, segments);
            const expanded = ops.segmentExpand(perSegment, segments);
            const both = ops.add(
              ops.sum(ops.multiply(ops.add(sum, max), perSegment)),
              ops.sum(ops.multiply(softmax, weights)),
            );
            const [dx] = ops.gradient(both, [x]);
            const [dPerSegment] = ops.gradient(ops.sum(ops.multiply(expanded, weights)), [perSegment]);
            return { sum, max, softmax, expanded, mean: ops.segmentMean(x, segments), dx, dPerSegment };
          },
          { terms: count },
        );
      }),
      cases(3, device),
    );
  });
});

describe('recording', () => {
  test('ids of another length than the rows are refused', () => {
    const tape = createTape();
    const x = tape.constant('f32', [2, 1], [1, 2]);
    expect(() => ops.segmentSum(x, segmentsOf(tape, [1, 2]))).toThrow(/ids must have one number for each row/);
  });
});
