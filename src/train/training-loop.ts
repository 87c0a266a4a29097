import { iterationsOf, type RunState } from '../checkpoint/run-state.ts';
import { deviceLossOf } from '../device/errors.ts';
import type { Metrics } from '../metrics/catalogue.ts';
import { messageOf } from '../text/message-of.ts';
import type { createControl } from './control.ts';
import { findFirstFailure, NotFiniteError, notFinite, type RewindableRun } from './first-failure.ts';
import type { CompleteTraining, Snapshot } from './training-options.ts';

/** A trainer's report. */
export interface Progress {
  /** Iterations done, out of `steps`. */
  readonly step: number;
  readonly steps: number;
  /** Trajectories sampled so far. */
  readonly trajectories: number;
  /** Since training began, including evaluations and excluding pauses. */
  readonly secondsElapsed: number;
  /** Over the iterations since the last evaluation, or the first of this process; the time of evaluations is left out. */
  readonly trajectoriesPerSecond: number;
  /** The objective's own diagnostics of the last iteration, such as `loss`. */
  readonly diagnostics: Readonly<Record<string, number>>;
  /** Present if an evaluation was due. */
  readonly metrics?: Metrics;
}

export interface TrainingLoopOptions {
  readonly options: Pick<
    CompleteTraining,
    'steps' | 'batch' | 'evaluateEvery' | 'reportEvery' | 'checkpointEvery' | 'debug' | 'from'
  >;
  readonly run: RewindableRun;
  /** The state of the run before its first iteration. */
  readonly start: () => RunState;
  readonly control: ReturnType<typeof createControl>;
  /** Metrics of the policy after a number of iterations. */
  readonly evaluate: (step: number) => Promise<Metrics>;
}

export interface TrainingLoop {
  /** Iterations done. */
  readonly step: number;
  reports(): AsyncGenerator<Progress>;
  /** Runs iterations now, paused or not. @throws RangeError if fewer are left */
  advance(count: number): Promise<Progress>;
  /** Does some work between two iterations. */
  between<Result>(work: () => Promise<Result>): Promise<Result>;
  snapshot(): Promise<Snapshot>;
  lastSnapshot(): Snapshot;
}

/** The longest time for the iterations between two reports, in seconds. */
const reportSeconds = 0.05;

/** Seconds after which a state is checked and kept again, and the largest share of time this may take. */
const keepSeconds = 1;
const keepShare = 0.01;

/**
 * The loop of a run: iterations, as many at once as reports allow, and checks between them.
 *
 * The diagnostics of each report are checked, and all numbers of the run from time to time, before each evaluation and
 * in each snapshot. The last sound state is kept: the search for a failure starts there (see `findFirstFailure`), and
 * whatever ends the run leaves it there.
 */
export function trainingLoop({ options, run, start, control, evaluate }: TrainingLoopOptions): TrainingLoop {
  const { steps, batch, evaluateEvery = 0, reportEvery, checkpointEvery = 0, debug = false, from } = options;
  const isDue = (at: number) => evaluateEvery > 0 && (at % evaluateEvery === 0 || at === steps);
  const untilMultiple = (of: number, at: number) => (of > 0 ? of - (at % of) : steps);
  let step = from?.step ?? 0;
  let metrics = from?.metrics;
  let kept: RunState | undefined = from;
  let keptAt = now();
  let nextKeep = keepSeconds;
  /** Work during which the run's numbers have no meaning. */
  let underWay: Promise<unknown> = Promise.resolve();

  const lastGood = () => kept ?? start();
  const { adopted } = from ?? {};
  const withMetrics = (state: RunState): Snapshot => ({ ...state, metrics, ...(adopted ? { adopted } : {}) });

  const fail = async (problem: string): Promise<never> => {
    const { good, error } = await findFirstFailure(run, lastGood(), step, problem);
    kept = good;
    step = good.step;
    throw error;
  };
  /** Keeps the state, or throws if it is not sound. */
  const keep = async (): Promise<RunState> => {
    const begun = now();
    const state = await run.state();
    const problem = notFinite(state);
    if (problem !== undefined) return fail(problem);
    kept = state;
    keptAt = now();
    nextKeep = Math.max(keepSeconds, (keptAt - begun) / keepShare);
    return kept;
  };
  /** Leaves the run between two iterations whatever ended it, if the device still works. */
  const settle = async (error: unknown) => {
    // The search for the failure has done so.
    if (error instanceof NotFiniteError) return;
    try {
      if (!debug) {
        // A failure between iterations, such as a reward's, does not spoil what was learnt before.
        const state = await run.state();
        const done = iterationsOf(state);
        if (done !== undefined && done >= step && notFinite(state) === undefined) {
          kept = state;
          step = done;
          return;
        }
      }
      run.restore(lastGood());
    } catch {
      // A lost device holds nothing any more, but the kept state survives.
    }
    step = lastGood().step;
  };

  let elapsed = 0;
  /** Iterations since the last evaluation, and their seconds. */
  let since = { trained: 0, seconds: 0 };
  let atOnce = reportEvery ?? 1;
  const report = async (trained: number, seconds: number): Promise<Progress> => {
    const begun = now();
    const diagnostics = trained > 0 ? await run.diagnostics() : {};
    const fault = trained > 0 ? await run.fault() : undefined;
    const problem = fault?.message ?? notFinite(undefined, diagnostics);
    if (problem !== undefined) await fail(problem);
    if (trained > 0 && (isDue(step) || now() - keptAt >= nextKeep)) await keep();
    const found = isDue(step) ? await evaluate(step) : undefined;
    metrics = found ?? metrics;
    elapsed += now() - begun;
    const pace = { trained: since.trained + trained, seconds: since.seconds + seconds };
    since = found ? { trained: 0, seconds: 0 } : pace;
    return {
      ...{ step, steps, trajectories: step * batch, secondsElapsed: elapsed },
      trajectoriesPerSecond: pace.seconds > 0 ? (pace.trained * batch) / pace.seconds : 0,
      diagnostics,
      ...(found ? { metrics: found } : {}),
    };
  };
  const advance = async (count: number): Promise<Progress> => {
    const begun = now();
    if (debug) await checkedIteration(run, step);
    else
      await run
        .run(count)
        .catch(lostAt(count === 1 ? `iteration ${step + 1}` : `iterations ${step + 1} to ${step + count}`));
    const seconds = now() - begun;
    elapsed += seconds;
    step += count;
    if (reportEvery === undefined) atOnce = nextCount(atOnce, count, seconds);
    return report(count, seconds).catch(lostAt(`after iteration ${step}`));
  };
  /** Serialises work: a snapshot requested during an iteration waits for its end. */
  const between = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = underWay.then(work);
    underWay = result.catch(() => undefined);
    return result;
  };
  const exclusively = <Result>(work: () => Promise<Result>): Promise<Result> =>
    between(() =>
      work().catch(async (error: unknown) => {
        await settle(error);
        throw error;
      }),
    );
  const isUnreported = () => step === 0 && metrics === undefined && isDue(0);

  /** Iterations until the next required report. */
  const untilReport = () =>
    Math.min(steps - step, untilMultiple(evaluateEvery, step), untilMultiple(checkpointEvery, step));

  async function* reports(): AsyncGenerator<Progress> {
    keptAt = now();
    if (isUnreported()) yield await exclusively(() => report(0, 0));
    while (step < steps && !control.stopped) {
      await control.turn();
      if (control.stopped) break;
      // After waiting behind `step` there may be nothing left to do.
      yield await exclusively(() =>
        step < steps ? advance(debug ? 1 : Math.min(atOnce, untilReport())) : report(0, 0),
      );
    }
  }
  return {
    get step() {
      return step;
    },
    reports,
    advance: (count) =>
      between(async () => {
        if (!Number.isSafeInteger(count) || count < 1 || count > steps - step) {
          throw new RangeError(
            `training: ${count} more iterations cannot be run after ${step} of ${steps}: at least 1, at most those left.`,
          );
        }
        const last = step + count;
        try {
          let progress = isUnreported() ? await report(0, 0) : undefined;
          while (progress === undefined || step < last) {
            progress = await advance(debug ? 1 : Math.min(last - step, atOnce, untilReport()));
          }
          return progress;
        } catch (error) {
          await settle(error);
          throw error;
        }
      }),
    between,
    snapshot: () => exclusively(async () => withMetrics(await keep())),
    lastSnapshot: () => withMetrics(lastGood()),
  };
}

/** Adds what the run was doing to the error of a lost device; other errors say so themselves. */
function lostAt(place: string): (error: unknown) => never {
  return (error) => {
    const loss = deviceLossOf(error);
    throw loss === undefined ? error : new Error(`${place}: ${loss.message}`, { cause: error });
  };
}

async function checkedIteration(run: RewindableRun, step: number): Promise<void> {
  try {
    await run.runChecked();
  } catch (cause) {
    throw new Error(`iteration ${step + 1}: ${messageOf(cause)}`, { cause });
  }
}

/**
 * The number of iterations that takes about `reportSeconds`, growing slowly enough that one slow report does no harm.
 */
function nextCount(atOnce: number, count: number, seconds: number): number {
  if (count < atOnce) return atOnce;
  const fitting = Math.floor((count * reportSeconds) / Math.max(seconds, 1e-6));
  return Math.max(1, Math.min(2 * atOnce, fitting));
}

function now(): number {
  return performance.now() / 1000;
}
