import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import {
  add,
  defineOperation,
  gradient,
  multiply,
  type OperationInputs,
  shared,
  slice,
  subtract,
  sum,
} from '../../src/ops/index.ts';
import * as rows from '../../src/rows/index.ts';
import { createTape, expect as demand, type Tensor } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds, size, smallSize, windows } from '../setup/arbitraries.ts';
import { expectClose, expectGradient, expectOnlyRowsInUse } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';

/** log of the sum of e^x over the entries of a row whose mask is not 0, and how many these are; 0 of none. */
const maskedLogSumExp = (derivative: 'rule' | 'derived') =>
  defineOperation({
    name: 'maskedLogSumExp',
    inputs: { x: 'f32', mask: 'i32' },
    outputs: { y: 'f32', entries: 'i32' },
    shapes({ x, mask }) {
      demand(x.shape.length === 2, 'maskedLogSumExp', 'takes f32 [N, W] and i32 [N, W].', [x, mask]);
      return { y: [x.shape[0]], entries: [x.shape[0]] };
    },
    row({ x, mask, y, entries }) {
      const isIn = (i: rows.Int) => mask.at(i).notEqual(0);
      const largest = rows.local(rows.float(-1e30));
      rows.repeat(x.length, (i) => largest.set(rows.select(isIn(i), largest.get().max(x.at(i)), largest.get())));
      const found = rows.count(x.length, isIn);
      const total = rows.sum(x.length, (i) => rows.select(isIn(i), x.at(i).subtract(largest.get()).exp(), 0));
      entries.set(0, found);
      y.set(0, rows.select(found.equal(0), 0, largest.get().add(total.max(1e-30).log())));
    },
    // A program of its own, which has no derivative: there is no second one.
    derivative:
      derivative === 'derived'
        ? 'derived'
        : ({ inputs: { x, mask }, outputs: { y }, cotangents: { y: dy } }) => ({
            x: maskedSoftmaxProduct({ x, mask, y, dy }).dx,
          }),
  });

const maskedSoftmaxProduct = defineOperation({
  name: 'maskedSoftmaxProduct',
  inputs: { x: 'f32', mask: 'i32', y: 'f32', dy: 'f32' },
  outputs: { dx: 'f32' },
  shapes: ({ x }) => ({ dx: x.shape }),
  row({ x, mask, y, dy, dx }) {
    rows.repeat(x.length, (i) => {
      const product = dy.at(0).multiply(x.at(i).subtract(y.at(0)).exp());
      dx.set(i, rows.select(mask.at(i).equal(0), 0, product));
    });
  },
  derivative: 'none',
});

/** scale (e^x, e^-x): a setting closed over, two outputs, and a derivative of flowtape's own operations. */
const exponentials = (scale: number) =>
  defineOperation({
    name: 'exponentials',
    inputs: { x: 'f32' },
    outputs: { up: 'f32', down: 'f32' },
    shapes: ({ x }) => ({ up: x.shape, down: x.shape }),
    row({ x, up, down }) {
      rows.repeat(x.length, (i) => {
        up.set(i, x.at(i).exp().multiply(scale));
        down.set(i, x.at(i).negate().exp().multiply(scale));
      });
    },
    derivative: ({ outputs: { up, down }, cotangents }) => ({
      x: subtract(multiply(cotangents.up, up), multiply(cotangents.down, down)),
    }),
  });

/** Horner's rule for a polynomial whose coefficients all rows share, of |x| where x is below 0. */
const polynomial = defineOperation({
  name: 'polynomial',
  inputs: { x: 'f32', coefficients: shared('f32') },
  outputs: { y: 'f32' },
  shapes: ({ x }) => ({ y: x.shape }),
  row({ x, coefficients, y }) {
    rows.repeat(x.length, (i) => {
      const at = rows.local(x.at(i));
      rows.when(x.at(i).less(0), () => at.set(at.get().negate()));
      const value = rows.local(rows.float(0));
      rows.repeat(coefficients.length, (k) => value.set(value.get().multiply(at.get()).add(coefficients.at(k))));
      y.set(i, value.get());
    });
  },
  derivative: 'derived',
});

/** All functions that have a derivative, of numbers x and y away from where it jumps. */
const everyFunction = defineOperation({
  name: 'everyFunction',
  inputs: { x: 'f32', y: 'f32' },
  outputs: { z: 'f32' },
  shapes: ({ x }) => ({ z: [x.shape[0], 12] }),
  row({ x: xs, y: ys, z }) {
    const [x, y] = [xs.at(0), ys.at(0)];
    const half = rows.table('half', Float32Array.of(0.5)).at(0);
    const made = [
      x.add(y),
      x.subtract(y),
      x.multiply(y),
      x.divide(y.abs().add(1)),
      x.negate().multiply(x),
      x.min(y),
      x.max(y),
      x.abs(),
      x.multiply(half).exp(),
      x.multiply(x).add(1).log(),
      y.multiply(y).add(0.5).sqrt(),
      rows.select(x.less(y), x.multiply(2), y.multiply(3)).add(x.floor()),
    ];
    made.forEach((value, i) => {
      z.set(i, value);
    });
    // The last of two writes counts.
    z.set(0, x.multiply(y).add(x));
  },
  derivative: 'derived',
});

const rowsAndWidths = fc.tuple(size, smallSize, seeds);

function masked(count: number, width: number, seed: number) {
  const draw = createDraw(seed);
  return { x: draw.numbers(count * width), mask: draw.mask(count * width) };
}

onEach(testDevices, (open) => {
  test('an element function computes what its program says', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(rowsAndWidths, async ([count, width, seed]) => {
        const { x, mask } = masked(count, width, seed);
        const tape = createTape();
        const { y, entries } = maskedLogSumExp('rule')({
          x: given(tape, [count, width], x),
          mask: given(tape, [count, width], mask),
        });
        const found = await evaluate(device, tape, { y, entries });
        const kept = Array.from({ length: count }, (_, n) =>
          Array.from(x.slice(n * width, (n + 1) * width)).filter((_, i) => mask[n * width + i] !== 0),
        );
        expect(Array.from(found.entries)).toEqual(kept.map(({ length }) => length));
        const sums = kept.map((row) => row.reduce((total, value) => total + Math.exp(value), 0));
        // A row's sum has `width` terms.
        const expected = sums.map((total) => (total === 0 ? 0 : Math.log(total)));
        expectClose(found.y, expected, { terms: width }, 'log of the sums');
      }),
      cases(3, device),
    );
  });

  test.each(['rule', 'derived'] as const)('a derivative by a %s program holds', async (derivative) => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(rowsAndWidths, async ([count, width, seed]) => {
        const { x, mask } = masked(count, width, seed);
        await expectGradient(
          device,
          (tape, [tensor]) => maskedLogSumExp(derivative)({ x: tensor, mask: given(tape, [count, width], mask) }).y,
          [{ name: 'x', shape: [count, width], values: x }],
          { terms: width },
        );
      }),
      cases(3, device),
    );
  });

  test('a derivative is derived through loops, decisions and variables, and by what all rows share', async () => {
    const device = await open();
    const draw = createDraw(3);
    await expectGradient(
      device,
      (_, [x, coefficients]) => polynomial({ x, coefficients }).y,
      [
        { name: 'x', shape: [5, 3], values: draw.awayFromZero(15, 0.1, 1.5) },
        { name: 'coefficients', shape: [4], values: draw.numbers(4) },
      ],
      // A polynomial of degree 3 of numbers up to 1.5 with coefficients up to 2, summed over 15 places.
      { terms: 15, magnitude: 20 },
    );
  });

  test('the derivative of every function is derived', async () => {
    const device = await open();
    const draw = createDraw(5);
    const x = draw.awayFromZero(20, 0.15, 1.85);
    // As far from x as differences reach, and x is no whole number.
    const y = x.map((value, n) => value + (n % 2 === 0 ? 0.3 : -0.4));
    x.forEach((value, n, all) => {
      if (Math.abs(value - Math.round(value)) < 0.1) all[n] = value + 0.25;
    });
    await expectGradient(
      device,
      (_, [a, b]) => everyFunction({ x: a, y: b }).z,
      [
        { name: 'x', shape: [20], values: x },
        { name: 'y', shape: [20], values: y },
      ],
      { magnitude: 20 },
    );
  });

  test('inputs and outputs may share names with the text of a generated program', async () => {
    const tape = createTape();
    const shifted = defineOperation({
      ...{ name: 'shifted', inputs: { n: 'i32', local0: 'i32' }, outputs: { tables: 'i32' }, derivative: 'none' },
      shapes: ({ n: { shape } }) => ({ tables: shape }),
      row({ n, local0, tables }, row) {
        const kept = rows.local(n.at(0));
        rows.repeat(2, (i) => kept.set(kept.get().add(rows.table('steps', Int32Array.of(10, 20)).at(i))));
        tables.set(0, kept.get().multiply(local0.at(0)).add(row));
      },
    });
    const [n, local0] = [tape.constant('i32', [2], [1, 2]), tape.constant('i32', [2], [3, 4])];
    const { tables } = await evaluate(await open(), tape, shifted({ n, local0 }));
    expect(Array.from(tables)).toEqual([93, 129]);
  });

  test('the derivative is 0 where a function is clamped to the range of float32', async () => {
    const tape = createTape();
    const x = given(tape, [3], Float32Array.of(-1, 0, 100));
    const held = defineOperation({
      ...{ name: 'held', inputs: { x: 'f32' }, outputs: { y: 'f32' }, derivative: 'derived' },
      shapes: ({ x: { shape } }) => ({ y: [shape[0], 3] }),
      row({ x: input, y }) {
        [input.at(0).sqrt(), input.at(0).log(), input.at(0).exp()].forEach((value, i) => {
          y.set(i, value);
        });
      },
    });
    const { y } = held({ x });
    const [roots, logs, exponentials] = [0, 1, 2].map((column) => gradient(sum(slice(y, 1, column, 1)), [x])[0]);
    const found = await evaluate(await open(), tape, { roots, logs, exponentials });
    expect(Array.from(found.roots.subarray(0, 2))).toEqual([0, 0]);
    expect(Array.from(found.logs.subarray(0, 2))).toEqual([0, 0]);
    expect(found.exponentials[2]).toBe(0);
  });

  test('of equal numbers the first gets the derivative of minimum and maximum', async () => {
    const tape = createTape();
    const [x, y] = [2, 2].map((value) => given(tape, [1], Float32Array.of(value)));
    const { z } = everyFunction({ x, y });
    const [low, high] = [5, 6].map((column) => gradient(sum(slice(z, 1, column, 1)), [x, y]));
    const [lowX, lowY] = low;
    const [highX, highY] = high;
    const found = await evaluate(await open(), tape, { lowX, lowY, highX, highY });
    expect(Object.values(found).map(([value]) => value)).toEqual([1, 0, 1, 0]);
  });

  test('a derivative of recorded operations holds, and so does its own, by every output alone and by all together', async () => {
    const device = await open();
    const [x, scale] = [createDraw(1).numbers(6), 3];
    const outputs = (tensor: Tensor) => exponentials(scale)({ x: tensor });
    const functions: ((tensor: Tensor) => Tensor)[] = [
      (tensor) => outputs(tensor).up,
      (tensor) => outputs(tensor).down,
      (tensor) => add(outputs(tensor).up, outputs(tensor).down),
      (tensor) => gradient(sum(multiply(...twice(outputs(tensor).down))), [tensor])[0],
    ];
    for (const f of functions) {
      // Numbers on the way are e^2 scale at most, squared in the last.
      await expectGradient(device, (_, [tensor]) => f(tensor), [{ shape: [3, 2], values: x }], { magnitude: 1000 });
    }
  });

  test('over rows counted on the device only the rows in use are computed, forward and backward', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        windows,
        smallSize,
        fc.constantFrom('rule' as const, 'derived' as const),
        seeds,
        async (window, width, derivative, seed) => {
          const shape = [window.capacity, width];
          const { x, mask } = masked(window.capacity, width, seed);
          await expectOnlyRowsInUse(
            device,
            window,
            {
              byRows: [
                { shape, numbers: x },
                { shape, numbers: mask },
              ],
            },
            (_, [tensor, allowed]) => {
              const { y, entries } = maskedLogSumExp(derivative)({ x: tensor, mask: allowed });
              return { y, entries, dx: gradient(sum(y), [tensor])[0] };
            },
            { terms: width },
          );
        },
      ),
      cases(3, device),
    );
  });

  test('a function in plain TypeScript runs on the host, and a GPU refuses it by name', async () => {
    const device = await open();
    const tape = createTape();
    const { y } = doubledOnHost({ x: given(tape, [3], Float32Array.of(1, 2, 3)) });
    const result = evaluate(device, tape, { y });
    if (device.kind === 'webgpu') await expect(result).rejects.toThrow(/doubled on the host: it has no WGSL text/);
    else expect(Array.from((await result).y)).toEqual([2, 4, 6]);
  });
});

const twice = (x: Tensor): [Tensor, Tensor] => [x, x];

const doubledOnHost = defineOperation({
  name: 'doubled on the host',
  inputs: { x: 'f32' },
  outputs: { y: 'f32' },
  shapes: ({ x }) => ({ y: x.shape }),
  host({ x, y }, start, count) {
    for (let n = start; n < start + count; n++) y[n] = 2 * x[n];
  },
  derivative: ({ cotangents: { y } }) => ({ x: multiply(y, 2) }),
});

const ofX = { name: 'doubled', inputs: { x: 'f32' }, outputs: { y: 'f32' } } as const;
const doubling = {
  ...ofX,
  shapes: ({ x }: { x: Tensor }) => ({ y: x.shape }),
  row: ({ x, y }: { x: rows.Row<rows.Float>; y: rows.Row<rows.Float> }) => y.set(0, x.at(0).multiply(2)),
  derivative: 'derived',
} as const;

test('a derived derivative has none itself: the error says what to do', () => {
  const tape = createTape();
  const x = given(tape, [3, 1], Float32Array.of(1, 2, 3));
  const { y } = defineOperation(doubling)({ x });
  const [dx] = gradient(sum(multiply(y, y)), [x]);
  expect(() => gradient(sum(dx), [x])).toThrow(
    'gradient: the derivative of doubled is derived from its program, and none is derived of that again. For a ' +
      'derivative of a derivative give doubled a rule',
  );
});

describe('a definition', () => {
  test("refuses flowtape's own names, names with other letters, and more buffers than a GPU binds", () => {
    const define = (changes: { name?: string; inputs?: OperationInputs; outputs?: Record<string, 'f32'> }) =>
      defineOperation({
        ...{ ...ofX, ...changes },
        shapes: () => ({}),
        row: () => {},
        derivative: 'none',
      });
    expect(() => define({ name: 'dense' })).toThrow("defineOperation: dense is an operation of flowtape's own");
    for (const name of ['x y', '', '1st', 'a_b']) {
      expect(() => define({ outputs: { [name]: 'f32' } })).toThrow(`"${name}" cannot name an input or output`);
    }
    expect(() => define({ outputs: { x: 'f32' } })).toThrow('"x" cannot name an input or output');
    const many = Object.fromEntries('abcdefg'.split('').map((name) => [name, 'f32' as const]));
    expect(() => define({ outputs: many })).toThrow('8 inputs and outputs; a GPU binds at most 7');
    expect(() => define({ outputs: {} })).toThrow('at least one input and one output');
  });

  test('without a derivative, or with an unknown name, does not compile', () => {
    const { derivative: _, ...rest } = doubling;
    // @ts-expect-error: the derivative is missing.
    defineOperation(rest);
    // @ts-expect-error: a program of TypeScript is not derived.
    defineOperation({ ...ofX, shapes: doubling.shapes, host: () => {}, derivative: 'derived' });
    const x = createTape().constant('f32', [1], [0]);
    // @ts-expect-error: its input is x.
    expect(() => defineOperation(doubling)({ y: x })).toThrow('doubled: input x is of f32, and is missing');
    // @ts-expect-error: there is no buffer of that name.
    defineOperation({ ...doubling, row: ({ z }) => z.set(0, 1) });
  });
});

describe('recording', () => {
  const x = () => given(createTape(), [3], Float32Array.of(1, 2, 3));
  const withShape = (y: readonly number[]) => defineOperation({ ...doubling, shapes: () => ({ y }) });

  test('inputs of other types and numbers of rows are refused, and outputs without rows', () => {
    const tape = createTape();
    expect(() => defineOperation(doubling)({ x: tape.constant('i32', [1], [0]) })).toThrow(
      'doubled: input x is of f32, and is i32[1].',
    );
    expect(() => withShape([])({ x: x() })).toThrow(
      'doubled: output y has no rows. A program makes rows; add them up with sum.',
    );
    expect(() => withShape([4])({ x: x() })).toThrow(
      "doubled: input x is f32[3]; inputs by rows have as many as the outputs, 4. Where all rows share it, declare it as shared('f32').",
    );
    const counted = { capacity: 3, max: 3, window: tape.constant('i32', [2], [0, 2]) };
    expect(() => withShape([2])({ x: { ...given(tape, [3], Float32Array.of(1, 2, 3)), rows: counted } })).toThrow(
      'doubled: output y is f32[2] by rows; it has to have 3 rows, as the inputs by rows have.',
    );
    expect(() => withShape(undefined as never)({ x: x() })).toThrow('gives no shape of output y');
  });

  test('a program is refused with the name of the operation', () => {
    const beyond = defineOperation({ ...doubling, row: ({ x: input, y }) => y.set(1, input.at(0)) });
    expect(() => beyond({ x: x() })).toThrow('doubled, row: y has one number, at index 0; index 1 is outside.');
  });

  test('a program that writes another row is refused: several rows could write the same number', () => {
    const scattering = defineOperation({
      ...doubling,
      row: ({ x: input, y }, n) => rows.when(input.at(0).greater(0), () => y.of(n.add(1)).set(0, 1)),
    });
    expect(() => scattering({ x: x() })).toThrow('doubled, row: y is written at row (n + 1); a row writes y.set(…)');
  });

  test("refuses a gradient without a derivative, and one whose shape differs from the input's", () => {
    const plain = x();
    expect(() => gradient(sum(defineOperation({ ...doubling, derivative: 'none' })({ x: plain }).y), [plain])).toThrow(
      'gradient: doubled has no derivative.',
    );
    const wrong = defineOperation({ ...doubling, derivative: ({ cotangents: { y } }) => ({ x: sum(y) }) });
    expect(() => gradient(sum(wrong({ x: plain }).y), [plain])).toThrow(
      'doubled: its rule gives f32[] as the derivative by x, which is f32[3].',
    );
  });

  test('a program that reads other rows, or writes scratch, gets no derived derivative', () => {
    const plain = x();
    const next = defineOperation({ ...doubling, row: ({ x: input, y }, n) => y.set(0, input.of(n.add(1)).at(0)) });
    expect(() => gradient(sum(next({ x: plain }).y), [plain])).toThrow(
      'doubled, row: x[0] is of another row, of which no derivative is derived. Give a rule.',
    );
    const trying = defineOperation({
      ...doubling,
      row({ x: input, y }) {
        const tried = rows.scratch(2);
        tried.set(0, 1);
        y.set(0, input.at(0).multiply(tried.at(0).toFloat()));
      },
    });
    expect(() => gradient(sum(trying({ x: plain }).y), [plain])).toThrow('doubled, row: it uses scratch');
  });
});
