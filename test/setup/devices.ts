import { describe } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import type { WebgpuOptions } from '../../src/device/index.ts';
import { openReferenceDevice } from '../../src/device/reference.ts';
import { openTestCpuDevice } from './cpu.ts';
import { testAdapter } from './gpu.ts';
import { inBrowser } from './here.ts';

/** A device that a suite runs on. It is opened when the first test of a file asks for it, and shared by its tests. */
export interface TestDevice {
  readonly name: string;
  readonly open: () => Promise<Device>;
}

// A page takes the cpu device where its GPU is emulated, so what it computes with on WebGPU are a GPU's kernels. In
// Chromium those alone are tested, on SwiftShader all the same; in Node, those of every adapter.
const webgpu = once('webgpu', () => openWebgpu(inBrowser ? { emulated: false } : {}));

/** The devices whose kernels are tested against the reference. */
export const fastDevices: readonly TestDevice[] = [
  // Cut into parts for three threads however small it is: whatever holds of it holds of one thread too, since the bits
  // are the same (device/threads.test.ts).
  once('cpu', () => openTestCpuDevice({ threads: 3, minWork: 1 })),
  webgpu,
];

/**
 * The same for tests of what is learnt with kernels that are tested elsewhere: with one thread, which has the bits of three
 * and no work to hand over.
 */
export const trainingDevices: readonly TestDevice[] = [once('cpu', () => openTestCpuDevice({ threads: 1 })), webgpu];

/**
 * The webgpu device with the kernels it would choose on other adapters than the tests': those of a GPU on one emulated
 * in software and the reverse, and those without subgroups.
 */
export const webgpuVariants: readonly TestDevice[] = inBrowser
  ? [webgpu]
  : [
      once('webgpu as on a GPU', () => openWebgpu({ emulated: false })),
      once('webgpu as on a GPU without subgroups', () => openWebgpu({ emulated: false, subgroups: false })),
      once('webgpu as in software', () => openWebgpu({ emulated: true })),
      once('webgpu as in software without subgroups', () => openWebgpu({ emulated: true, subgroups: false })),
    ];

export const referenceDevice: TestDevice = once('reference', async () => openReferenceDevice());

/** Every device. */
export const testDevices: readonly TestDevice[] = [...fastDevices, referenceDevice];

/** Devices for operations whose kernels on a GPU are others than on one emulated in software, which tests mostly have. */
export const fastKernelDevices: readonly TestDevice[] = [...new Set([...fastDevices, webgpuVariants[0]])];
export const kernelDevices: readonly TestDevice[] = [...new Set([...testDevices, webgpuVariants[0]])];

/** Runs a suite once for each device, under the device's name. */
export function onEach(devices: readonly TestDevice[], suite: (open: TestDevice['open']) => void): void {
  for (const { name, open } of devices) describe(`on ${name}`, () => suite(open));
}

function once(name: string, open: () => Promise<Device>): TestDevice {
  let device: Promise<Device> | undefined;
  return {
    name,
    open() {
      device ??= open();
      return device;
    },
  };
}

async function openWebgpu(options: WebgpuOptions): Promise<Device> {
  const { openWebgpuDevice } = await import('../../src/device/webgpu/webgpu.ts');
  return openWebgpuDevice(await testAdapter(), options);
}
