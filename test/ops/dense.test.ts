import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape, type Tape } from '../../src/tape/index.ts';
import {
  cases,
  createDraw,
  type Draw,
  drawn,
  given,
  seeds,
  size,
  sizeOrNone,
  smallSize,
  type Window,
  windows,
} from '../setup/arbitraries.ts';
import { expectClose, expectGradient, expectLikeReference, expectOnlyRowsInUse } from '../setup/compare.ts';
import { fastDevices, onEach, referenceDevice, testDevices, webgpuVariants } from '../setup/devices.ts';
import { examples } from '../setup/here.ts';

const activations: readonly ops.Activation[] = ['none', 'relu', 'leakyRelu', 'tanh', 'sigmoid'];
const activation = fc.constantFrom(...activations);

/** x w + b by three loops. */
function product(
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  b: ArrayLike<number>,
  [n, i, o]: readonly [number, number, number],
) {
  return Array.from({ length: n * o }, (_, place) => {
    const [row, column] = [Math.floor(place / o), place % o];
    let sum = b[column];
    for (let k = 0; k < i; k++) sum += x[row * i + k] * w[k * o + column];
    return sum;
  });
}

/** A layer, its derivatives with respect to everything, and the derivatives by themselves. */
function layerWithGradients(
  tape: Tape,
  [n, i, o]: readonly [number, number, number],
  draw: Draw,
  kind: ops.Activation,
) {
  const x = drawn(tape, [n, i], draw, -1, 1);
  const w = drawn(tape, [i, o], draw, -1, 1);
  const b = drawn(tape, [o], draw, -1, 1);
  const y = ops.dense(x, w, b, kind);
  const [dx, dw, db] = ops.gradient(ops.sum(ops.multiply(y, drawn(tape, [n, o], draw, -1, 1))), [x, w, b]);
  return { y, dx, dw, db };
}

// Dense kernels use subgroups in software only.
const devices = [
  fastDevices[0],
  ...webgpuVariants.filter(({ name }) => name !== 'webgpu as on a GPU without subgroups'),
];

onEach(devices, (open) => {
  // Kernels divide large and small products differently: rows x O for y, rows x I for dx and I x O for dw count.
  test.each(
    examples([
      [130, 257, 65, 'relu'],
      [1, 300, 1, 'tanh'],
      [257, 1, 130, 'sigmoid'],
      [64, 64, 64, 'none'],
      [33, 128, 192, 'leakyRelu'],
      [600, 20, 3, 'none'],
      [140, 170, 200, 'tanh'],
      [36, 200, 161, 'sigmoid'],
    ] as const),
  )(
    'a layer of %i rows from %i to %i, activation %s, and its derivatives are those of the reference',
    async (n, i, o, kind) => {
      await expectLikeReference(
        await open(),
        (tape) => layerWithGradients(tape, [n, i, o], createDraw(n + i + o), kind),
        { terms: Math.max(n, i, o) },
      );
    },
  );

  // The lower layer's activation is undone where the upper one's input gradient is made.
  test.each(
    examples([
      [140, 170, 200, 'relu'],
      [36, 200, 161, 'tanh'],
      [3, 33, 20, 'leakyRelu'],
      [40, 7, 5, 'sigmoid'],
      [257, 64, 130, 'none'],
    ] as const),
  )(
    'two layers of %i rows, %i and %i wide, activation %s, have the derivatives of the reference',
    async (n, i, o, kind) => {
      const record = (tape: Tape) => {
        const draw = createDraw(n + i + o);
        const x = drawn(tape, [n, 9], draw, -1, 1);
        const [v, w] = [drawn(tape, [9, i], draw, -1, 1), drawn(tape, [i, o], draw, -1, 1)];
        const y = ops.dense(ops.dense(x, v, drawn(tape, [i], draw), kind), w, undefined, 'tanh');
        const [dx, dv, dw] = ops.gradient(ops.sum(ops.multiply(y, drawn(tape, [n, o], draw, -1, 1))), [x, v, w]);
        return { dx, dv, dw };
      };
      await expectLikeReference(await open(), record, { terms: Math.max(n, i, o), magnitude: 10 });
    },
  );

  test('a layer of any shape and its derivatives are those of the reference', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(sizeOrNone, size, size, activation, seeds, async (n, i, o, kind, seed) => {
        await expectLikeReference(device, (tape) => layerWithGradients(tape, [n, i, o], createDraw(seed), kind), {
          terms: Math.max(n, i, o),
        });
      }),
      cases(4, device),
    );
  });
});

onEach(testDevices, (open) => {
  test('a dense layer is a product of matrices, a bias and an activation', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(size, size, size, fc.boolean(), seeds, async (n, i, o, biased, seed) => {
        const draw = createDraw(seed);
        const [x, w, b] = [draw.numbers(n * i), draw.numbers(i * o), draw.numbers(o)];
        const tape = createTape();
        const [tx, tw, tb] = [given(tape, [n, i], x), given(tape, [i, o], w), given(tape, [o], b)];
        const layers = activations.map((kind) => [kind, ops.dense(tx, tw, biased ? tb : undefined, kind)]);
        const found = await evaluate(device, tape, Object.fromEntries(layers));
        const z = product(x, w, biased ? b : new Float32Array(o), [n, i, o]);
        const arithmetic = { terms: i, magnitude: 20 };
        expectClose(found.none, z, arithmetic, 'without activation');
        expectClose(
          found.relu,
          z.map((v) => Math.max(v, 0)),
          arithmetic,
          'relu',
        );
        expectClose(
          found.leakyRelu,
          z.map((v) => (v > 0 ? v : 0.01 * v)),
          arithmetic,
          'leakyRelu',
        );
        expectClose(found.tanh, z.map(Math.tanh), arithmetic, 'tanh');
        expectClose(
          found.sigmoid,
          z.map((v) => 1 / (1 + Math.exp(-v))),
          arithmetic,
          'sigmoid',
        );
      }),
      cases(2, device),
    );
  });

  test.each(examples(activations))('derivatives of a layer with activation %s are right', async (kind) => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(smallSize, smallSize, smallSize, seeds, async (n, i, o, seed) => {
        const draw = createDraw(seed);
        const x = { name: 'x', shape: [n, i], values: draw.numbers(n * i) };
        const w = { name: 'w', shape: [i, o], values: draw.numbers(i * o) };
        const b = { name: 'b', shape: [o], values: draw.numbers(o) };
        await expectGradient(device, (_, [x, w, b]) => ops.dense(x, w, b, kind), [x, w, b], { terms: 9, magnitude: 4 });
        await expectGradient(device, (_, [x, w]) => ops.dense(x, w, undefined, kind), [x, w], {
          terms: 9,
          magnitude: 4,
        });
      }),
      cases(2, device),
    );
  });

  test('two layers that share their weights add their derivatives', async () => {
    const draw = createDraw(4);
    const inputs = [
      { name: 'x', shape: [5, 4], values: draw.numbers(20) },
      { name: 'w', shape: [4, 4], values: draw.numbers(16) },
      { name: 'b', shape: [4], values: draw.numbers(4) },
    ];
    await expectGradient(
      await open(),
      (_, [x, w, b]) => ops.dense(ops.dense(x, w, b, 'tanh'), w, b, 'sigmoid'),
      inputs,
      { magnitude: 4 },
    );
  });
});

onEach([...devices, referenceDevice], (open) => {
  /** Runs a layer and its derivatives over a window of rows. */
  async function expectLayerOverRows(
    device: Device,
    window: Window,
    i: number,
    o: number,
    kind: ops.Activation,
    seed: number,
  ) {
    const n = window.capacity;
    const draw = createDraw(seed);
    await expectOnlyRowsInUse(
      device,
      window,
      {
        byRows: [
          { shape: [n, i], numbers: draw.numbers(n * i, -1, 1) },
          { shape: [n, 2], numbers: draw.integers(n * 2, -1, i - 1) },
          { shape: [n, o], numbers: draw.numbers(n * o, -1, 1) },
        ],
        shared: [
          { shape: [i, o], numbers: draw.numbers(i * o, -1, 1) },
          { shape: [o], numbers: draw.numbers(o, -1, 1) },
        ],
      },
      (_, [x, tokens, cotangent], [w, b]) => {
        const [y, z] = [ops.dense(x, w, b, kind), ops.oneHotDense(tokens, w, b, kind)];
        const [dx, dw, db] = ops.gradient(ops.sum(ops.multiply(y, cotangent)), [x, w, b]);
        const [ew, eb] = ops.gradient(ops.sum(ops.multiply(z, cotangent)), [w, b]);
        return { y, z, dx, dw, db, ew, eb };
      },
      { terms: Math.max(n * 2, i, o) },
    );
  }

  test('over rows counted on the device only the rows in use are multiplied, forward and backward', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(windows, size, size, activation, seeds, async (window, i, o, kind, seed) => {
        await expectLayerOverRows(device, window, i, o, kind, seed);
      }),
      cases(2, device),
    );
  });

  test.each(
    examples([
      [{ capacity: 180, start: 7, count: 150 }, 170, 200],
      [{ capacity: 150, start: 64, count: 33 }, 257, 65],
      [{ capacity: 140, start: 20, count: 0 }, 170, 200],
    ]),
  )('rows %j of a large layer are those of the reference, from %i to %i', async (window, i, o) => {
    await expectLayerOverRows(await open(), window, i, o, 'relu', i);
  });
});

describe('recording', () => {
  const tape = createTape();
  const zeros = (...shape: number[]) => tape.constant('f32', shape, new Float32Array(shape.reduce((a, b) => a * b, 1)));
  test('shapes that do not fit are named, with the rule they break', () => {
    expect(() => ops.dense(zeros(2, 3), zeros(4, 5))).toThrow(
      /dense\(f32\[2, 3\], f32\[4, 5\]\): the columns of x must be/,
    );
    expect(() => ops.dense(zeros(2, 3), zeros(3, 5), zeros(4))).toThrow(/b must have one number for each column of w/);
    expect(() => ops.dense(zeros(3), zeros(3, 5))).toThrow(/takes f32 x \[N, I\]/);
    expect(() => ops.oneHotDense(zeros(2, 3), zeros(3, 5))).toThrow(/takes i32 tokens/);
  });
});
