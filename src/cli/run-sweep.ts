import { setTimeout } from 'node:timers/promises';
import { messageOf } from '../text/message-of.ts';
import { drawComparisons } from './compare/draw.ts';
import { gatherRuns } from './compare/runs.ts';
import type { Context } from './context.ts';
import { exitCodes, refuseReading, UsageError } from './errors.ts';
import { type RewardChoice, rewardOfSweep } from './reward-command.ts';
import { ensureFolder } from './run-folder.ts';
import { resumeTrial, runTrial, type TrialOptions } from './run-trial.ts';
import { writeLine } from './terminal.ts';
import { TrainingError } from './training-run.ts';
import { setAside, trialState, unfinishedRun } from './trial-folder.ts';
import { type Trial, trialPath } from './trials.ts';

/** How the trials of a sweep are run. */
export interface SweepOptions extends Omit<TrialOptions, 'path'> {
  /** The sweep's folder. */
  readonly folder: string;
  /** Whether these trials are some of a sweep that others run too: nothing is then drawn at the end. */
  readonly isAlone: boolean;
}

/**
 * Runs the trials of a sweep one after the other, those that are not there yet, and draws all that is in its folder. Other
 * processes may run the same sweep: each trial is claimed. The context's exit code says whether all went well.
 * Throws a UsageError where a folder is in the way, before any run.
 */
export async function runSweep(context: Context, trials: readonly Trial[], options: SweepOptions): Promise<void> {
  const { terminal } = context;
  const { folder, isAlone } = options;
  const failed = await runTrials(context, trials, options);
  if (failed === 'interrupted') {
    await writeLine(terminal.stdout, 'Not all runs have been made. The same command goes on with those that are left.');
    return;
  }
  if (failed.length > 0) context.exitCode = exitCodes.failed;
  if (!isAlone && failed.length < trials.length) {
    const problems = new Set(trials.map(({ config }) => config.problem));
    const { comparisons, leftOut } = await gatherRuns([folder]);
    const ofThis = comparisons.filter(({ problem }) => problems.has(problem));
    await drawComparisons(context, { comparisons: ofThis, leftOut }, { folder, against: 'trajectories' });
  }
  if (failed.length > 0) {
    const words = `flowtape: ${failed.length} of ${trials.length} runs failed or were left to others: ${failed.join(', ')}`;
    await writeLine(terminal.stderr, words);
  }
}

/** Makes the runs that are not there yet. Returns the names of those that could not be made. */
async function runTrials(
  context: Context,
  trials: readonly Trial[],
  { folder, isAlone: _, ...options }: SweepOptions,
): Promise<string[] | 'interrupted'> {
  const reward = rewardOfSweep(options.reward, folder);
  const { stdout, stderr } = context.terminal;
  // All that can be refused is refused before the first of many hours.
  for (const trial of trials) await inspect(trialPath(folder, trial), trial, reward);
  await ensureFolder(folder);
  const failed: string[] = [];
  for (const [index, trial] of trials.entries()) {
    const path = trialPath(folder, trial);
    const head = `run ${index + 1} of ${trials.length}, ${trial.name}`;
    // Looked at again: by now another process may have made it.
    const state = await inspect(path, trial, reward);
    if (state.kind === 'finished') {
      await writeLine(stdout, `${head}: finished before`);
      continue;
    }
    if (state.kind === 'running') {
      await writeLine(stderr, `${head}: left alone. ${state.reason}`);
      failed.push(trial.name);
      continue;
    }
    const found = state.kind === 'unfinished' ? await unfinishedRun(path, trial) : undefined;
    try {
      if (state.kind === 'unfinished' && found === undefined) {
        await writeLine(stdout, `${head}: what an earlier attempt left is now in ${await setAside(path)}`);
      }
      await writeLine(stdout, found === undefined ? head : `${head}: begun before`);
      const run = { ...options, path, reward };
      const code = await (found === undefined ? runTrial(context, trial, run) : resumeTrial(context, trial, run));
      if (code !== exitCodes.ok) {
        context.exitCode = code;
        return 'interrupted';
      }
    } catch (error) {
      // Another process began it in the same moment.
      const isLate = error instanceof UsageError && (await isTaken(path, trial, reward));
      // Another seed or method may do better; anything else would meet them all.
      if (!(error instanceof TrainingError || isLate)) throw error;
      const words = isLate ? `${head}: left alone.` : `flowtape: ${trial.name}:`;
      await writeLine(stderr, `${words} ${messageOf(error)}`);
      failed.push(trial.name);
    }
  }
  return failed;
}

/** Whether another process is at a trial, or has finished it. */
async function isTaken(path: string, trial: Trial, reward: RewardChoice | undefined) {
  // Its claim comes a moment after its folder, which on a busy machine takes a while.
  for (let looks = 0; looks < 10; looks++) {
    await setTimeout(500);
    const state = await trialState(path, trial, reward).catch(() => undefined);
    if (state?.kind === 'running' || state?.kind === 'finished') return true;
  }
  return false;
}

/** The state of a trial. Throws a UsageError where its folder must not be touched. */
async function inspect(path: string, trial: Trial, reward: RewardChoice | undefined) {
  const state = await trialState(path, trial, reward).catch(refuseReading(path));
  if (state.kind === 'foreign') {
    throw new UsageError(
      `${path} is in the way of ${trial.name}. ${state.reason} Move it away, or give another --out.`,
    );
  }
  return state;
}
