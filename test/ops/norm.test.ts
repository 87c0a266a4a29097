import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { cases, createDraw, drawn, given, seeds, size, sizeOrNone, smallSize, windows } from '../setup/arbitraries.ts';
import { expectClose, expectGradient, expectLikeReference, expectOnlyRowsInUse } from '../setup/compare.ts';
import { fastKernelDevices, kernelDevices, onEach } from '../setup/devices.ts';
import { segmentsOf, total } from '../setup/segments.ts';

const sizes = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 6 }),
  fc.constantFrom([200, 0, 1], [0], [1, 1, 1]),
);

/** Few close numbers have a small deviation, by which errors are divided: down to a tenth of these numbers' range. */
const close = 40;

onEach(fastKernelDevices, (open) => {
  test('norms of any size and their derivatives are those of the reference', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(sizeOrNone, size, sizes, seeds, async (n, c, sizes, seed) => {
        const rows = total(sizes);
        await expectLikeReference(
          device,
          (tape) => {
            const draw = createDraw(seed);
            const [x, nodes] = [drawn(tape, [n, c], draw), drawn(tape, [rows, c], draw)];
            const [layer, graph] = [ops.layerNorm(x), ops.graphNorm(nodes, segmentsOf(tape, sizes))];
            const [dx] = ops.gradient(ops.sum(ops.multiply(layer, drawn(tape, [n, c], draw))), [x]);
            const [dNodes] = ops.gradient(ops.sum(ops.multiply(graph, drawn(tape, [rows, c], draw))), [nodes]);
            return { layer, graph, dx, dNodes };
          },
          { terms: rows * c, magnitude: close },
        );
      }),
      cases(4, device),
    );
  });
});

onEach(kernelDevices, (open) => {
  test('a normalised row has mean 0 and variance 1', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(size, fc.integer({ min: 8, max: 300 }), seeds, async (n, c, seed) => {
        const tape = createTape();
        const y = ops.layerNorm(drawn(tape, [n, c], createDraw(seed)), 0);
        const found = await evaluate(device, tape, { mean: ops.mean(y, 1), variance: ops.mean(ops.square(y), 1) });
        expectClose(found.mean, new Float32Array(n), { terms: c }, 'the means');
        expectClose(found.variance, new Float32Array(n).fill(1), { terms: c }, 'the variances');
      }),
      cases(2, device),
    );
  });

  test('numbers far from 0 lose no more than their own rounding', async () => {
    const device = await open();
    const tape = createTape();
    const row = Float32Array.of(1000, 1001, 1002, 1003);
    const y = ops.layerNorm(given(tape, [1, 4], row), 0);
    const deviation = Math.sqrt(1.25);
    const found = await evaluate(device, tape, { y });
    // A variance from the mean of squares would be off by 1000^2 u = 0.06.
    expectClose(
      found.y,
      [-1.5, -0.5, 0.5, 1.5].map((value) => value / deviation),
      { magnitude: 10 },
      'the normalised row',
    );
  });

  test('epsilon is added to the variance', async () => {
    const tape = createTape();
    const y = ops.layerNorm(given(tape, [1, 2], Float32Array.of(1, -1)), 3);
    const found = await evaluate(await open(), tape, { y });
    expectClose(found.y, [0.5, -0.5], {}, 'numbers of variance 1 and an epsilon of 3');
  });

  test('numbers whose squares overflow float32 are normalised correctly', async () => {
    const tape = createTape();
    const [large, small] = [1e30, 1e-30].map((size) =>
      given(
        tape,
        [1, 4],
        Float32Array.of(1, -1, 1, -1).map((sign) => sign * size),
      ),
    );
    const y = ops.layerNorm(large);
    const [dx] = ops.gradient(ops.sum(ops.multiply(y, tape.constant('f32', [1, 4], [1, 2, 3, 5]))), [large]);
    const outputs = { y, dx: ops.multiply(dx, 1e30), tiny: ops.layerNorm(small) };
    const found = await evaluate(await open(), tape, outputs);
    expectClose(found.y, [1, -1, 1, -1], {}, 'large numbers');
    // dy - mean(dy) - y mean(dy y), with means of 11/4 and -3/4, over the deviation.
    expectClose(found.dx, [-1, -1.5, 1, 1.5], { magnitude: 5 }, 'their derivative');
    expectClose(found.tiny, [0, 0, 0, 0], {}, 'small numbers');
  });

  test('a row of equal numbers becomes 0, and its derivative is finite', async () => {
    const device = await open();
    const tape = createTape();
    const x = given(tape, [2, 3], Float32Array.of(5, 5, 5, 0, 0, 0));
    const y = ops.layerNorm(x);
    const weights = given(tape, [2, 3], Float32Array.of(1, 2, 6, 1, 1, 1));
    const [dx] = ops.gradient(ops.sum(ops.multiply(y, weights)), [x]);
    const found = await evaluate(device, tape, { y, dx });
    expectClose(found.y, new Float32Array(6), {}, 'the normalised rows');
    const r = 1 / Math.sqrt(1e-5);
    expectClose(found.dx, [-2 * r, -r, 3 * r, 0, 0, 0], {}, 'the derivative');
  });

  test('graph norm is layer norm over all numbers of a segment; empty segments are left alone', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(sizes, smallSize, seeds, async (sizes, c, seed) => {
        const n = total(sizes);
        const x = createDraw(seed).numbers(n * c);
        const tape = createTape();
        const outputs: Record<string, ReturnType<typeof ops.layerNorm>> = {
          whole: ops.graphNorm(given(tape, [n, c], x), segmentsOf(tape, sizes)),
        };
        let first = 0;
        sizes.forEach((size, s) => {
          outputs[`segment ${s}`] = ops.layerNorm(given(tape, [1, size * c], x.slice(first * c, (first + size) * c)));
          first += size;
        });
        const { whole, ...segments } = await evaluate(device, tape, outputs);
        const filled = Object.values(segments).flatMap((numbers, s) => (sizes[s] > 0 ? Array.from(numbers) : []));
        expectClose(whole, filled, { terms: n * c, magnitude: close }, 'the graphs');
      }),
      cases(2, device),
    );
  });

  test('derivatives of layer norm and graph norm are right', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        smallSize,
        fc.integer({ min: 3, max: 9 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
        seeds,
        async (n, c, sizes, seed) => {
          const draw = createDraw(seed);
          const rows = total(sizes);
          await expectGradient(device, (_, [x]) => ops.layerNorm(x), [{ shape: [n, c], values: draw.numbers(n * c) }], {
            terms: c,
            magnitude: close,
          });
          await expectGradient(
            device,
            (tape, [x]) => ops.graphNorm(x, segmentsOf(tape, sizes), 0.01),
            [{ shape: [rows, c], values: draw.numbers(rows * c) }],
            { terms: rows * c, magnitude: close },
          );
        },
      ),
      cases(2, device),
    );
  });

  test('over rows counted on the device only the rows in use take part', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(windows, size, seeds, async ({ capacity, start, count }, c, seed) => {
        const draw = createDraw(seed);
        const floats = () => ({ shape: [capacity, c], numbers: draw.numbers(capacity * c) });
        const sizes = [Math.floor(count / 3), 0, count - Math.floor(count / 3)];
        await expectOnlyRowsInUse(
          device,
          { capacity, start, count },
          { byRows: [floats(), floats()] },
          (tape, [x, weights], _, rows) => {
            const segments = rows ? segmentsOf(tape, sizes, start, capacity, rows) : segmentsOf(tape, sizes);
            const [layer, graph] = [ops.layerNorm(x), ops.graphNorm(x, segments)];
            const [dLayer] = ops.gradient(ops.sum(ops.multiply(layer, weights)), [x]);
            const [dGraph] = ops.gradient(ops.sum(ops.multiply(graph, weights)), [x]);
            return { layer, graph, dLayer, dGraph };
          },
          { terms: count * c, magnitude: close },
        );
      }),
      cases(3, device),
    );
  });
});

describe('recording', () => {
  test('anything but rows of numbers is refused', () => {
    const tape = createTape();
    expect(() => ops.layerNorm(tape.constant('f32', [2], [1, 2]))).toThrow(/takes f32 rows \[N, C\]/);
  });
});
