import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { deviceLossOf } from '../device/index.ts';
import { trainingFiguresOf } from '../metrics/training-figures.ts';
import type { CurvePoint } from '../plot/learning-curve.ts';
import { encodeRun } from '../run/run-checkpoint.ts';
import { messageOf } from '../text/message-of.ts';
import { type Metrics, NotFiniteError, type Progress, type Snapshot } from '../train/index.ts';
import { checkpointsOf } from './checkpoints.ts';
import { asSentence, exitCodes } from './errors.ts';
import { numbersOf, openMetricsLog, rowsOf } from './follow/metrics-log.ts';
import type { FollowOptions } from './follow/options.ts';
import { watchOtherPrograms } from './other-programs.ts';
import { createProgress } from './progress.ts';
import { reopenedRun } from './reopened-device.ts';
import { runFiles } from './run-folder.ts';
import {
  formatJson,
  type Outcome,
  refuseWriting,
  reportResults,
  resumeCommand,
  saveResults,
  type TrainingRun,
  WritingError,
  writeFile,
} from './run-results.ts';
import { formatCount } from './text.ts';

/** Training itself failed, for example on a number that is not finite. Other runs may still succeed. */
export class TrainingError extends Error {}

/** Training never waits, so it yields this often, in milliseconds, to notice Ctrl-C. */
const attentionInterval = 50;

/**
 * Trains to the end, or until asked to stop, and writes all files of the run. Returns the exit code. Throws an Error if
 * training or writing fails; files written so far stay, and the error says where.
 */
export async function trainInFolder(run: TrainingRun): Promise<number> {
  const { context, training, folder, verbose } = run;
  const { terminal } = context;
  const { config } = training;
  await writeFile(folder, runFiles.config, formatJson({ version: context.version, ...config }));

  const { tensorboard = false, tell = () => undefined } = run.follow ?? {};
  const log = await openMetricsLog(folder, rowsOf(run.resumed?.history.text ?? ''), { tensorboard }).catch(
    refuseWriting(folder, runFiles.table),
  );
  const { problem, objective, steps, batch, seed } = config;
  tell({ event: 'start', folder: folder.path, problem, objective, seed, steps, batch, step: run.resumed?.step ?? 0 });
  const display =
    (await context.display?.(config.steps)) ??
    (await createProgress(terminal.stdout, { steps: config.steps, verbose }));
  const told = progressTeller(tell);
  const { restarts } = run;
  if (restarts !== undefined) {
    restarts.tell = (text, reason) => {
      display.note(text);
      tell({ event: 'reward-restart', restarts: restarts.count, reason });
    };
  }
  let signal = 0;
  let isTrained = false;
  let present = run;
  const stopListening = terminal.onInterrupt((number) => {
    signal = number;
    if (isTrained) return;
    display.note('Stopping after this iteration, to save the run. Once more ends at once, without saving.');
    present.training.stop();
  });
  try {
    let outcome: Outcome;
    try {
      outcome = await follow(run, {
        show(progress) {
          display.report(progress);
          told(progress);
        },
        async record(row) {
          await log.add(numbersOf(row)).catch(refuseWriting(folder, runFiles.table));
          tell({ event: 'evaluation', ...row });
        },
        note: (text) => display.note(text),
        isStopped: () => signal !== 0,
        onReopened(reopened) {
          present = reopened;
          if (signal !== 0) present.training.stop();
        },
      });
    } finally {
      isTrained = true;
      display.stop();
    }
    // A request that comes while pictures are drawn stops no training.
    const status = outcome.snapshot.step < config.steps ? 'stopped' : 'finished';
    const saved = await saveResults(present, outcome, status);
    tell({ event: 'end', status, step: outcome.snapshot.step, seconds: outcome.seconds, folder: folder.path });
    await reportResults(present, outcome, { ...saved, stopped: status === 'stopped' });
  } catch (error) {
    if (!(error instanceof WritingError)) throw error;
    const goOn = `Once that is fixed, resume from the last checkpoint: ${resumeCommand(folder.path)}`;
    throw new WritingError(`${error.message} ${goOn}`, { cause: error });
  } finally {
    stopListening();
  }
  return signal === 0 ? exitCodes.ok : exitCodes.interrupted + signal;
}

/** Seconds between progress events. */
const secondsBetweenEvents = 1;

/** Reports progress about once a second. */
function progressTeller(tell: NonNullable<FollowOptions['tell']>): (progress: Progress) => void {
  let next = 0;
  return (progress) => {
    const { step, steps, secondsElapsed: seconds } = progress;
    if (seconds < next && step !== steps) return;
    next = seconds + secondsBetweenEvents;
    tell({ event: 'progress', ...rowOf(progress) });
  };
}

/** A report as the first fields of a row in `metrics.jsonl`, with the figures of training that the objective has. */
function rowOf({ step, trajectories, secondsElapsed: seconds, trajectoriesPerSecond, diagnostics }: Progress) {
  return { step, trajectories, seconds, trajectoriesPerSecond, ...trainingFiguresOf(diagnostics) };
}

/** Who is told about a run's progress. */
interface Following {
  readonly show: (progress: Progress) => void;
  readonly note: (text: string) => void;
  /** Whether the run was asked to stop. */
  readonly isStopped: () => boolean;
  /** Receives an evaluation, as a row of `metrics.jsonl`, once it is on disk. */
  readonly record: (row: Readonly<Record<string, unknown>>) => Promise<void>;
  /** The run continues on another device, since its own was lost. */
  readonly onReopened: (run: TrainingRun) => void;
}

/**
 * Runs all iterations, writes each evaluation and checkpoint as it comes, and makes sure that the final policy has
 * both. An evaluation is on disk before the checkpoint that follows it.
 */
async function follow(run: TrainingRun, following: Following): Promise<Outcome> {
  const { training, folder, resumed } = run;
  const earlier = resumed?.history.seconds ?? 0;
  const curve: CurvePoint[] = [...(resumed?.history.curve ?? [])];
  // A program that rewards objects is part of the run, runs in one process cannot be told apart, and of a resumed run only
  // the last part could be watched.
  const isWatched = run.restarts === undefined && resumed === undefined && !run.context.sharesProcess;
  const otherCores = isWatched ? watchOtherPrograms() : undefined;
  const checkpoints = checkpointsOf(training.config.checkpointEvery, resumed !== undefined);
  let last: Progress | undefined = resumed && progressOf(run, resumed);
  let looked = performance.now();
  const record = async (progress: Progress) => {
    const row = { ...rowOf(progress), ...progress.metrics };
    const { step, trajectories, loss, gradientNorm } = row;
    curve.push({ ...progress.metrics, step, trajectories, loss, gradientNorm });
    await folder.append(runFiles.metrics, row).catch(refuseWriting(folder, runFiles.metrics));
    await following.record(row);
  };
  const saveCheckpoint = async () => writeCheckpoint(run, await training.snapshot());
  try {
    for await (const reported of training) {
      const progress = { ...reported, secondsElapsed: earlier + reported.secondsElapsed };
      last = progress;
      following.show(progress);
      if (progress.metrics !== undefined) await record(progress);
      if (checkpoints.isDue(progress.step)) await checkpoints.take(saveCheckpoint);
      if (performance.now() - looked > attentionInterval) {
        await setImmediate();
        looked = performance.now();
      }
    }
    const snapshot = await training.snapshot();
    if (last === undefined) {
      if (!following.isStopped()) throw new Error('it ended without an iteration, for an unknown reason');
      last = progressOf(run, { step: snapshot.step, history: { text: '', curve: [], seconds: 0 } });
    }
    await writeCheckpoint(run, snapshot);
    const evaluated = { ...last, metrics: last.metrics ?? (await training.evaluate()).metrics };
    if (last.metrics === undefined) await record(evaluated);
    const { metrics } = evaluated;
    return { snapshot, metrics, seconds: last.secondsElapsed, curve, otherCores: otherCores?.() };
  } catch (error) {
    if (error instanceof WritingError) throw error;
    const problem = asSentence(messageOf(deviceLossOf(error) ?? error));
    let hindrance = '';
    const reopened = await reopenedRun(run, error, following.note).catch((cause: unknown) => {
      hindrance = ` It cannot continue by itself: ${asSentence(messageOf(cause))}`;
      return undefined;
    });
    if (reopened !== undefined) {
      following.onReopened(reopened);
      return follow(reopened, following);
    }
    const reached = training.lastSnapshot();
    const where = last === undefined ? 'before its first iteration' : `after iteration ${formatCount(reached.step)}`;
    const kept =
      last && (await saveFailed(run, { reached, seconds: last.secondsElapsed, curve, error: error as Error }));
    throw new TrainingError(`Training failed ${where}: ${problem}${hindrance}${kept ?? ''}`, { cause: error });
  }
}

/** The progress of a resumed run, as if it had just been reported. */
function progressOf(
  { training: { config } }: TrainingRun,
  { step, history }: Required<TrainingRun>['resumed'],
): Progress {
  const {
    step: evaluated,
    trajectories: _,
    loss: __,
    gradientNorm: ___,
    ...metrics
  } = history.curve.at(-1) ?? { step: -1, trajectories: 0 };
  const { steps, batch } = config;
  return {
    ...{ step, steps, trajectories: step * batch, secondsElapsed: history.seconds, trajectoriesPerSecond: 0 },
    diagnostics: {},
    ...(evaluated === step ? { metrics: metrics as Metrics } : {}),
  };
}

/** Saves the state of a run that failed, and returns a sentence that says so. */
async function saveFailed(
  run: TrainingRun,
  {
    reached,
    seconds,
    curve,
    error,
  }: { reached: Snapshot; seconds: number; curve: readonly CurvePoint[]; error: Error },
): Promise<string> {
  const { path } = run.folder;
  const until = curve.filter(({ step }) => step <= reached.step);
  const failure = asSentence(messageOf(error));
  try {
    await writeCheckpoint(run, reached);
    await saveResults(
      run,
      { snapshot: reached, metrics: reached.metrics ?? {}, seconds, curve: until, failure },
      'failed',
    );
    if (error instanceof NotFiniteError) {
      // The failure would repeat, so there is no point in resuming.
      const file = join(path, runFiles.checkpoint);
      return ` The last good checkpoint, of iteration ${formatCount(reached.step)}, is ${file}.`;
    }
    return ` What was learnt until then is in ${path}. To resume from there: ${resumeCommand(path)}`;
  } catch {
    // The first error is the one to report.
    return ` What was last saved is in ${path}.`;
  }
}

function writeCheckpoint({ training: { config }, folder }: TrainingRun, snapshot: Snapshot): Promise<void> {
  return writeFile(folder, runFiles.checkpoint, encodeRun({ config, snapshot }));
}
