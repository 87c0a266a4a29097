import type { Device } from '../../src/device/index.ts';
import { openCpuDevice } from '../../src/device/index.ts';
import { numbersOf, reportsOf, smallRun } from '../train/runs.ts';

/** What a small run comes to, as it can be handed from a page to a test. */
export interface SmallTraining {
  readonly description: string;
  readonly isolated: boolean;
  readonly numbers: Record<string, number[]>;
}

/** Trains on a device that cuts everything into parts for its threads, however small it is. */
export async function smallTraining(open: () => Promise<Device>): Promise<SmallTraining> {
  const device = await open();
  const trainer = await smallRun(device);
  await reportsOf(trainer);
  const numbers = await numbersOf(trainer);
  device.destroy();
  return { description: device.description, isolated: globalThis.crossOriginIsolated === true, numbers };
}

export const trainHere = (): Promise<SmallTraining> => smallTraining(() => openCpuDevice({ threads: 3, minWork: 1 }));
