import type { Context } from './context.ts';
import type { FollowOptions } from './follow/options.ts';
import { trainInNewFolder } from './new-run.ts';
import { resumeRun } from './resume.ts';
import type { RewardChoice } from './reward-record.ts';
import { claimTrial, reclaimTrial } from './trial-folder.ts';
import type { Trial } from './trials.ts';

export interface TrialOptions {
  /** The trial's folder. */
  readonly path: string;
  readonly verbose: boolean;
  readonly threads: number | undefined;
  /** The program that rewards objects in place of the problem's own reward. */
  readonly reward?: RewardChoice | undefined;
  readonly follow?: FollowOptions | undefined;
}

/** Trains a trial. Returns the exit code. */
async function runTrial(context: Context, trial: Trial, { path, ...options }: TrialOptions): Promise<number> {
  let release = () => {};
  const makeFolder = async () => {
    const claimed = await claimTrial(path);
    release = claimed.release;
    return claimed.folder;
  };
  try {
    return await trainInNewFolder(context, trial.config, { makeFolder, ...options });
  } finally {
    release();
  }
}

/** Trains a trial, or resumes it if it was begun. Returns the exit code. */
export function makeTrial(context: Context, trial: Trial, isBegun: boolean, options: TrialOptions): Promise<number> {
  return (isBegun ? resumeTrial : runTrial)(context, trial, options);
}

/** Resumes a trial that an earlier process began. Returns the exit code. */
async function resumeTrial(
  context: Context,
  { config: { data } }: Trial,
  { path, verbose, threads, reward, follow }: TrialOptions,
): Promise<number> {
  const release = await reclaimTrial(path);
  try {
    return await resumeRun(context, {
      ...{ resume: path, verbose, reward, follow },
      ...(threads === undefined ? {} : { threads: String(threads) }),
      ...(data === undefined ? {} : { data }),
    });
  } finally {
    release();
  }
}
