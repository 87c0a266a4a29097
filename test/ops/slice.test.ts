import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape, elementCount, splitAt } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds, size, smallSize, windows } from '../setup/arbitraries.ts';
import { expectGradient, expectOnlyRowsInUse, windowOf } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';

/** An array of [outer, length, inner] as a list of its length-wise parts, for each outer place. */
function partsOf(x: ArrayLike<number>, shape: readonly number[], axis: number): number[][][] {
  const { outer, length, inner } = splitAt(shape, axis);
  return Array.from({ length: outer }, (_, o) =>
    Array.from({ length }, (_, l) => Array.from({ length: inner }, (_, i) => x[(o * length + l) * inner + i])),
  );
}

const shapes = fc.array(size, { minLength: 1, maxLength: 3 });

onEach(testDevices, (open) => {
  test('slice takes a part and pad surrounds it with zeros, of floats and integers alike', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        shapes,
        fc.nat(2),
        fc.nat(100),
        fc.nat(100),
        fc.boolean(),
        seeds,
        async (shape, at, p, q, whole, seed) => {
          const axis = at % shape.length;
          const start = p % (shape[axis] + 1);
          const length = q % (shape[axis] - start + 1);
          const draw = createDraw(seed);
          const x = whole ? draw.integers(elementCount(shape), -9, 9) : draw.numbers(elementCount(shape));
          const tape = createTape();
          const tensor = given(tape, shape, x);
          const found = await evaluate(device, tape, {
            slice: ops.slice(tensor, axis, start, length),
            pad: ops.pad(tensor, axis, p % 4, q % 5),
          });
          const parts = partsOf(x, shape, axis);
          const zeros = (count: number) =>
            new Array<number[]>(count).fill(new Array(splitAt(shape, axis).inner).fill(0));
          // Numbers are moved, not computed: they must be the same bit for bit.
          expect(Array.from(found.slice)).toEqual(parts.flatMap((part) => part.slice(start, start + length)).flat());
          expect(Array.from(found.pad)).toEqual(
            parts.flatMap((part) => [...zeros(p % 4), ...part, ...zeros(q % 5)]).flat(),
          );
        },
      ),
      cases(4, device),
    );
  });

  test('concat puts its inputs one after another, one of them twice, one of them empty', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(shapes, fc.nat(2), size, seeds, async (shape, at, other, seed) => {
        const axis = at % shape.length;
        const draw = createDraw(seed);
        const sizes = [shape, shape.with(axis, other), shape.with(axis, 0)];
        const arrays = sizes.map((shape) => draw.numbers(elementCount(shape)));
        const tape = createTape();
        const [a, b, none] = sizes.map((shape, i) => given(tape, shape, arrays[i]));
        const found = await evaluate(device, tape, { y: ops.concat([a, b, none, a], axis) });
        const [first, second] = arrays.slice(0, 2).map((array, i) => partsOf(array, sizes[i], axis));
        expect(Array.from(found.y)).toEqual(first.flatMap((part, o) => [...part, ...second[o], ...part]).flat());
      }),
      cases(3, device),
    );
  });

  test('concat takes more inputs than a launch may bind buffers', async () => {
    const device = await open();
    const tape = createTape();
    const inputs = Array.from({ length: 19 }, (_, i) =>
      given(
        tape,
        [2, i % 3],
        Float32Array.from({ length: 2 * (i % 3) }, () => i),
      ),
    );
    const found = await evaluate(device, tape, { y: ops.concat(inputs, 1) });
    const row = Array.from({ length: 19 }, (_, i) => new Array<number>(i % 3).fill(i)).flat();
    expect(Array.from(found.y)).toEqual([...row, ...row]);
  });

  test('derivatives of slice, pad and concat are right', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(smallSize, smallSize, smallSize, fc.nat(2), seeds, async (a, b, c, axis, seed) => {
        const shape = [a, b, c];
        const draw = createDraw(seed);
        const inputs = [
          { shape, values: draw.numbers(a * b * c) },
          { shape: shape.with(axis, 2), values: draw.numbers((2 * a * b * c) / shape[axis]) },
        ];
        await expectGradient(
          device,
          (_, [x, y]) => {
            const joined = ops.concat([ops.square(x), y, ops.pad(x, axis, 1, 0)], axis);
            return ops.square(ops.slice(joined, axis, 1, 2 * shape[axis] + 1));
          },
          inputs,
          { magnitude: 128 },
        );
      }),
      cases(2, device),
    );
  });

  test('over rows counted on the device only the rows in use are copied', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(windows, size, size, seeds, async (window, c, d, seed) => {
        const n = window.capacity;
        const draw = createDraw(seed);
        await expectOnlyRowsInUse(
          device,
          window,
          {
            byRows: [
              { shape: [n, c], numbers: draw.numbers(n * c) },
              { shape: [n, d], numbers: draw.numbers(n * d) },
            ],
          },
          (_, [x, y]) => ({
            slice: ops.slice(x, 1, Math.floor(c / 2), c - Math.floor(c / 2)),
            pad: ops.pad(x, 1, 2, 1),
            concat: ops.concat([x, y], 1),
          }),
          { roundings: 0 },
        );
      }),
      cases(3, device),
    );
  });
});

describe('recording', () => {
  const tape = createTape();
  const x = tape.constant('f32', [2, 3], [1, 2, 3, 4, 5, 6]);
  const rows = windowOf(tape, { capacity: 2, start: 0, count: 1 });
  test('a part that does not lie within its tensor is refused', () => {
    expect(() => ops.slice(x, 1, 2, 2)).toThrow(/slice\(f32\[2, 3\]\): \[2, 4\) does not lie within axis 1/);
  });
  test('rows counted on the device are neither sliced nor padded nor concatenated', () => {
    expect(() => ops.slice({ ...x, rows }, 0, 0, 1)).toThrow(/gather them/);
    expect(() => ops.pad({ ...x, rows }, 0, 0, 1)).toThrow(/cannot be padded/);
    expect(() =>
      ops.concat(
        [
          { ...x, rows },
          { ...x, rows },
        ],
        0,
      ),
    ).toThrow(/cannot be concatenated/);
  });
  test('inputs that differ in another axis are not concatenated', () => {
    expect(() => ops.concat([x, ops.reshape(x, [3, 2])], 0)).toThrow(
      /concat\(f32\[2, 3\], f32\[3, 2\]\): inputs must agree/,
    );
  });
});
