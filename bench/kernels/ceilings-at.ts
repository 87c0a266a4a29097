import { requestNodeAdapter } from '../../src/node/index.ts';
import type { Place } from '../measure/gpu.ts';
import type { Ceilings } from './ceilings.ts';
import { measureCpuCeilings } from './cpu-ceilings.ts';
import { measureWebgpuCeilings } from './webgpu-ceilings.ts';

/** The peak rates of this machine's processor or adapter. @throws if there is no adapter */
export async function ceilingsAt(place: Place): Promise<Ceilings> {
  if (place === 'cpu' || place === 'fused') return measureCpuCeilings();
  // An adapter can be opened only once.
  const adapter = await requestNodeAdapter();
  if (!adapter) throw new Error('There is no WebGPU adapter here.');
  return measureWebgpuCeilings(adapter);
}
