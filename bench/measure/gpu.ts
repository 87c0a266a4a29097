import { type Device, openWebgpuDevice, webgpuDevice } from '../../src/device/index.ts';
import { defaultThreads } from '../../src/node/cpu.ts';
import { openNodeCpuDevice, openNodeGpu, requestNodeAdapter } from '../../src/node/index.ts';

/**
 * Where a step or an iteration runs. `fused` is the cpu device with fused multiply-adds. `host` is Dawn's null backend: everything is checked and encoded, but nothing is
 * computed.
 */
export const places = ['cpu', 'fused', 'webgpu', 'host'] as const;
export type Place = (typeof places)[number];

/**
 * @param threads of the cpu device; its own choice by default
 * @throws Error if there is no such device here
 */
export async function openPlace(place: Place, threads?: number): Promise<Device> {
  if (place === 'cpu' || place === 'fused') {
    return openNodeCpuDevice({ threads: threads ?? defaultThreads(), fusedMultiplyAdd: place === 'fused' });
  }
  const adapter = place === 'host' ? await nullAdapter() : await requestNodeAdapter();
  if (!adapter) throw new Error('There is no WebGPU adapter here.');
  if (place === 'webgpu') return openWebgpuDevice(adapter);
  return webgpuDevice(await adapter.requestDevice(), "Dawn's null backend");
}

/** An adapter of Dawn without a GPU behind it. */
export async function nullAdapter(): Promise<GPUAdapter | undefined> {
  const gpu = await openNodeGpu({ dawn: ['backend=null', 'enable-dawn-features=disable_workgroup_init'] });
  return (await gpu.requestAdapter()) ?? undefined;
}
