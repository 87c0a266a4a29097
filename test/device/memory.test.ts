import { afterEach, expect, test, vi } from 'vitest';
import { openCpuDevice } from '../../src/device/cpu/cpu.ts';
import { createCpuMemory, pageBytes } from '../../src/device/cpu/memory.ts';
import type { Device } from '../../src/device/device.ts';
import { DeviceLimitError, DeviceMemoryError } from '../../src/device/errors.ts';
import { openWebgpuDevice, webgpuDevice } from '../../src/device/webgpu/webgpu.ts';
import * as ops from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { testAdapter } from '../setup/gpu.ts';
import { inBrowser } from '../setup/here.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** A plan with an arena and a variable of a MiB each. */
function planOf() {
  const tape = createTape();
  const x = tape.read(variable('x', 'f32', [512, 512], new Float32Array(512 * 512).fill(1)));
  return compile(tape, { y: ops.scan(x), total: ops.sum(x) });
}

async function expectUsable(device: Device): Promise<void> {
  const executable = await device.prepare(planOf());
  executable.run();
  expect(Array.from(await executable.read('total'))).toEqual([512 * 512]);
  await device.finish();
}

/** A GPUDevice whose memory is full whenever `isFull` says so of the buffer that is to be made. */
function filling(gpu: GPUDevice, isFull: (buffer: GPUBufferDescriptor) => boolean): GPUDevice {
  const scopes: GPUErrorFilter[] = [];
  let full = false;
  const replaced: Record<string, unknown> = {
    createBuffer(descriptor: GPUBufferDescriptor) {
      full ||= isFull(descriptor);
      return gpu.createBuffer(descriptor);
    },
    pushErrorScope(filter: GPUErrorFilter) {
      scopes.push(filter);
      gpu.pushErrorScope(filter);
    },
    async popErrorScope() {
      const filter = scopes.pop();
      const found = full && filter === 'out-of-memory';
      if (found) full = false;
      const error = await gpu.popErrorScope();
      return found ? new GPUOutOfMemoryError('vkAllocateMemory failed') : error;
    },
  };
  return new Proxy(gpu, {
    get(target, name) {
      if (Object.hasOwn(replaced, name)) return replaced[String(name)];
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

test.each([['arena'], ['x']])(
  'a GPU whose memory is full for %s says so, keeps nothing, and goes on',
  async (label) => {
    let left = 0;
    const gpu = await (await testAdapter()).requestDevice();
    const device = webgpuDevice(filling(gpu, (buffer) => buffer.label === label && left-- > 0));
    await expectUsable(device);
    const { bytes } = device.counts;
    left = 1;
    const error = await device.prepare(planOf()).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(DeviceMemoryError);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^webgpu device: the plan needs \d+ bytes \(1048576 of them variables\).* smaller\. .*vkAllocate/,
      ),
    });
    expect(device.counts.bytes).toBe(bytes);
    await expectUsable(device);
    device.destroy();
    gpu.destroy();
  },
);

test('the largest buffer that the limits allow is given, or is memory that is not there, and the device goes on', async () => {
  const device = await openWebgpuDevice(await testAdapter());
  await expectUsable(device);
  const { bytes } = device.counts;
  // A page's process may be ended for want of memory, so there it is a small one.
  const largest = inBrowser ? 2 ** 20 : (await testAdapter()).limits.maxBufferSize;
  const tape = createTape();
  const table = variable('table', 'f32', [Math.floor(largest / 4)]);
  const plan = compile(tape, { y: ops.sum(tape.read(table, { offset: 0, shape: [64] })) });
  const found = await device.prepare(plan).catch((error: unknown) => error);
  if (found instanceof Error) {
    expect(found).toBeInstanceOf(DeviceMemoryError);
    expect(device.counts.bytes).toBe(bytes);
  }
  device.forget(table);
  await expectUsable(device);
  device.destroy();
});

test('plans prepared at once do not take the error of one of them for their own', async () => {
  let left = 1;
  const gpu = await (await testAdapter()).requestDevice();
  const device = webgpuDevice(filling(gpu, (buffer) => buffer.label === 'arena' && left-- === 1));
  const [first, second] = await Promise.allSettled([device.prepare(planOf()), device.prepare(planOf())]);
  expect(first.status).toBe('rejected');
  expect(second.status).toBe('fulfilled');
  await device.finish();
  gpu.destroy();
});

test('a WebAssembly memory that the system does not let grow is an error of its own kind, and reserves nothing', () => {
  // The system's limit is below what was asked for.
  const wasm = new WebAssembly.Memory({ initial: 1, maximum: 4 });
  const memory = createCpuMemory(wasm, 1024, 65_536);
  const first = memory.allocate(2 * pageBytes);
  expect(() => memory.allocate(2 * pageBytes)).toThrow(DeviceMemoryError);
  expect(() => memory.allocate(2 * pageBytes)).toThrow(
    /the system gives no 131072 bytes more to the 196608 of .* smaller/,
  );
  expect(memory.reserved).toBe(2 * pageBytes);
  expect(() => memory.checkRoom(2 ** 32)).toThrow(DeviceLimitError);
  // What was given out before is still good.
  memory.f32()[first / 4] = 7;
  memory.allocate(pageBytes / 2);
  expect(memory.f32()[first / 4]).toBe(7);
});

test('a WebAssembly memory gives zeros, whether it was used before or is new', () => {
  const memory = createCpuMemory(new WebAssembly.Memory({ initial: 1, maximum: 4 }), 1024, 65_536);
  const block = memory.allocate(pageBytes / 2);
  memory.i32().fill(7, block / 4, (block + pageBytes / 2) / 4);
  memory.free(block);
  expect(memory.allocate(pageBytes / 4)).toBe(block);
  // The rest of the freed block, then what begins on the old page and ends on a new one.
  for (const bytes of [pageBytes / 4, pageBytes]) {
    const address = memory.allocate(bytes);
    expect(
      memory
        .i32()
        .subarray(address / 4, (address + bytes) / 4)
        .every((number) => number === 0),
    ).toBe(true);
  }
  expect(
    memory
      .i32()
      .subarray(block / 4, (block + pageBytes / 4) / 4)
      .every((number) => number === 0),
  ).toBe(true);
});

test('a cpu device that gets no more memory in the middle of preparing a plan keeps nothing of it, and goes on', async () => {
  const device = await openCpuDevice({ threads: 1 });
  await expectUsable(device);
  const grow = WebAssembly.Memory.prototype.grow;
  for (const allowed of [0, 1]) {
    const { bytes } = device.counts;
    let left = allowed;
    const refusing = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(function (
      this: WebAssembly.Memory,
      pages,
    ) {
      if (left-- > 0) return grow.call(this, pages);
      throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
    });
    await expect(device.prepare(planOf())).rejects.toThrow(DeviceMemoryError);
    expect(refusing).toHaveBeenCalledTimes(allowed + 1);
    expect(device.counts.bytes).toBe(bytes);
    refusing.mockRestore();
    // The next hole is taken up, so that the second time something is reserved before memory runs out.
    await expectUsable(device);
  }
  device.destroy();
});

test('a plan that fails while its kernels are made ready keeps nothing', async () => {
  for (const device of [
    await openCpuDevice({ threads: 1 }),
    webgpuDevice(await (await testAdapter()).requestDevice()),
  ]) {
    await expectUsable(device);
    const { bytes } = device.counts;
    const plan = planOf();
    const steps = plan.steps.map((entry, i) =>
      entry.kind === 'kernel' && i > 0
        ? { ...entry, step: { ...entry.step, kernel: 'no such kernel' as never } }
        : entry,
    );
    expect(steps.length).toBeGreaterThan(1);
    await expect(device.prepare({ ...plan, steps })).rejects.toThrow();
    expect(device.counts.bytes).toBe(bytes);
    await expectUsable(device);
    device.destroy();
  }
});

test('a system without memory for a device is reported', async () => {
  class Memory {
    constructor() {
      throw new RangeError('could not allocate memory');
    }
  }
  vi.stubGlobal('WebAssembly', { compile: WebAssembly.compile, Memory });
  await expect(openCpuDevice({ threads: 1 })).rejects.toThrow(/cpu device: the system gives no memory for WebAssembly/);
});
