import type { Device } from '../device/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { shown } from '../text/shown.ts';
import type { Progress } from '../train/index.ts';
import { createRun, type Run, type RunOptions, trainToEnd } from './run.ts';

/** Options of the runs of several seeds. */
export type SeedsOptions = Omit<RunOptions, 'seed'> & {
  /** The seeds, each once. */
  readonly seeds: readonly number[];
  /** Called with each report of each run, between two of its iterations. */
  readonly onProgress?: ((progress: Progress, run: Run) => void) | undefined;
};

/**
 * Trains a run for each seed, side by side, to its end, and evaluates it. On a GPU they share their launches, submits and
 * copies (`Device.replicas`), which costs little more than one run where one leaves the card idle. Each run has the bits
 * of the run alone.
 *
 * A run that fails is closed and takes no other with it. The others stay on the device until they are closed.
 * @returns how each run ended, in the order of the seeds
 * @throws as `createRun` does, before any training; every run is then closed
 */
export async function trainSeeds(options: SeedsOptions): Promise<PromiseSettledResult<Run>[]> {
  checkGiven('trainSeeds', { options }, 'object');
  const { seeds, onProgress, ...rest } = options;
  checkGiven('trainSeeds', { seeds }, 'list');
  checkGiven('trainSeeds', { onProgress }, 'function?');
  const twice = seeds.find((seed, i) => seeds.indexOf(seed) < i);
  if (seeds.length === 0 || twice !== undefined) {
    throw new Error(`trainSeeds: seeds must be different numbers, at least one, not ${shown(seeds)}.`);
  }
  const { device } = rest as { device?: Device };
  const replicas = seeds.length > 1 ? await device?.replicas?.(seeds.length) : undefined;
  /** Makes a run, which the others no longer wait for once it has failed. */
  const make = async (seed: number, i: number) => {
    try {
      return await createRun({ ...rest, ...(replicas ? { device: replicas.open(i) } : {}), seed } as RunOptions);
    } catch (error) {
      replicas?.leave(i);
      throw error;
    }
  };
  const made = await Promise.allSettled(seeds.map(make));
  const refused = made.find((each) => each.status === 'rejected');
  if (refused) {
    for (const [i, each] of made.entries()) {
      replicas?.leave(i);
      if (each.status === 'fulfilled') await each.value.close();
    }
    throw refused.reason;
  }
  const runs = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  return Promise.allSettled(runs.map((run, i) => trainToEnd(run, onProgress).finally(() => replicas?.leave(i))));
}
