import { setTimeout } from 'node:timers/promises';
import type { RunConfig } from '../run/run-config.ts';
import { messageOf } from '../text/message-of.ts';
import { drawComparisons } from './compare/draw.ts';
import { gatherRuns } from './compare/gather.ts';
import type { Context } from './context.ts';
import { exitCodes, RefusedRun, refuseReading, UsageError } from './errors.ts';
import { isThere } from './folders.ts';
import { createInterrupts } from './interrupts.ts';
import { type Lane, openLanes } from './lanes.ts';
import { rewardOfSweep } from './reward-command.ts';
import type { RewardChoice } from './reward-record.ts';
import { ensureFolder } from './run-folder.ts';
import type { TrialOptions } from './run-trial.ts';
import { writeLine } from './terminal.ts';
import { TrainingError } from './training-run.ts';
import { setAside, trialState, unfinishedRun } from './trial-folder.ts';
import { settingsDifference, type Trial, trialPath } from './trials.ts';

/** How to run a sweep's trials. */
export interface SweepOptions extends Omit<TrialOptions, 'path'> {
  /** The sweep's folder. */
  readonly folder: string;
  /** How many trials may train at the same time: one by default. */
  readonly together?: number | undefined;
  /** Whether other processes run other trials of the same sweep: then nothing is plotted at the end. */
  readonly isAlone: boolean;
}

/**
 * Runs a sweep's missing trials, one after another or some together, and plots everything in its folder. Several
 * processes may run the same sweep, since each claims its trials. The context's exit code says whether all went well.
 * Throws a UsageError before any run if a folder is in the way.
 */
export async function runSweep(context: Context, trials: readonly Trial[], options: SweepOptions): Promise<void> {
  const { terminal } = context;
  const { folder, isAlone } = options;
  const failed = await runTrials(context, trials, options);
  if (failed === 'interrupted') {
    await writeLine(
      terminal.stdout,
      'Not all runs have been made. Repeat the command to go on with this one and make the rest.',
    );
    return;
  }
  if (failed.length > 0) context.exitCode = exitCodes.failed;
  if (!isAlone && failed.length < trials.length) {
    const problems = trials.map(({ config }) => config.problem);
    const found = await gatherRuns([folder], problems).catch(async (error: unknown) => {
      if (!(error instanceof UsageError)) throw error;
      // Other runs in the folder do not go together with these; training is done, and its runs do.
      await writeLine(terminal.stderr, `flowtape: other runs in ${folder} are not drawn. ${error.message}`);
      const paths = trials.map((trial) => trialPath(folder, trial));
      // A trial that was refused left nothing.
      const present = await Promise.all(paths.map(isThere));
      return gatherRuns(
        paths.filter((_, i) => present[i]),
        problems,
      );
    });
    await drawComparisons(context, found, { folder, against: 'trajectories' });
  }
  if (failed.length > 0) {
    const words = `flowtape: ${failed.length} of ${trials.length} runs failed or were left to others: ${failed.join(', ')}`;
    await writeLine(terminal.stderr, words);
  }
}

/** Runs the missing trials. Returns the names of those that failed. */
async function runTrials(
  context: Context,
  trials: readonly Trial[],
  { folder, isAlone: _, ...options }: SweepOptions,
): Promise<string[] | 'interrupted'> {
  const reward = rewardOfSweep(options.reward, folder);
  // Everything that can be refused is refused before hours of training.
  let toMake = 0;
  for (const trial of trials) {
    const { kind } = await inspect(trialPath(folder, trial), trial, reward);
    if (kind === 'absent' || kind === 'unfinished') toMake++;
  }
  const made = await ensureFolder(folder);
  try {
    return await runInFolder(context, trials, { ...options, folder, reward, toMake });
  } finally {
    // It holds nothing if what the first trial needs, as its data, was not there.
    await made.discard();
  }
}

/** As `runTrials`, in a folder that exists. */
async function runInFolder(
  context: Context,
  trials: readonly Trial[],
  { folder, toMake, ...options }: Omit<SweepOptions, 'isAlone'> & { readonly toMake: number },
): Promise<string[] | 'interrupted'> {
  const { stdout, stderr } = context.terminal;
  const { reward } = options;
  // A request to end reaches the runs that a lane begins later, too.
  const interrupts = createInterrupts();
  const stopListening = context.terminal.onInterrupt(interrupts.tell);
  const terminal = { ...context.terminal, onInterrupt: interrupts.onInterrupt };
  const opened = await openLanes({ ...context, terminal }, { trials, toMake }, options).catch((error: unknown) => {
    stopListening();
    throw error;
  });
  const failed: string[] = [];
  const queue = trials.entries();
  let interrupted = 0;
  const errors: unknown[] = [];
  const work = async (lane: Lane) => {
    // All lanes take from one queue.
    for (const [index, trial] of queue) {
      const head = `run ${index + 1} of ${trials.length}, ${trial.name}`;
      try {
        const code = await makeOne(lane, trial, head);
        if (code === undefined) failed.push(trial.name);
        else if (code !== exitCodes.ok) interrupted = code;
      } catch (error) {
        errors.push(error);
        opened.stop();
      }
      if (interrupted !== 0 || errors.length > 0) break;
    }
    lane.end();
  };
  /** The exit code of a trial; undefined where it could not be made, and others still may. */
  const makeOne = async (lane: Lane, trial: Trial, head: string): Promise<number | undefined> => {
    const path = trialPath(folder, trial);
    // Looked at again: by now another process may have made it.
    const state = await inspect(path, trial, reward);
    if (state.kind === 'finished') {
      await writeLine(stdout, `${head}: finished before`);
      return exitCodes.ok;
    }
    if (state.kind === 'running') {
      await writeLine(stderr, `${head}: left alone. ${state.reason}`);
      return undefined;
    }
    const found = state.kind === 'unfinished' ? await unfinishedRun(path, trial) : undefined;
    try {
      if (state.kind === 'unfinished' && found === undefined) {
        await writeLine(stdout, `${head}: what an earlier attempt left is now in ${await setAside(path)}`);
      }
      await writeLine(stdout, found === undefined ? head : `${head}: begun before`);
      // Another lane has met an error that this run would meet, too.
      if (errors.length > 0) return exitCodes.ok;
      return await lane.make(trial, path, found !== undefined);
    } catch (error) {
      // Another process started it at the same moment.
      const isLate = error instanceof UsageError && (await isTaken(path, trial, reward));
      // Other seeds or methods may still succeed; any other error would hit all of them.
      const isOwn = error instanceof RefusedRun && trials.some(({ config }) => isOther(config, trial.config));
      if (!(error instanceof TrainingError || isOwn || isLate)) throw error;
      const words = isLate ? `${head}: left alone.` : `flowtape: ${trial.name}:`;
      await writeLine(stderr, `${words} ${messageOf(error)}`);
      return undefined;
    }
  };
  try {
    await Promise.all(opened.lanes.map(work));
  } finally {
    stopListening();
    opened.close();
  }
  if (errors.length > 0) throw errors[0];
  if (interrupted === 0) return failed;
  context.exitCode = interrupted;
  return 'interrupted';
}

/** Whether two runs differ in more than their seeds. */
function isOther(first: RunConfig, second: RunConfig): boolean {
  return first.device !== second.device || settingsDifference(first, second) !== undefined;
}

/** Whether another process runs a trial or has finished it. */
async function isTaken(path: string, trial: Trial, reward: RewardChoice | undefined) {
  // The claim follows its folder after a moment, which on a busy machine can be long.
  for (let looks = 0; looks < 10 && (await isThere(path)); looks++) {
    await setTimeout(500);
    const state = await trialState(path, trial, reward).catch(() => undefined);
    if (state?.kind === 'running' || state?.kind === 'finished') return true;
  }
  return false;
}

/** The state of a trial. Throws a UsageError if its folder must not be touched. */
async function inspect(path: string, trial: Trial, reward: RewardChoice | undefined) {
  const state = await trialState(path, trial, reward).catch(refuseReading(path));
  if (state.kind === 'foreign') {
    throw new UsageError(
      `${path} is in the way of ${trial.name}. ${state.reason} Move it away, or give another --out.`,
    );
  }
  return state;
}
