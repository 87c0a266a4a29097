import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape, elementCount, type Tensor } from '../../src/tape/index.ts';
import {
  cases,
  createDraw,
  type Draw,
  given,
  seeds,
  size,
  sizeOrNone,
  smallSize,
  windows,
} from '../setup/arbitraries.ts';
import { expectClose, expectGradient, expectLikeReference, expectOnlyRowsInUse } from '../setup/compare.ts';
import { fastDevices, onEach, testDevices } from '../setup/devices.ts';

/** A function of one or two tensors, numbers it is defined for, and whether it has a derivative there. */
interface Sample {
  readonly name: string;
  readonly apply: (...x: Tensor[]) => Tensor;
  readonly inputs: readonly ((draw: Draw, count: number) => Float32Array)[];
}

const any = (draw: Draw, count: number) => draw.numbers(count, -3, 3);
const positive = (draw: Draw, count: number) => draw.numbers(count, 0.1, 5);
const nonZero = (draw: Draw, count: number) => draw.awayFromZero(count, 0.3, 3);
/** Multiples of 1/8 so that ties occur, while any two that differ are an eighth apart. */
const coarse = (draw: Draw, count: number) => Float32Array.from(draw.integers(count, -16, 16), (value) => value / 8);

const differentiable: readonly Sample[] = [
  { name: 'negate', apply: ops.negate, inputs: [any] },
  { name: 'abs', apply: ops.abs, inputs: [nonZero] },
  { name: 'square', apply: ops.square, inputs: [any] },
  { name: 'sqrt', apply: ops.sqrt, inputs: [positive] },
  { name: 'reciprocal', apply: ops.reciprocal, inputs: [nonZero] },
  { name: 'exp', apply: ops.exp, inputs: [any] },
  { name: 'log', apply: ops.log, inputs: [positive] },
  { name: 'tanh', apply: ops.tanh, inputs: [any] },
  { name: 'sigmoid', apply: ops.sigmoid, inputs: [any] },
  { name: 'softplus', apply: ops.softplus, inputs: [any] },
  { name: 'relu', apply: ops.relu, inputs: [nonZero] },
  { name: 'leakyRelu', apply: (x) => ops.leakyRelu(x, 0.2), inputs: [nonZero] },
  { name: 'clip', apply: (x) => ops.clip(x, -1.01, 1.03), inputs: [coarse] },
  { name: 'add', apply: ops.add, inputs: [any, any] },
  { name: 'subtract', apply: ops.subtract, inputs: [any, any] },
  { name: 'multiply', apply: ops.multiply, inputs: [any, any] },
  { name: 'divide', apply: ops.divide, inputs: [any, nonZero] },
  { name: 'minimum', apply: (a, b) => ops.minimum(a, ops.add(b, 0.05)), inputs: [coarse, coarse] },
  { name: 'maximum', apply: (a, b) => ops.maximum(a, ops.add(b, 0.05)), inputs: [coarse, coarse] },
  {
    name: 'select',
    apply: (a, b) => ops.select(ops.less(a, b), ops.square(a), b),
    inputs: [coarse, (draw, count) => coarse(draw, count).map((value) => value + 0.05)],
  },
];

const withoutDerivative: readonly Sample[] = [
  { name: 'toInt', apply: ops.toInt, inputs: [(draw, count) => draw.numbers(count, -1e6, 1e6)] },
  {
    name: 'toFloat',
    apply: (x) => ops.toFloat(ops.toInt(x)),
    inputs: [(draw, count) => draw.numbers(count, -1e6, 1e6)],
  },
  { name: 'less', apply: ops.less, inputs: [coarse, coarse] },
  { name: 'lessEqual', apply: ops.lessEqual, inputs: [coarse, coarse] },
  { name: 'equal', apply: ops.equal, inputs: [coarse, coarse] },
  { name: 'and', apply: (a, b) => ops.and(ops.toInt(a), ops.toInt(b)), inputs: [coarse, coarse] },
  { name: 'or', apply: (a, b) => ops.or(ops.toInt(a), ops.toInt(b)), inputs: [coarse, coarse] },
  { name: 'not', apply: (a) => ops.not(ops.toInt(a)), inputs: [coarse] },
  { name: 'integer add', apply: (a, b) => ops.add(ops.toInt(a), ops.toInt(b)), inputs: [coarse, coarse] },
  {
    name: 'integer minimum',
    apply: (a, b) => ops.minimum(ops.toInt(a), ops.toInt(b)),
    inputs: [coarse, coarse],
  },
  {
    name: 'integer maximum',
    apply: (a, b) => ops.maximum(ops.toInt(a), ops.toInt(b)),
    inputs: [coarse, coarse],
  },
  { name: 'integer less', apply: (a, b) => ops.less(ops.toInt(a), ops.toInt(b)), inputs: [coarse, coarse] },
  {
    name: 'integer select',
    apply: (a, b) => ops.select(ops.less(a, b), ops.toInt(a), ops.toInt(b)),
    inputs: [coarse, coarse],
  },
];

const named = (samples: readonly Sample[]) => samples.map((sample) => [sample.name, sample] as const);

const shape = fc.tuple(smallSize, size).map(([n, c]) => [n, c]);

onEach(fastDevices, (open) => {
  test.each(named([...differentiable, ...withoutDerivative]))(
    '%s equals the reference',
    async (_, { apply, inputs }) => {
      const device = await open();
      await fc.assert(
        fc.asyncProperty(fc.tuple(sizeOrNone, size), seeds, async (shape, seed) => {
          const draw = createDraw(seed);
          const numbers = inputs.map((input) => input(draw, elementCount(shape)));
          await expectLikeReference(device, (tape) => ({ y: apply(...numbers.map((x) => given(tape, shape, x))) }));
        }),
        cases(2, device),
      );
    },
  );
});

onEach(testDevices, (open) => {
  test.each(named(differentiable))('the derivative of %s is right', async (_, { apply, inputs }) => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(shape, seeds, async (shape, seed) => {
        const draw = createDraw(seed);
        const arrays = inputs.map((input) => ({ shape, values: input(draw, elementCount(shape)) }));
        await expectGradient(device, (_tape, x) => apply(...x), arrays);
      }),
      cases(1, device),
    );
  });

  test('over rows counted on the device only the rows in use are computed', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(windows, size, seeds, async (window, c, seed) => {
        const n = window.capacity;
        const draw = createDraw(seed);
        await expectOnlyRowsInUse(
          device,
          window,
          {
            byRows: [
              { shape: [n, c], numbers: draw.numbers(n * c) },
              { shape: [n, 1], numbers: draw.numbers(n) },
              { shape: [n, c], numbers: draw.mask(n * c) },
            ],
            shared: [
              { shape: [1, c], numbers: draw.numbers(c) },
              { shape: [], numbers: draw.numbers(1) },
            ],
          },
          (_, [x, factor, mask], [shift, scale]) => ({
            y: ops.select(mask, ops.multiply(x, factor), ops.add(ops.multiply(ops.tanh(x), scale), shift)),
            z: ops.less(x, factor),
          }),
        );
      }),
      cases(4, device),
    );
  });

  test('integers wrap around at 32 bits', async () => {
    const device = await open();
    const a = Int32Array.of(2147483647, -2147483648, 65537, -123456789, 1_000_003, 0);
    const b = Int32Array.of(1, -1, 65537, 987654321, -999_983, -2147483648);
    const tape = createTape();
    const [x, y] = [given(tape, [6], a), given(tape, [6], b)];
    const result = await evaluate(device, tape, {
      add: ops.add(x, y),
      subtract: ops.subtract(x, y),
      multiply: ops.multiply(x, y),
      negate: ops.negate(x),
    });
    const pairs = Array.from(a, (value, i): [number, number] => [value, b[i]]);
    expect(Array.from(result.add)).toEqual(pairs.map(([p, q]) => (p + q) | 0));
    expect(Array.from(result.subtract)).toEqual(pairs.map(([p, q]) => (p - q) | 0));
    expect(Array.from(result.multiply)).toEqual(pairs.map(([p, q]) => Math.imul(p, q)));
    expect(Array.from(result.negate)).toEqual(pairs.map(([p]) => -p | 0));
  });

  test('comparisons, masks and rounding toward zero are what their names say', async () => {
    const device = await open();
    const tape = createTape();
    const a = given(tape, [6], Float32Array.of(-1.5, -0.5, 0, 0.5, 1.5, 2));
    const b = given(tape, [6], Float32Array.of(-1.5, 0, -1, 0.5, 2, 1));
    const p = given(tape, [4], Int32Array.of(0, 0, -3, 5));
    const q = given(tape, [4], Int32Array.of(0, 7, 0, -1));
    const result = await evaluate(device, tape, {
      integer: ops.toInt(a),
      less: ops.less(a, b),
      lessEqual: ops.lessEqual(a, b),
      equal: ops.equal(a, b),
      and: ops.and(p, q),
      or: ops.or(p, q),
      not: ops.not(p),
      select: ops.select(p, q, 9),
      root: ops.sqrt(a),
    });
    const numbers = Object.fromEntries(
      Object.entries(result).map(([name, array]) => [name, Array.from(array, (value) => value + 0)]),
    );
    expect(numbers.integer).toEqual([-1, 0, 0, 0, 1, 2]);
    expect(numbers.less).toEqual([0, 1, 0, 0, 1, 0]);
    expect(numbers.lessEqual).toEqual([1, 1, 0, 1, 1, 0]);
    expect(numbers.equal).toEqual([1, 0, 0, 1, 0, 0]);
    expect(numbers.and).toEqual([0, 0, 0, 1]);
    expect(numbers.or).toEqual([0, 1, 1, 1]);
    expect(numbers.not).toEqual([1, 1, 0, 0]);
    expect(numbers.select).toEqual([9, 9, 0, -1]);
    expectClose(numbers.root, [0, 0, 0, Math.SQRT1_2, Math.sqrt(1.5), Math.SQRT2], {}, 'square roots, 0 below 0');
  });
});

describe('recording', () => {
  const tape = createTape();
  const floats = (...shape: number[]) => tape.constant('f32', shape, new Float32Array(elementCount(shape)));

  test('shapes that do not broadcast are named', () => {
    expect(() => ops.add(floats(3, 4), floats(3))).toThrow(
      /add: shapes \[3, 4\] and \[3\] do not broadcast: sizes 4 and 3/,
    );
  });

  test('numbers of the wrong type are named, with what to do', () => {
    expect(() => ops.add(floats(2), tape.constant('i32', [2], [1, 2]))).toThrow(/input 1 must be f32. Convert it/);
    expect(() => ops.exp(tape.constant('i32', [2], [1, 2]))).toThrow(/exp\(i32\[2\]\): input 0 must be f32/);
  });
});
