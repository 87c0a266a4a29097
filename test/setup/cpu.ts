import type { CpuDeviceOptions, Device } from '../../src/device/index.ts';
import { inBrowser } from './here.ts';

/** A cpu device with the threads there are here: Node's, or Web Workers. */
export async function openTestCpuDevice(options: Pick<CpuDeviceOptions, 'threads' | 'minWork'> = {}): Promise<Device> {
  if (inBrowser) return (await import('../../src/device/cpu/cpu.ts')).openCpuDevice(options);
  return (await import('../../src/node/cpu.ts')).openNodeCpuDevice(options);
}
