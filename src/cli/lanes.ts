import { defaultThreads } from '../node/cpu.ts';
import type { Context } from './context.ts';
import { replicaLanes } from './replica-lanes.ts';
import { makeTrial, type TrialOptions } from './run-trial.ts';
import { jointProgress } from './seeds-progress.ts';
import { writeLine } from './terminal.ts';
import { workerLanes } from './trial-workers.ts';
import type { Trial } from './trials.ts';

/** Trains trials one after another. */
export interface Lane {
  /** Trains a trial in its folder, or continues it. Returns the exit code; throws as `makeTrial` does. */
  make(trial: Trial, path: string, isBegun: boolean): Promise<number>;
  /** No trial is left for it. */
  end(): void;
}

/** What trains the trials of a sweep, at the same time. */
export interface Lanes {
  readonly lanes: readonly Lane[];
  /** Stops and saves the runs under way, since another met an error that would hit them too. */
  stop(): void;
  close(): void;
}

export interface LaneOptions extends Omit<TrialOptions, 'path'> {
  /** How many trials may train at the same time: one by default. */
  readonly together?: number | undefined;
}

/**
 * Opens the lanes of a sweep. On a GPU all runs share their launches. On the cpu device each trains on threads of its
 * own, in a worker: kernels of these sizes are too short to be worth cutting, so two runs on one thread each take less
 * than one after the other on two.
 */
export async function openLanes(
  context: Context,
  { trials, toMake }: { readonly trials: readonly Trial[]; readonly toMake: number },
  options: LaneOptions,
): Promise<Lanes> {
  const { startTrialWorker: start } = context;
  const labelOf = labelsOf(trials);
  const { stdout } = context.terminal;
  const max = Math.min(options.together ?? 1, toMake);
  // Runs on different devices share neither launches nor workers.
  const isMixed = trials.some(({ config }) => config.device !== trials[0].config.device);
  if (max < 2 || isMixed) return oneLane(context, options);
  const { device: preference } = trials[0].config;
  const asked = { device: undefined, why: 'it was asked for' };
  const { device, why } = preference === 'cpu' ? asked : await context.openDevice(preference, { threads: 1 });
  if (device?.replicas) {
    const replicas = await device.replicas(max);
    await writeLine(
      stdout,
      `${max} runs at a time, in the launches of one, since the device is webgpu, because ${why}`,
    );
    const progress = await jointProgress(stdout, options);
    return replicaLanes(context, { ...options, device, why, replicas, progress, labelOf });
  }
  device?.destroy();
  const threads = options.threads ?? defaultThreads();
  const count = Math.min(max, threads);
  if (count < 2 || start === undefined || (device && device.kind !== 'cpu')) return oneLane(context, options);
  const each = Math.floor(threads / count);
  const of = each === 1 ? 'on one thread each' : `on ${each} threads each`;
  await writeLine(stdout, `${count} runs at a time, ${of}, since the device is cpu, because ${why}`);
  const progress = await jointProgress(stdout, options);
  return workerLanes(context, { ...options, count, threads: each, start, progress, labelOf });
}

/** What lines of a run begin with: its seed if nothing else tells the trials apart, otherwise its name. */
function labelsOf(trials: readonly Trial[]): (trial: Trial) => string {
  const methods = new Set(trials.map(({ name }) => name.replace(/seed\d+$/, '')));
  return ({ name, config }) => (methods.size === 1 ? `seed ${config.seed}` : name);
}

/** All trials one after another, in this process. */
function oneLane(context: Context, { together: _, ...options }: LaneOptions): Lanes {
  const lane: Lane = {
    make: (trial, path, isBegun) => makeTrial(context, trial, isBegun, { ...options, path }),
    end() {},
  };
  return { lanes: [lane], stop() {}, close() {} };
}
