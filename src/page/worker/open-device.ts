import { type DeviceChoice, type DevicePreference, openDevice } from '../../device/index.ts';
import { messageOf } from '../../text/message-of.ts';

/**
 * Opens the device that a page trains on: as `openDevice` does, except that a GPU which cannot be opened is skipped.
 *
 * @throws an error for visitors if `webgpu` is requested and not available
 */
export async function openPageDevice(
  preference: DevicePreference,
  open: (preference: DevicePreference) => Promise<DeviceChoice> = openDevice,
  hasWebgpu: () => boolean = () => (navigator as { gpu?: GPU }).gpu !== undefined,
): Promise<DeviceChoice> {
  if (preference === 'webgpu' && !hasWebgpu()) {
    throw new Error('This browser offers no WebGPU to this page. The device cpu works without it.');
  }
  try {
    return await open(preference);
  } catch (error) {
    if (preference !== 'auto') throw error;
    const { device } = await open('cpu');
    return { device, why: `the GPU could not be opened (${messageOf(error)})` };
  }
}
