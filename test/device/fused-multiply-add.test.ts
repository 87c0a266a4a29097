import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import { openNodeCpuDevice } from '../../src/node/cpu.ts';
import { dense, gradient, sum } from '../../src/ops/index.ts';
import { createTape, elementCount, type Tape } from '../../src/tape/index.ts';
import { createDraw, drawn } from '../setup/arbitraries.ts';
import { expectLikeReference } from '../setup/compare.ts';
import { openTestCpuDevice } from '../setup/cpu.ts';

/** On one, two and three threads, which cut every kernel however small it is. */
const devices: Device[] = [];
beforeAll(async () => {
  for (const threads of [1, 2, 3]) {
    devices.push(await openNodeCpuDevice({ threads, minWork: 1, fusedMultiplyAdd: true }));
  }
});
afterAll(() => {
  for (const device of devices) device.destroy();
});

/** A layer and its derivatives, in shapes that reach every tile of the products. */
function layer(tape: Tape, [n, i, o]: readonly [number, number, number]) {
  const draw = createDraw(n);
  const x = drawn(tape, [n, i], draw, -1, 1);
  const w = drawn(tape, [i, o], draw, -1, 1);
  const b = drawn(tape, [o], draw, -1, 1);
  const y = dense(x, w, b, 'tanh');
  const [dx, dw, db] = gradient(sum(y), [x, w, b]);
  return { y, dx, dw, db };
}

const shapes = [
  [1, 300, 70],
  [130, 65, 57],
  [33, 20, 6],
] as const;

// Rounding once instead of twice, a sum is off by no more than the bound for two.
test.each(shapes)('a layer of %i rows from %i to %i is that of the reference', async (n, i, o) => {
  const magnitude = Math.max(i, n);
  await expectLikeReference(devices[0], (tape) => layer(tape, [n, i, o]), { terms: magnitude, magnitude });
});

test.each(shapes)('its bits depend on no number of threads: %i rows from %i to %i', async (n, i, o) => {
  const found = [];
  for (const device of devices) {
    const tape = createTape();
    found.push(await evaluate(device, tape, layer(tape, [n, i, o])));
  }
  expect(found[1]).toEqual(found[0]);
  expect(found[2]).toEqual(found[0]);
});

test('a product is rounded with its addition, where the processor does that, and first by itself elsewhere', async () => {
  // (1 + 2^-12)^2 - (1 + 2^-11) = 2^-24, which the product loses when it is rounded by itself.
  const difference = async (device: Device) => {
    const tape = createTape();
    const filled = (shape: readonly number[], value: number) =>
      tape.constant('f32', shape, new Float32Array(elementCount(shape)).fill(value));
    // With eight outputs a sum begins with its bias.
    const y = dense(filled([1, 1], 1 + 2 ** -12), filled([1, 8], 1 + 2 ** -12), filled([8], -1 - 2 ** -11), 'none');
    return (await evaluate(device, tape, { y })).y[0];
  };
  const apart = await openTestCpuDevice({ threads: 1 });
  expect(await difference(apart)).toBe(0);
  expect([0, 2 ** -24]).toContain(await difference(devices[0]));
  expect(devices[0].description).toContain('fused multiply-adds');
  expect(apart.description).not.toContain('fused');
  apart.destroy();
});

test('the products of its kernels are relaxed multiply-adds, and those of the others have none', async () => {
  const instructions = async (file: string) =>
    (await readFile(file)).toString('latin1').split('\xfd\x85\x02').length - 1;
  // 24 in products and 32 in products with a transposed matrix, or more where they are inlined.
  expect(await instructions('build/fused-kernels.wasm')).toBeGreaterThanOrEqual(56);
  expect(await instructions('build/kernels.wasm')).toBe(0);
});

test('it is refused where WebAssembly lacks relaxed SIMD', async () => {
  const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
  try {
    await expect(openNodeCpuDevice({ threads: 1, fusedMultiplyAdd: true })).rejects.toThrow(
      /^cpu device: this runtime has no fused multiply-adds, since its WebAssembly lacks relaxed SIMD\./,
    );
  } finally {
    validate.mockRestore();
  }
});
