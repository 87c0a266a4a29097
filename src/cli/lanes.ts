import { defaultThreads } from '../node/cpu.ts';
import type { Context } from './context.ts';
import { resumeTrial, runTrial, type TrialOptions } from './run-trial.ts';
import { jointProgress } from './seeds-progress.ts';
import { writeLine } from './terminal.ts';
import { workerLanes } from './trial-workers.ts';
import type { Trial } from './trials.ts';

/** Makes a trial in its folder, or goes on with it. Returns the exit code; throws as `runTrial` does. */
export type MakeTrial = (trial: Trial, path: string, isBegun: boolean) => Promise<number>;

/** The makers of the trials of a sweep: each lane makes one after another, all lanes at the same time. */
export interface Lanes {
  readonly makers: readonly MakeTrial[];
  /** Lets the runs under way stop and save, since another failed for a reason that would stop them too. */
  stop(): void;
  close(): void;
}

export interface LaneOptions extends Omit<TrialOptions, 'path'> {
  /** How many trials may be trained at the same time: one by default. */
  readonly together?: number | undefined;
}

/**
 * Opens the lanes of a sweep. On the cpu device each of several runs trains on threads of its own, in a worker: kernels
 * of these sizes are too short to be worth cutting, so two runs of a thread each take less than one after the other on two.
 */
export async function openLanes(
  context: Context,
  { trials, toMake }: { readonly trials: readonly Trial[]; readonly toMake: number },
  { together = 1, ...options }: LaneOptions,
): Promise<Lanes> {
  const { startTrialWorker: start } = context;
  const most = Math.min(together, toMake);
  if (most < 2 || start === undefined) return oneLane(context, options);
  const { device, why } = await context.openDevice(trials[0].config.device, { threads: 1 });
  const { kind } = device;
  device.destroy();
  if (kind !== 'cpu') return oneLane(context, options);
  const threads = options.threads ?? defaultThreads();
  const count = Math.min(most, threads);
  if (count < 2) return oneLane(context, options);
  const each = Math.floor(threads / count);
  const { stdout } = context.terminal;
  const of = each === 1 ? 'on one thread each' : `on ${each} threads each`;
  await writeLine(stdout, `${count} runs at a time, ${of}, since the device is cpu, because ${why}`);
  const progress = await jointProgress(stdout, options);
  return workerLanes(context, { ...options, count, threads: each, start, progress });
}

/** All trials one after another, in this process. */
function oneLane(context: Context, options: Omit<TrialOptions, 'path'>): Lanes {
  const make: MakeTrial = (trial, path, isBegun) =>
    (isBegun ? resumeTrial : runTrial)(context, trial, { ...options, path });
  return { makers: [make], stop() {}, close() {} };
}
