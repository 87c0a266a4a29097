import { expect, test } from 'vitest';
import { openDevice } from '../../src/device/index.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import { multiply } from '../../src/ops/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { given } from '../setup/arbitraries.ts';
import { openTestCpuDevice } from '../setup/cpu.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { testAdapter } from '../setup/gpu.ts';

// These run in Node and in a page that is isolated from other origins, so that its memory may be shared.

test('the cpu device has the requested number of threads', async () => {
  const device = await openTestCpuDevice({ threads: 3 });
  expect(device.description).toBe('WebAssembly with SIMD, 3 threads');
  device.destroy();
});

test('an adapter emulated in software is skipped unless requested', async () => {
  const adapter = await testAdapter();
  // Only what an adapter says of itself decides.
  const emulated = new Proxy(adapter, {
    get(target, name) {
      if (name === 'info') return { vendor: 'google', architecture: 'swiftshader', description: '', device: '' };
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const auto = await openDevice('auto', async () => emulated, openTestCpuDevice);
  expect(auto.device.kind).toBe('cpu');
  expect(auto.why).toBe('the only WebGPU adapter here, google swiftshader, is emulated in software');
  const asked = await openDevice('webgpu', async () => emulated, openTestCpuDevice);
  expect(asked.device.kind).toBe('webgpu');
  for (const { device } of [auto, asked]) device.destroy();
});

test('without an adapter the cpu device is opened, or an error gives the reason', async () => {
  const { device, why } = await openDevice('auto', async () => undefined, openTestCpuDevice);
  expect(device.kind).toBe('cpu');
  expect(why).toBe('there is no WebGPU adapter here');
  device.destroy();
  await expect(openDevice('webgpu', async () => undefined, openTestCpuDevice)).rejects.toThrow(
    /no WebGPU adapter here/,
  );
});

test('another name than that of a device is refused, before anything is opened', async () => {
  const never = () => Promise.reject(new Error('opened'));
  await expect(openDevice('gpu' as 'webgpu', never, never)).rejects.toThrow(
    'openDevice: a device is auto, webgpu or cpu, not gpu. A GPU is webgpu.',
  );
});

onEach(testDevices, (open) => {
  test('two devices of a page or process compute side by side', async () => {
    const tape = createTape();
    const outputs = { y: multiply(given(tape, [3], Float32Array.of(1, 2, 3)), 2) };
    const other = await openTestCpuDevice({ threads: 2 });
    const found = await Promise.all([evaluate(await open(), tape, outputs), evaluate(other, tape, outputs)]);
    // Exact: doubling a float32 changes its exponent alone.
    for (const { y } of found) expect(Array.from(y)).toEqual([2, 4, 6]);
    other.destroy();
  });
});
