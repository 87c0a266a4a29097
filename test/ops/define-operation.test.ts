import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import {
  add,
  defineOperation,
  gradient,
  multiply,
  type OperationDefinition,
  subtract,
  sum,
} from '../../src/ops/index.ts';
import { createTape, expect as demand, type Tensor } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds, size, smallSize, windows } from '../setup/arbitraries.ts';
import { expectClose, expectGradient, expectOnlyRowsInUse } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';

/** log of the sum of e^x over the entries of a row whose mask is not 0, and how many these are; 0 of none. */
const maskedLogSumExp = defineOperation({
  name: 'maskedLogSumExp',
  inputs: ['x', 'mask'],
  outputs: ['y', 'entries'],
  infer([x, mask]) {
    demand(x.shape.length === 2 && mask.dtype === 'i32', 'maskedLogSumExp', 'takes f32 [N, W] and i32 [N, W].', [
      x,
      mask,
    ]);
    return [
      { dtype: 'f32', shape: [x.shape[0]] },
      { dtype: 'i32', shape: [x.shape[0]] },
    ];
  },
  program: ([{ shape }]) => ({
    host([x, mask, y, entries], start, count) {
      const width = shape[1];
      for (let n = start; n < start + count; n++) {
        let largest = -1e30;
        let found = 0;
        for (let i = n * width; i < (n + 1) * width; i++) {
          if (mask[i] === 0) continue;
          found += 1;
          largest = Math.max(largest, x[i]);
        }
        let total = 0;
        for (let i = n * width; i < (n + 1) * width; i++) if (mask[i] !== 0) total += Math.exp(x[i] - largest);
        entries[n] = found;
        y[n] = found === 0 ? 0 : largest + Math.log(total);
      }
    },
    wgsl: `
      fn row(n: i32) {
        var largest = -1e30;
        var found = 0;
        for (var i = n * ${shape[1]}; i < (n + 1) * ${shape[1]}; i++) {
          if (mask[i] != 0) { found += 1; largest = max(largest, x[i]); }
        }
        var total = 0.0;
        for (var i = n * ${shape[1]}; i < (n + 1) * ${shape[1]}; i++) {
          if (mask[i] != 0) { total += exp(x[i] - largest); }
        }
        entries[n] = found;
        y[n] = select(largest + log(max(total, 1e-30)), 0.0, found == 0);
      }`,
  }),
  // A program of its own, which has no derivative: there is no second one.
  derivative({ inputs: [x, mask], outputs: [y], cotangents: [dy] }) {
    return [maskedSoftmaxProduct(x, mask, y, dy)[0], undefined];
  },
});

const maskedSoftmaxProduct = defineOperation({
  name: 'maskedSoftmaxProduct',
  inputs: ['x', 'mask', 'y', 'dy'],
  outputs: ['dx'],
  infer: ([x]) => [x],
  program: ([{ shape }]) => ({
    host([x, mask, y, dy, dx], start, count) {
      for (let n = start; n < start + count; n++) {
        for (let i = n * shape[1]; i < (n + 1) * shape[1]; i++) {
          dx[i] = mask[i] === 0 ? 0 : dy[n] * Math.exp(x[i] - y[n]);
        }
      }
    },
    wgsl: `
      fn row(n: i32) {
        for (var i = n * ${shape[1]}; i < (n + 1) * ${shape[1]}; i++) {
          dx[i] = select(dy[n] * exp(x[i] - y[n]), 0.0, mask[i] == 0);
        }
      }`,
  }),
  derivative: 'none',
});

/** scale (e^x, e^-x): a setting closed over, two outputs, and a derivative of flowtape's own operations. */
const exponentials = (scale: number) =>
  defineOperation({
    name: 'exponentials',
    inputs: ['x'],
    outputs: ['up', 'down'],
    infer: ([x]) => [x, x],
    program: ([{ shape }]) => {
      const width = shape.slice(1).reduce((product, length) => product * length, 1);
      return {
        host([x, up, down], start, count) {
          for (let i = start * width; i < (start + count) * width; i++) {
            up[i] = scale * Math.exp(x[i]);
            down[i] = scale * Math.exp(-x[i]);
          }
        },
        wgsl: `
          fn row(n: i32) {
            for (var i = n * ${width}; i < (n + 1) * ${width}; i++) {
              up[i] = f32(${scale}) * exp(x[i]);
              down[i] = f32(${scale}) * exp(-x[i]);
            }
          }`,
      };
    },
    derivative: ({ outputs: [up, down], cotangents: [dup, ddown] }) => [
      subtract(multiply(dup, up), multiply(ddown, down)),
    ],
  });

const rowsAndWidths = fc.tuple(size, smallSize, seeds);

function masked(rows: number, width: number, seed: number) {
  const draw = createDraw(seed);
  return { x: draw.numbers(rows * width), mask: draw.mask(rows * width) };
}

onEach(testDevices, (open) => {
  test('it computes what its program says', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(rowsAndWidths, async ([rows, width, seed]) => {
        const { x, mask } = masked(rows, width, seed);
        const tape = createTape();
        const [y, entries] = maskedLogSumExp(given(tape, [rows, width], x), given(tape, [rows, width], mask));
        const found = await evaluate(device, tape, { y, entries });
        const kept = Array.from({ length: rows }, (_, n) =>
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

  test('a derivative that is a second program holds', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(rowsAndWidths, async ([rows, width, seed]) => {
        const { x, mask } = masked(rows, width, seed);
        await expectGradient(
          device,
          (tape, [tensor]) => maskedLogSumExp(tensor, given(tape, [rows, width], mask))[0],
          [{ name: 'x', shape: [rows, width], values: x }],
          { terms: width },
        );
      }),
      cases(3, device),
    );
  });

  test('a derivative of recorded operations holds, and so does its own, by every output alone and by all together', async () => {
    const device = await open();
    const [x, scale] = [createDraw(1).numbers(6), 3];
    const outputs = (tensor: Tensor) => exponentials(scale)(tensor);
    const functions: ((tensor: Tensor) => Tensor)[] = [
      (tensor) => outputs(tensor)[0],
      (tensor) => outputs(tensor)[1],
      (tensor) => add(...outputs(tensor)),
      (tensor) => gradient(sum(multiply(...twice(outputs(tensor)[1]))), [tensor])[0],
    ];
    for (const f of functions) {
      // Numbers on the way are e^2 scale at most, squared in the last.
      await expectGradient(device, (_, [tensor]) => f(tensor), [{ shape: [3, 2], values: x }], { magnitude: 1000 });
    }
  });

  test('over rows counted on the device it runs for the rows in use, forwards and backwards', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(windows, smallSize, seeds, async (window, width, seed) => {
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
            const [y, entries] = maskedLogSumExp(tensor, allowed);
            return { y, entries, dx: gradient(sum(y), [tensor])[0] };
          },
          { terms: width },
        );
      }),
      cases(3, device),
    );
  });

  test('one without WGSL runs on the host, and a GPU refuses it by name', async () => {
    const device = await open();
    const tape = createTape();
    const [y] = doubled({})(given(tape, [3], Float32Array.of(1, 2, 3)));
    const result = evaluate(device, tape, { y });
    if (device.kind === 'webgpu') await expect(result).rejects.toThrow(/doubled: it has no WGSL text/);
    else expect(Array.from((await result).y)).toEqual([2, 4, 6]);
  });
});

const twice = (x: Tensor): [Tensor, Tensor] => [x, x];

/** 2 x, without WGSL, with whatever a test wants otherwise. */
function doubled(changes: Partial<OperationDefinition<readonly ['x'], readonly ['y']>>) {
  return defineOperation<readonly ['x'], readonly ['y']>({
    name: 'doubled',
    inputs: ['x'],
    outputs: ['y'],
    infer: ([x]) => [x],
    program: () => ({
      host([x, y], start, count) {
        for (let n = start; n < start + count; n++) y[n] = 2 * x[n];
      },
    }),
    derivative: ({ cotangents: [dy] }) => [multiply(dy, 2)],
    ...changes,
  });
}

describe('a definition', () => {
  test('is refused under a name of flowtape, with names that WGSL has not, and with more than a GPU binds', () => {
    expect(() => doubled({ name: 'dense' })).toThrow("defineOperation: dense is an operation of flowtape's own");
    for (const name of ['row', 'x y', '', '1st', 'a__b']) {
      expect(() => doubled({ outputs: [name as 'y'] })).toThrow(`"${name}" cannot name a buffer in WGSL`);
    }
    expect(() => doubled({ outputs: ['x' as 'y'] })).toThrow('"x" cannot name a buffer in WGSL');
    const many = 'abcdefg'.split('') as unknown as readonly ['y'];
    expect(() => doubled({ outputs: many })).toThrow('8 inputs and outputs; a GPU binds at most 7');
    expect(() => doubled({ outputs: [] as unknown as readonly ['y'] })).toThrow('at least one input and one output');
  });

  test('that says nothing of a derivative, or too little, does not compile', () => {
    const { name, inputs, outputs, infer, program } = {
      name: 'sum of two',
      inputs: ['a', 'b'] as const,
      outputs: ['y'] as const,
      infer: ([a]: readonly Tensor[]) => [a] as const,
      program: () => ({ host: () => {} }),
    };
    // @ts-expect-error: the derivative is missing.
    defineOperation({ name, inputs, outputs, infer, program });
    // @ts-expect-error: it says nothing of b.
    defineOperation({ name, inputs, outputs, infer, program, derivative: ({ cotangents: [dy] }) => [dy] });
    const both = defineOperation({
      ...{ name, inputs, outputs, infer, program },
      derivative: ({ cotangents: [dy] }) => [dy, undefined],
    });
    const x = createTape().constant('f32', [1], [0]);
    // @ts-expect-error: it takes two inputs.
    expect(() => both(x)).toThrow('sum of two: takes 2 inputs (a, b), got 1');
  });
});

describe('recording', () => {
  const x = () => given(createTape(), [3], Float32Array.of(1, 2, 3));

  test('outputs without rows, or with others than the inputs counted on the device, are refused', () => {
    expect(() => doubled({ infer: () => [{ dtype: 'f32', shape: [] }] })(x())).toThrow(
      'doubled: output y has no rows. A program makes rows; add them up with sum.',
    );
    const tape = createTape();
    const rows = { capacity: 3, max: 3, window: tape.constant('i32', [2], [0, 2]) };
    const counted = { ...given(tape, [3], Float32Array.of(1, 2, 3)), rows };
    expect(() => doubled({ infer: () => [{ dtype: 'f32', shape: [2] }] })(counted)).toThrow(
      'doubled: output y is f32[2] by rows; it has to have 3 rows, as the inputs by rows have.',
    );
    expect(() => doubled({ infer: () => [] as never })(x())).toThrow('gives 0 outputs, not 1 (y)');
  });

  test('a gradient through one without a derivative is refused, and one of another shape than the input', () => {
    const plain = x();
    expect(() => gradient(sum(doubled({ derivative: 'none' })(plain)[0]), [plain])).toThrow(
      'gradient: doubled has no derivative.',
    );
    const wrong = doubled({ derivative: ({ cotangents: [dy] }) => [sum(dy)] });
    expect(() => gradient(sum(wrong(plain)[0]), [plain])).toThrow(
      'doubled: its rule gives f32[] as the derivative by x, which is f32[3].',
    );
  });
});
