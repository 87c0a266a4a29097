import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape, type Tensor } from '../../src/tape/index.ts';
import { cases, createDraw, type Draw, drawn, seeds, size } from '../setup/arbitraries.ts';
import { expectClose, expectLikeReference } from '../setup/compare.ts';
import { fastDevices, onEach } from '../setup/devices.ts';

onEach(fastDevices, (open) => {
  test('a fused chain is the same operations run one by one, on the cpu bit for bit', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(fc.tuple(size, size), fc.integer({ min: 2, max: 14 }), seeds, async ([n, c], length, seed) => {
        const tape = createTape();
        const draw = createDraw(seed);
        const y = randomChain(
          [[n, c], [c], [n, 1], [], [n, c]].map((shape) => drawn(tape, shape, draw)),
          length,
          draw,
        );
        const fused = await evaluate(device, tape, { y });
        const composed = await evaluate(device, tape, { y }, { fuse: false });
        // A GPU's compiler may join a product and a sum into one rounding, but only within one launch.
        if (device.kind === 'cpu') expect(fused.y).toEqual(composed.y);
        else expectClose(fused.y, composed.y, { roundings: 200 * length, magnitude: 16 }, 'the fused chain');
      }),
      cases(5, device),
    );
  });

  test('a chain of random operations, broadcast from several shapes, is that of the reference', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(fc.tuple(size, size), fc.integer({ min: 2, max: 14 }), seeds, async ([n, c], length, seed) => {
        const draw = createDraw(seed);
        await expectLikeReference(
          device,
          (tape) => ({
            y: randomChain(
              [[n, c], [c], [1, c], [n, 1]].map((shape) => drawn(tape, shape, draw)),
              length,
              draw,
            ),
          }),
          // Errors made early are carried through every later operation, none of which enlarges numbers more than 16 times.
          { roundings: 200 * length, magnitude: 16 },
        );
      }),
      cases(5, device),
    );
  });
});

/** Applies random operations to a pool of tensors; the bound on each one's size keeps all below 16. */
function randomChain(inputs: readonly Tensor[], length: number, draw: Draw): Tensor {
  const pool = inputs.map((tensor) => ({ tensor, bound: 2 }));
  const pick = () => pool[draw.integers(1, 0, pool.length - 1)[0]];
  let last = pool[0];
  for (let i = 0; i < length; i++) {
    const other = pick();
    // Masks compare inputs, which are the same numbers everywhere: computed ones could fall on either side of a tie.
    const mask = ops.less(inputs[i % inputs.length], 0.25);
    const [a, b] = [last.tensor, other.tensor];
    const sum = last.bound + other.bound;
    const product = last.bound * other.bound;
    const max = Math.max(last.bound, other.bound);
    const results = [
      () => ({ tensor: ops.add(a, b), bound: sum }),
      () => ({ tensor: ops.subtract(a, b), bound: sum }),
      () => ({ tensor: ops.multiply(a, b), bound: product }),
      () => ({ tensor: ops.minimum(a, b), bound: max }),
      () => ({ tensor: ops.maximum(b, a), bound: max }),
      () => ({ tensor: ops.select(mask, a, b), bound: max }),
      () => ({ tensor: ops.add(ops.sigmoid(a), b), bound: 1 + other.bound }),
      () => ({ tensor: ops.softplus(ops.negate(a)), bound: last.bound + 1 }),
      () => ({ tensor: ops.exp(ops.clip(a, -2, 2)), bound: 8 }),
      () => ({ tensor: ops.leakyRelu(a, 0.1), bound: last.bound }),
      () => ({ tensor: ops.divide(a, ops.add(ops.square(b), 1)), bound: last.bound }),
    ];
    const result = results[draw.integers(1, 0, results.length - 1)[0]]();
    last = result.bound > 16 ? { tensor: ops.tanh(result.tensor), bound: 1 } : result;
    pool.push(last);
  }
  return last.tensor;
}
