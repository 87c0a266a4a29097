import type { GpuAdapter } from '../host-types.ts';
import { openCpuDevice } from './cpu/cpu.ts';
import type { Device } from './device.ts';
import { NoAdapterError } from './errors.ts';
import { describeAdapter, isSoftware } from './webgpu/adapter.ts';

/** `auto` takes a GPU, unless it is emulated in software, and otherwise the cpu device. */
export type DevicePreference = 'auto' | 'webgpu' | 'cpu';

/** A device, and why it was chosen. */
export interface DeviceChoice {
  readonly device: Device;
  /** Why this device was chosen, as the end of a sentence: "because ...". */
  readonly why: string;
}

/** How to request an adapter; by default from `navigator.gpu`. Resolves to undefined if there is none. */
export type AdapterRequest = () => Promise<GpuAdapter | undefined>;

/**
 * Opens a device. `auto` takes a GPU if there is one, and otherwise the cpu device, which is faster than a GPU emulated in
 * software and computes the same.
 *
 * @throws if `webgpu` is requested and there is no adapter, and on an unknown name
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
    if (!adapter) throw new NoAdapterError('There is no WebGPU adapter here. The cpu device needs none.');
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
