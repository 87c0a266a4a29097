import type { Device } from '../device/device.ts';
import { type AnyTask, isDeferred, type RatedObjects, type Task } from '../environment/environment.ts';
import { type AdamOptions, optimizerVariables } from '../nn/index.ts';
import {
  type Architecture,
  type Learner,
  type Objective,
  type OffPolicyLearner,
  randomStreams,
} from '../objective/index.ts';
import { planBytes } from '../plan/index.ts';
import { checkExploration, type Exploration, isOnPolicy, onPolicy } from '../rollout/index.ts';
import { averagedLearner } from './averaged-learner.ts';
import { createControl } from './control.ts';
import { createEvaluator, type Evaluation, type Metrics } from './evaluator.ts';
import { type Iteration, prepareIteration } from './iteration.ts';
import { type ObjectRecord, objectRecord } from './object-record.ts';
import { prepareReplaying, type ReplayOptions } from './replay.ts';
import type { NamedArray } from './safetensors.ts';
import { sampleWindow } from './sample-window.ts';
import { readVariables, writeVariables } from './variables.ts';

export interface TrainingOptions {
  readonly device: Device;
  readonly task: AnyTask;
  readonly objective: Objective;
  /** Iterations; each samples a batch and learns from it. */
  readonly steps: number;
  /** Trajectories of an iteration. */
  readonly batch: number;
  readonly seed?: number;
  /** Iterations between evaluations; also before the first and after the last. 0 for none. */
  readonly evaluateEvery?: number;
  /** Iterations between reports. Absent: as many as take about a twentieth of a second. */
  readonly reportEvery?: number;
  readonly architecture?: Architecture;
  /** Weight decay, gradient clipping, half-life of the learning rate: for all networks. */
  readonly optimizer?: Omit<AdamOptions, 'learningRate'>;
  /** The same for the value network alone, and for log Z, where they are updated otherwise. */
  readonly valueOptimizer?: Omit<AdamOptions, 'learningRate'>;
  readonly logPartitionOptimizer?: Omit<AdamOptions, 'learningRate'>;
  /** The share of the learning rates that is left in the last iteration; they fall linearly. 1, as by default: constant. */
  readonly learningRateEnd?: number;
  /** Iterations over which they fall; afterwards they stay. All of them unless said. */
  readonly learningRateSteps?: number;
  /** How sampling departs from the policy; for objectives that learn from other policies' trajectories too. */
  readonly exploration?: Exploration;
  /** Further updates on objects sampled before; for objectives of the same kind. Absent: none. */
  readonly replay?: ReplayOptions;
  /** Of how many objects, those sampled last, evaluations give figures too (see `sampleWindow`). 0, as by default: none. */
  readonly window?: number;
  /** Trajectories sampled for an evaluation where objects cannot be enumerated; 256 unless said. */
  readonly evaluationTrajectories?: number;
  /** How many of the best distinct objects the run keeps (see `objectRecord`). 0, as by default: none. */
  readonly record?: number;
  /** Where to go on from, instead of from new networks. */
  readonly from?: Snapshot;
  /** Looks at every number of every operation, and stops at the first that is not finite. Slow. */
  readonly debug?: boolean;
}

/** All that a run needs to continue as if it had never stopped. */
export interface Snapshot {
  /** Iterations done. */
  readonly step: number;
  readonly arrays: readonly NamedArray[];
  /** Figures of the last evaluation that was due; absent before the first. */
  readonly metrics?: Metrics;
}

/** What a trainer reports. */
export interface Progress {
  /** Iterations done, out of `steps`. */
  readonly step: number;
  readonly steps: number;
  /** Trajectories sampled so far. */
  readonly trajectories: number;
  /** Since training began, evaluations included, pauses left out. */
  readonly secondsElapsed: number;
  /** Of the iterations since the last report. */
  readonly trajectoriesPerSecond: number;
  /** The objective's own figures of the last iteration, such as `loss`. */
  readonly figures: Readonly<Record<string, number>>;
  /** Where an evaluation was due. */
  readonly metrics?: Metrics;
}

/**
 * A run. Iterating it trains; the iteration ends after the last step, or when `stop` is called. A page, a terminal
 * and a test drive it alike.
 */
export interface Trainer extends AsyncIterable<Progress> {
  /** Trainable numbers, in all networks. */
  readonly parameters: number;
  /** Bytes on the device: the iteration's arena, and its variables. */
  readonly bytes: { readonly arena: number; readonly variables: number };
  readonly learner: Learner;
  readonly iteration: Iteration;
  /** Holds training before the next iteration, until `resume` or `stepOnce`. */
  pause(): void;
  resume(): void;
  /** Lets a paused trainer run one iteration; does nothing to one that is running. */
  stepOnce(): void;
  /** Ends training behind the iterations under way. */
  stop(): void;
  /** Figures and distributions of the policy as it now is, or of its averaged parameters where the optimiser averages. */
  evaluate(): Promise<Evaluation>;
  /** The best distinct objects sampled so far; undefined where none are kept. */
  best(): RatedObjects | undefined;
  snapshot(): Promise<Snapshot>;
}

/** How long the iterations between two reports may take together, in seconds. */
const reportSeconds = 0.05;

/**
 * Makes a run ready: networks, plans, evaluation. All that can be refused is refused here.
 * @throws on settings that are out of range, and on what the device refuses
 */
export async function createTrainer(options: TrainingOptions): Promise<Trainer> {
  checkOptions(options);
  const { device, task, objective, batch, seed = 0, architecture, optimizer, exploration = onPolicy } = options;
  const context = {
    environment: task.environment,
    batch,
    seed,
    ...(architecture ? { architecture } : {}),
    ...(optimizer ? { optimizer } : {}),
    ...(options.valueOptimizer ? { valueOptimizer: options.valueOptimizer } : {}),
    ...(options.logPartitionOptimizer ? { logPartitionOptimizer: options.logPartitionOptimizer } : {}),
  };
  const learner = objective.learner(context);
  if (!isOnPolicy(exploration)) offPolicy(learner, objective.name, 'exploration');
  const stream = randomStreams.rollout;
  const { learningRateEnd = 1, steps, learningRateSteps = steps, replay, from } = options;
  const replaying =
    replay &&
    (await prepareReplaying(device, {
      ...{ task, batch, seed, replay },
      learner: offPolicy(learner, objective.name, 'replay'),
      stream: randomStreams.replay,
    }));
  const annealing = learningRateEnd === 1 ? {} : { annealing: { end: learningRateEnd, iterations: learningRateSteps } };
  const window = options.window ? sampleWindow(immediate(task), options.window, batch) : undefined;
  const record = options.record ? recordOf(task, options.record) : undefined;
  const iteration = await prepareIteration(device, {
    ...{ task, learner, batch, seed, stream, exploration },
    ...annealing,
    ...(window ? { window } : {}),
    ...(replaying ? { replaying } : {}),
    ...(record ? { record } : {}),
  });
  const averaged =
    optimizer?.averageDecay === undefined ? undefined : averagedLearner(device, learner, objective.learner(context));
  const { evaluationTrajectories } = options;
  const evaluator = await createEvaluator(device, task, averaged?.learner ?? learner, {
    seed,
    ...(evaluationTrajectories === undefined ? {} : { trajectories: evaluationTrajectories }),
  });
  const variables = [
    ...learner.trained.flatMap(({ optimizer }) => optimizerVariables(optimizer)),
    ...learner.variables,
    ...iteration.variables,
  ];
  if (from) {
    replaying?.restore(from.arrays);
    record?.restore(from.arrays);
    writeVariables(device, variables, from.arrays);
  }

  let step = from?.step ?? 0;
  let lastMetrics = from?.metrics;
  const control = createControl();
  const evaluate = async (): Promise<Evaluation> => {
    await averaged?.refresh();
    const { metrics, ...rest } = await evaluator.evaluate();
    const ofWindow = await window?.metrics(device, step * batch, evaluator.target);
    return { metrics: { ...metrics, ...ofWindow }, ...rest };
  };
  const snapshot = async () => {
    // All of it is of this moment: the device answers with what it has been told to do so far.
    const kept = [...(replaying?.arrays() ?? []), ...(record?.arrays() ?? [])];
    const [at, metrics, read] = [step, lastMetrics, readVariables(device, variables)];
    return { step: at, arrays: [...(await read), ...kept], ...(metrics ? { metrics } : {}) };
  };
  const bytes = planBytes(iteration.plan, ...(replaying ? [replaying.plan] : []));

  async function* run(): AsyncGenerator<Progress> {
    const { evaluateEvery = 0, reportEvery, debug = false } = options;
    const isDue = (at: number) => evaluateEvery > 0 && (at % evaluateEvery === 0 || at === steps);
    let elapsed = 0;
    let atOnce = reportEvery ?? 1;
    const report = async (trained: number, seconds: number): Promise<Progress> => {
      const begun = now();
      const figures = trained > 0 ? await iteration.figures() : {};
      const metrics = isDue(step) ? (await evaluate()).metrics : undefined;
      lastMetrics = metrics ?? lastMetrics;
      elapsed += now() - begun;
      const trajectoriesPerSecond = seconds > 0 ? (trained * batch) / seconds : 0;
      const progress = {
        step,
        steps,
        trajectories: step * batch,
        secondsElapsed: elapsed,
        trajectoriesPerSecond,
        figures,
      };
      return metrics ? { ...progress, metrics } : progress;
    };
    if (step === 0 && isDue(0)) yield await report(0, 0);
    while (step < steps && !control.stopped) {
      const single = await control.turn();
      if (control.stopped) break;
      const nextDue = evaluateEvery > 0 ? evaluateEvery - (step % evaluateEvery) : steps;
      const count = single || debug ? 1 : Math.min(atOnce, steps - step, nextDue);
      const begun = now();
      if (debug) await checkedIteration(iteration, step);
      else await iteration.run(count);
      await device.finish();
      const seconds = now() - begun;
      elapsed += seconds;
      step += count;
      if (reportEvery === undefined) atOnce = nextCount(atOnce, count, seconds);
      yield await report(count, seconds);
    }
  }

  return {
    parameters: learner.trained.reduce((sum, { parameters }) => sum + parameters.count, 0),
    bytes,
    learner,
    iteration,
    pause: control.pause,
    resume: control.resume,
    stepOnce: control.stepOnce,
    stop: control.stop,
    evaluate,
    best: () => record?.best(),
    snapshot,
    [Symbol.asyncIterator]: run,
  };
}

/** Objects that differ in their condition alone are the same. */
function recordOf({ environment }: AnyTask, capacity: number): ObjectRecord {
  const { stateSize, condition } = environment;
  if (!condition) return objectRecord(stateSize, capacity);
  return objectRecord(stateSize, capacity, (state) => state.with(condition.place, 0).join());
}

/** @throws Error where the learner may not see what `what` brings, saying why */
function offPolicy(learner: Learner, objective: string, what: 'exploration' | 'replay'): OffPolicyLearner {
  if (learner.offPolicy) return learner;
  throw new Error(
    `${objective} learns from its own policy's trajectories alone: ${what} would bias its gradient. ` +
      `Train a balance objective (tb, db, subtb, vargrad, fm), or leave ${what} out.`,
  );
}

/** @throws Error where the reward is not known at once */
function immediate(task: AnyTask): Task {
  if (!isDeferred(task)) return task;
  throw new Error(
    `training: a window looks its objects' rewards up again, which ${task.reward.name} is too slow for. ` +
      'Leave the window out; the best objects are kept anyhow.',
  );
}

/** Trains, reporting on the way: `createTrainer`, for those who need no handle on it. */
export async function* train(options: TrainingOptions): AsyncGenerator<Progress> {
  yield* await createTrainer(options);
}

async function checkedIteration(iteration: Iteration, step: number): Promise<void> {
  try {
    await iteration.runChecked();
  } catch (cause) {
    throw new Error(`iteration ${step + 1}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** So many iterations that they take about `reportSeconds`, growing slowly enough that one slow report does no harm. */
function nextCount(atOnce: number, count: number, seconds: number): number {
  if (count < atOnce) return atOnce;
  const fitting = Math.floor((count * reportSeconds) / Math.max(seconds, 1e-6));
  return Math.max(1, Math.min(2 * atOnce, fitting));
}

function now(): number {
  return performance.now() / 1000;
}

function checkOptions(options: TrainingOptions): void {
  const { steps, batch, seed = 0, evaluateEvery = 0, reportEvery = 1, exploration = onPolicy, from } = options;
  checkExploration(exploration);
  const { learningRateEnd = 1, learningRateSteps = steps } = options;
  if (!(learningRateEnd > 0 && learningRateEnd <= 1)) {
    throw new Error(`training: learningRateEnd must be above 0 and at most 1, not ${learningRateEnd}.`);
  }
  const check = (name: string, value: number, least: number) => {
    if (!Number.isSafeInteger(value) || value < least) {
      throw new Error(`training: ${name} must be an integer of at least ${least}, not ${value}.`);
    }
  };
  check('steps', steps, 1);
  check('learningRateSteps', learningRateSteps, 1);
  check('batch', batch, 1);
  check('seed', seed, 0);
  check('evaluateEvery', evaluateEvery, 0);
  check('reportEvery', reportEvery, 1);
  if (seed >= 2 ** 32) throw new Error(`training: the seed must be below 2^32, not ${seed}.`);
  if (from && from.step > steps) {
    throw new Error(`training: the snapshot has ${from.step} iterations behind it, more than the ${steps} asked for.`);
  }
}
