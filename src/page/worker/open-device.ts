import { type DeviceChoice, type DevicePreference, openDevice } from '../../device/index.ts';

/**
 * Opens the device that a page trains on: as `openDevice` does, but that a GPU which is there and cannot be opened is no
 * reason to have no page.
 *
 * @throws where `webgpu` is asked for and cannot be had
 */
export async function openPageDevice(
  preference: DevicePreference,
  open: (preference: DevicePreference) => Promise<DeviceChoice> = openDevice,
): Promise<DeviceChoice> {
  try {
    return await open(preference);
  } catch (error) {
    if (preference !== 'auto') throw error;
    const { device } = await open('cpu');
    return { device, why: `the GPU could not be opened (${error instanceof Error ? error.message : String(error)})` };
  }
}
