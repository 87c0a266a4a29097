import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape, type Tape, type Tensor } from '../../src/tape/index.ts';
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
} from '../setup/arbitraries.ts';
import { expectClose, expectGradient, expectLikeReference } from '../setup/compare.ts';
import { fastDevices, fastKernelDevices, kernelDevices, onEach } from '../setup/devices.ts';
import { examples } from '../setup/here.ts';

const activations: readonly ops.Activation[] = ['none', 'relu', 'leakyRelu', 'tanh', 'sigmoid'];
const activation = fc.constantFrom(...activations);

/** A layer and its derivatives for a random cotangent. */
function layerWithGradients(tape: Tape, [n, p, i, o]: readonly number[], draw: Draw, kind: ops.Activation) {
  const w = drawn(tape, [i, o], draw, -1, 1);
  const b = drawn(tape, [o], draw, -1, 1);
  const y = ops.oneHotDense(given(tape, [n, p], draw.integers(n * p, -1, i - 1)), w, b, kind);
  const [dw, db] = ops.gradient(ops.sum(ops.multiply(y, drawn(tape, [n, o], draw, -1, 1))), [w, b]);
  return { y, dw, db };
}

onEach(fastKernelDevices, (open) => {
  test('a one-hot layer of any shape and its derivatives are those of the reference', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(sizeOrNone, size, size, size, activation, seeds, async (n, p, i, o, kind, seed) => {
        await expectLikeReference(device, (tape) => layerWithGradients(tape, [n, p, i, o], createDraw(seed), kind), {
          terms: Math.max(n * p, p),
        });
      }),
      cases(4, device),
    );
  });

  test.each(
    examples([
      [1100, 2, 30, 68],
      [1030, 1, 3, 7],
      [150, 20, 200, 130],
    ]),
  )(
    'a one-hot layer of %i rows with %i tokens, from %i to %i, and its derivatives are those of the reference',
    async (n, p, i, o) => {
      await expectLikeReference(await open(), (tape) => layerWithGradients(tape, [n, p, i, o], createDraw(n), 'relu'), {
        terms: n * p,
      });
    },
  );
});

onEach(kernelDevices, (open) => {
  test('a one-hot layer is the dense layer over one-hot blocks; tokens below 0 add nothing', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(smallSize, smallSize, smallSize, size, activation, seeds, async (n, p, side, o, kind, seed) => {
        const draw = createDraw(seed);
        const i = p * side;
        // Position q's token lies in block q, or is absent.
        const tokens = draw
          .integers(n * p, -1, side - 1)
          .map((token, place) => (token < 0 ? -1 : (place % p) * side + token));
        const oneHot = new Float32Array(n * i);
        tokens.forEach((token, place) => {
          if (token >= 0) oneHot[Math.floor(place / p) * i + token] = 1;
        });
        const tape = createTape();
        const [w, b] = [drawn(tape, [i, o], draw), drawn(tape, [o], draw)];
        const cotangent = drawn(tape, [n, o], draw);
        const sparse = ops.oneHotDense(given(tape, [n, p], tokens), w, b, kind);
        const full = ops.dense(given(tape, [n, i], oneHot), w, b, kind);
        const [dw, db] = ops.gradient(ops.sum(ops.multiply(sparse, cotangent)), [w, b]);
        const [fullDw, fullDb] = ops.gradient(ops.sum(ops.multiply(full, cotangent)), [w, b]);
        const found = await evaluate(device, tape, { sparse, full, dw, db, fullDw, fullDb });
        expectClose(found.sparse, found.full, { terms: i }, 'the layer');
        expectClose(found.dw, found.fullDw, { terms: n }, 'the derivative of w');
        expectClose(found.db, found.fullDb, { terms: n }, 'the derivative of b');
      }),
      cases(3, device),
    );
  });

  test('derivatives of a one-hot layer are right', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        smallSize,
        smallSize,
        smallSize,
        smallSize,
        activation,
        seeds,
        async (n, p, i, o, kind, seed) => {
          const draw = createDraw(seed);
          const tokens = draw.integers(n * p, -1, i - 1);
          await expectGradient(
            device,
            (tape, [w, b]) => ops.oneHotDense(given(tape, [n, p], tokens), w, b, kind),
            [
              { name: 'w', shape: [i, o], values: draw.numbers(i * o) },
              { name: 'b', shape: [o], values: draw.numbers(o) },
            ],
            { terms: n * p, magnitude: 4 },
          );
        },
      ),
      cases(2, device),
    );
  });
});

test('on the cpu the sums over many rows keep their digits, whatever the number of columns', async () => {
  const [cpu] = fastDevices;
  const device = await cpu.open();
  expect(device.kind).toBe('cpu');
  // Multiples of 2^-10, whose sums are exact up to 2^14: beyond, one running sum would lose the last bit of each.
  const [rows, value, sum] = [65_536, 1 + 2 ** -10, 65_600];
  for (const columns of [1, 3, 16, 20]) {
    const tape = createTape();
    const [weight, bias] = [tape.input('w', [2, columns]), tape.input('b', [columns])];
    const ones = ops.filled(tape, [rows, 1], 1);
    const tokens = tape.constant('i32', [rows, 1], new Int32Array(rows).fill(1));
    const cotangent = ops.filled(tape, [rows, columns], value);
    const outputs: Record<string, Tensor> = {};
    const layers = {
      dense: ops.dense(ones, ops.slice(weight, 0, 1, 1), bias),
      oneHot: ops.oneHotDense(tokens, weight, bias),
    };
    for (const [name, y] of Object.entries(layers)) {
      const [dw, db] = ops.gradient(ops.sum(ops.multiply(y, cotangent)), [weight, bias]);
      outputs[`${name} dw`] = ops.slice(dw, 0, 1, 1);
      outputs[`${name} db`] = db;
    }
    const found = await evaluate(device, tape, outputs);
    for (const [name, numbers] of Object.entries(found)) {
      expect(Array.from(numbers), name).toEqual(new Array(columns).fill(sum));
    }
  }
});
