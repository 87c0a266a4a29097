import type { GpuAdapter } from '../host-types.ts';
import { openCpuDevice } from './cpu/cpu.ts';
import type { Device } from './device.ts';
import { describeAdapter, isSoftware } from './webgpu/adapter.ts';

/** `auto` takes a GPU where there is one that is not emulated in software, else the cpu device. */
export type DevicePreference = 'auto' | 'webgpu' | 'cpu';

/** A device, and why it was taken. */
export interface DeviceChoice {
  readonly device: Device;
  /** Why this device was taken, as the end of a sentence: "because ...". */
  readonly why: string;
}

/** How to ask for an adapter; `navigator.gpu` unless said. Gives undefined where there is none. */
export type AdapterRequest = () => Promise<GpuAdapter | undefined>;

/**
 * Opens the device that a program is best run on. `auto` takes a GPU where there is one, and otherwise the cpu device:
 * a GPU emulated in software computes the same, but slower than the cpu device does.
 *
 * @throws where `webgpu` is asked for and there is no adapter, and on another name
 */
export async function openDevice(
  preference: DevicePreference = 'auto',
  requestAdapter: AdapterRequest = requestBrowserAdapter,
  openCpu: () => Promise<Device> = openCpuDevice,
): Promise<DeviceChoice> {
  checkPreference(preference);
  if (preference === 'cpu') return { device: await openCpu(), why: 'it was asked for' };
  const adapter = await requestAdapter();
  if (preference === 'webgpu') {
    if (!adapter)
      throw new Error(
        'There is no WebGPU adapter here. In Node the command `doctor` of flowtape says what is missing; the device cpu needs nothing.',
      );
    return { device: await openGpu(adapter), why: 'it was asked for' };
  }
  if (!adapter) return { device: await openCpu(), why: 'there is no WebGPU adapter here' };
  if (isSoftware(adapter)) {
    const why = `the only WebGPU adapter here, ${describeAdapter(adapter)}, is emulated in software`;
    return { device: await openCpu(), why };
  }
  return { device: await openGpu(adapter), why: `${describeAdapter(adapter)} is here` };
}

async function openGpu(adapter: GpuAdapter): Promise<Device> {
  const { openWebgpuDevice } = await import('./webgpu/webgpu.ts');
  return openWebgpuDevice(adapter);
}

function checkPreference(preference: string): void {
  if (preference === 'auto' || preference === 'webgpu' || preference === 'cpu') return;
  const hint = preference === 'gpu' ? ' A GPU is webgpu.' : '';
  throw new Error(`openDevice: a device is auto, webgpu or cpu, not ${String(preference)}.${hint}`);
}

async function requestBrowserAdapter(): Promise<GpuAdapter | undefined> {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu as GPU | undefined;
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  return adapter ?? undefined;
}
