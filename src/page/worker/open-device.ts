import { type DeviceChoice, type DevicePreference, openDevice } from '../../device/index.ts';
import { messageOf } from '../../text/message-of.ts';

/**
 * Opens the device that a page trains on: as `openDevice` does, but that a GPU which is there and cannot be opened is no
 * reason to have no page.
 *
 * @throws where `webgpu` is asked for and cannot be had, saying so to a visitor
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
