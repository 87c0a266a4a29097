import { type AdapterRequest, type DeviceChoice, type DevicePreference, openDevice } from '../device/open.ts';
import { requestNodeAdapter } from './webgpu.ts';

export { openNodeChemistry } from './chemistry.ts';
export { type NodeGpuOptions, openNodeGpu, requestNodeAdapter } from './webgpu.ts';

/**
 * `openDevice` for Node: looks for a GPU through the optional package `webgpu`. With `auto`, a machine without that
 * package gets the cpu device.
 *
 * @throws where `webgpu` is asked for, and the package or an adapter is missing
 */
export async function openNodeDevice(preference: DevicePreference = 'auto'): Promise<DeviceChoice> {
  if (preference !== 'auto') return openDevice(preference, requestNodeAdapter);
  let missing: string | undefined;
  const request: AdapterRequest = async () => {
    try {
      return await requestNodeAdapter();
    } catch (cause) {
      missing = cause instanceof Error ? cause.message : String(cause);
      return undefined;
    }
  };
  const choice = await openDevice(preference, request);
  return missing === undefined ? choice : { ...choice, why: `there is no WebGPU here (${missing})` };
}
