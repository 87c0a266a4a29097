import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { DeviceLimitError } from '../../src/device/errors.ts';
import { webgpuDevice } from '../../src/device/webgpu/webgpu.ts';
import { entPpo, trajectoryBalance } from '../../src/objective/index.ts';
import * as ops from '../../src/ops/index.ts';
import { compile, type Plan, planBytes } from '../../src/plan/index.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { createTrainer } from '../../src/train/index.ts';
import { gridProblem } from '../rollout/problems.ts';
import { fastDevices, referenceDevice } from '../setup/devices.ts';
import { testAdapter } from '../setup/gpu.ts';

const cpu = fastDevices[0];

/** A plan whose variables are small and whose arena holds [columns, columns] float32. */
function planOf(columns: number): Plan {
  const tape = createTape();
  const column = tape.read(variable('column', 'f32', [columns, 1]));
  const row = tape.read(variable('row', 'f32', [1, columns]));
  return compile(tape, { y: ops.scan(ops.add(column, row)) });
}

/** A device with the limits that WebGPU guarantees, of the program's own. */
async function guaranteedDevice(): Promise<Device> {
  return webgpuDevice(await (await testAdapter()).requestDevice());
}

/** Refused with a message, and nothing reserved. */
async function expectRefused(device: Device, plan: Plan, message: RegExp): Promise<void> {
  const before = { ...device.counts };
  await expect(device.prepare(plan)).rejects.toThrow(message);
  expect({ ...device.counts }).toEqual(before);
}

test('a plan that WebAssembly cannot hold is refused before anything is reserved', async () => {
  const plan = planOf(36_000);
  expect(planBytes(plan).arena).toBeGreaterThan(2 ** 32);
  await expectRefused(await cpu.open(), plan, /cpu device: .* do not fit into WebAssembly's 4 GiB/);
});

test('an arena above the limit of a GPU is refused before anything is reserved', async () => {
  // Two of 8,000 x 8,000 x 4 bytes; a buffer may have 256 MiB.
  const device = await guaranteedDevice();
  await expectRefused(device, planOf(8000), /arena takes bytes: \d+, but this device's maxBufferSize is 268435456/);
  device.destroy();
});

test('an operand above the limit of a GPU is refused before anything is reserved', async () => {
  // 5,800 x 5,800 x 4 bytes are more than the 128 MiB of one binding; the arena fits when both results share it.
  const tape = createTape();
  const x = tape.read(variable('x', 'f32', [5800, 5800]));
  const device = await guaranteedDevice();
  const message = /an operand of kernel .* in bytes is 134560000, but this device's maxStorageBufferBindingSize/;
  await expectRefused(device, compile(tape, { y: ops.sum(x, 1) }), message);
  device.destroy();
});

test('a variable above the limit of a GPU is refused before anything is reserved', async () => {
  const tape = createTape();
  const table = variable('table', 'f32', [2 ** 27]);
  const y = ops.scan(tape.read(table, { offset: 0, shape: [4] }));
  const device = await guaranteedDevice();
  await expectRefused(device, compile(tape, { y }), /variable table takes bytes: 536870912, but .* maxBufferSize/);
  device.destroy();
});

/** Bytes of arrays outside of the heap, where the runtime tells: a page does not. */
const arrayBytes = (): number =>
  'process' in globalThis && 'memoryUsage' in process ? process.memoryUsage().arrayBuffers : 0;

describe('a run too large for any device is refused with its bytes, before anything is allocated', () => {
  const grid = gridProblem(2, 4);
  const endless = { ...grid, environment: { ...hypergrid({ dimension: 2, side: 4 }), maxSteps: 1e9, horizon: 1e9 } };
  // Its objects are rated once they are known, and so it is stepped on the host.
  const rate = async (objects: Int32Array) => ({ logRewards: new Float64Array(objects.length / 3) });
  const late = { ...grid, reward: { name: 'late', prepare: async () => rate } };
  const runs = [
    ['a network of 1 GiB a layer', { network: { hidden: [16384, 16384, 16384, 16384] } }],
    ['ten million trajectories', { batch: 10_000_000 }],
    ['as many as an integer counts', { batch: 2 ** 31 - 1 }],
    ['a thousand million steps', { problem: endless }],
    ['ten million trajectories, stepped on the host', { problem: late, batch: 10_000_000 }],
  ] as const;
  const devices: readonly (readonly [string, () => Promise<Device>])[] = [
    ['cpu', cpu.open],
    ['reference', referenceDevice.open],
    ['a GPU', guaranteedDevice],
  ];
  const cases = devices.flatMap(([name, open]) => runs.map(([what, options]) => [name, what, open, options] as const));
  test.each(cases)('by %s: %s', async (_, __, open, options) => {
    const device = await open();
    const before = { counts: { ...device.counts }, bytes: arrayBytes() };
    for (const objective of [trajectoryBalance(), entPpo()]) {
      const made = createTrainer({ device, problem: grid, objective, steps: 1, batch: 16, ...options });
      const error = await made.then(
        () => undefined,
        (cause: unknown) => cause,
      );
      expect(error).toBeInstanceOf(DeviceLimitError);
      expect((error as Error).message).toMatch(/\d{9,}.* make the batch or the network smaller/);
    }
    expect({ ...device.counts, pipelines: 0, bytes: 0 }).toEqual({ ...before.counts, pipelines: 0, bytes: 0 });
    // A device keeps the tables of row programs that it has compiled: the environment's, a few KiB.
    expect(device.counts.bytes - before.counts.bytes).toBeLessThanOrEqual(2 ** 14);
    // What a plan of this size takes is hundreds of times as much.
    expect(arrayBytes() - before.bytes).toBeLessThan(64 * 2 ** 20);
  });
});

test('a constant spread over a large shape is not stored in the plan', () => {
  const tape = createTape();
  const x = tape.read(variable('x', 'f32', [1000, 1000]));
  const { constants } = compile(tape, { y: ops.cumulativeSum(ops.add(x, ops.filled(tape, [1000, 1000], 2))) });
  expect(constants.every(({ data }) => data.length <= 1)).toBe(true);
});

test('start values are made when a device first needs them', async () => {
  let made = 0;
  const weights = variable('weights', 'f32', [2], () => {
    made++;
    return Float32Array.of(1, 2);
  });
  const tape = createTape();
  const plan = compile(tape, { y: ops.multiply(tape.read(weights), 2) });
  expect(made).toBe(0);
  for (const { open } of [cpu, referenceDevice]) {
    const executable = await (await open()).prepare(plan);
    executable.run();
    expect(Array.from(await executable.read('y'))).toEqual([2, 4]);
    executable.release();
  }
  expect(made).toBe(1);
  const short = variable('short', 'f32', [3], () => Float32Array.of(1, 2));
  await expect((async () => (await cpu.open()).read(short))()).rejects.toThrow(/short: 2 start values .*holds 3/);
});
