import { describe } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { openReferenceDevice } from '../../src/device/reference.ts';
import { testAdapter } from './gpu.ts';

/** A device that a suite runs on. It is opened when the first test of a file asks for it, and shared by its tests. */
export interface TestDevice {
  readonly name: Device['kind'];
  readonly open: () => Promise<Device>;
}

/** The devices whose kernels are tested against the reference. */
export const fastDevices: readonly TestDevice[] = [
  // Cut into parts for three threads however small it is: whatever holds of it holds of one thread too, since the bits
  // are the same (device/threads.test.ts).
  once('cpu', async () => (await import('../../src/node/cpu.ts')).openNodeCpuDevice({ threads: 3, leastWork: 1 })),
  once('webgpu', async () => {
    const { openWebgpuDevice } = await import('../../src/device/webgpu/webgpu.ts');
    return openWebgpuDevice(await testAdapter());
  }),
];

export const referenceDevice: TestDevice = once('reference', async () => openReferenceDevice());

/** Every device. */
export const testDevices: readonly TestDevice[] = [...fastDevices, referenceDevice];

/** Runs a suite once for each device, under the device's name. */
export function onEach(devices: readonly TestDevice[], suite: (open: TestDevice['open']) => void): void {
  for (const { name, open } of devices) describe(`on ${name}`, () => suite(open));
}

function once(name: Device['kind'], open: () => Promise<Device>): TestDevice {
  let device: Promise<Device> | undefined;
  return {
    name,
    open() {
      device ??= open();
      return device;
    },
  };
}
