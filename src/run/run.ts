import type { Device } from '../device/index.ts';
import { checkProblemShape } from '../environment/check-problem.ts';
import { conditionOf } from '../environment/condition.ts';
import type { AnyProblem } from '../environment/environment.ts';
import type { Learner, Objective } from '../objective/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { checkDevice, checkObjective } from '../train/check-options.ts';
import {
  completeDraw,
  createTrainer,
  type DrawOptions,
  type Evaluation,
  type Metrics,
  type Progress,
  type Sample,
  type Snapshot,
  type Trainer,
  type TrainingOptions,
} from '../train/index.ts';
import { type Closing, closedBy } from './closing.ts';
import { configOf } from './config-of.ts';
import { objectiveOf } from './learner.ts';
import { type ProblemChoice, problemOf } from './problem-choice.ts';
import { encodeRun } from './run-checkpoint.ts';
import type { RunConfig } from './run-config.ts';

/** Options of a run: device, problem, objective, length and training settings. */
export type RunOptions = Omit<TrainingOptions, 'problem' | 'from'> & ProblemChoice;

/** An object found by a run. */
export interface FoundObject {
  /** The object in readable form. */
  readonly text: string;
  readonly state: Int32Array;
  readonly logReward: number;
  /** Present if the reward has scores. */
  readonly score?: number | undefined;
  /** The condition under which it got this reward, such as the inverse temperature, if the environment has one. */
  readonly condition?: number | undefined;
}

/**
 * One training run. Iterating it trains and yields reports, until the last step or until `stop` is called. A finished run
 * stays on its device, for evaluation and sampling, until it is closed; `await using` closes it at the end of its block.
 */
export interface Run extends AsyncIterable<Progress>, Closing {
  /** The configuration that `save` writes. */
  readonly config: RunConfig;
  readonly problem: AnyProblem;
  /** The networks being trained, for your own plans on their parameters. */
  readonly learner: Learner;
  /** Iterations done, out of `steps`. */
  readonly iteration: number;
  readonly steps: number;
  /** Trainable numbers in all networks. */
  readonly parameters: number;
  /** Bytes on the device: results within an iteration, and variables. */
  readonly bytes: { readonly arena: number; readonly variables: number };
  /** Why the environment is stepped on the host, as a sentence; undefined if the device steps it. */
  readonly onHost?: string | undefined;
  /** The last evaluation; empty before the first. */
  readonly metrics: Metrics;
  /** The objective's diagnostics at the last report, such as `loss`; empty before the first. */
  readonly diagnostics: Readonly<Record<string, number>>;
  /** Runs `count` iterations (default 1), also while paused. @throws RangeError if fewer are left */
  step(count?: number): Promise<Progress>;
  /** Pauses iteration over the run until `resume`. */
  pause(): void;
  /** Continues a paused run. */
  resume(): void;
  /** Ends iteration over the run once the iterations under way are done. */
  stop(): void;
  /** Evaluates the current policy, with averaged parameters if there are any: metrics and, if objects can be enumerated, distributions. */
  evaluate(): Promise<Evaluation>;
  /** Samples objects from the policy that `evaluate` evaluates. */
  sample(count: number, options?: DrawOptions): Promise<Sample[]>;
  /** The best distinct objects of all iterations, best first; empty unless the run keeps them (`keepBest`). */
  best(): FoundObject[];
  /**
   * The run as a checkpoint file, from which `loadRun` continues to the same bits.
   * @throws NotFiniteError if any of its numbers is not finite; Error if an optimiser is a function, which no file can
   * hold
   */
  save(): Promise<Uint8Array<ArrayBuffer>>;
  /** The state that `save` writes, with the metrics of the last scheduled evaluation. */
  snapshot(): Promise<Snapshot>;
  /**
   * The last state known to be finite, in the form that `save` writes. One is kept about once a second, between
   * iterations, in at most a hundredth of the time: it is older if the state is large or an iteration long. Available even
   * after the run has failed, its device was lost, or it was closed.
   * @throws Error if an optimiser is a function, as for `save`
   */
  lastGood(): Uint8Array<ArrayBuffer>;
  /** The state that `lastGood` writes. */
  lastSnapshot(): Snapshot;
  /**
   * Ends the run once the iterations under way are done, and frees all its memory on the device, which stays open. A
   * closed run cannot be used again. Closing it twice does nothing.
   */
  close(): Promise<void>;
}

/**
 * Prepares a run: networks, plans, evaluation. Trains nothing yet. All checks of options happen here; if any fails, the
 * memory reserved so far is freed.
 *
 * @throws Error naming the invalid option; DeviceLimitError, DeviceMemoryError or ShaderError if the device refuses a plan
 */
export async function createRun(options: RunOptions): Promise<Run> {
  const {
    problem: _,
    environment: __,
    reward,
    logReward,
    logRewardShader,
    ...training
  } = Object(options) as RunOptions & Own;
  checkDevice(training.device);
  checkObjective(training.objective);
  const problem = problemOf(options);
  checkProblemShape(problem);
  const all = { ...training, problem };
  const config = configOf(all, problem);
  return runOf(await createTrainer(all), { config, problem, unsaved: chainOf(training) });
}

interface Own {
  readonly reward?: unknown;
  readonly logReward?: unknown;
  readonly logRewardShader?: unknown;
}

/** Why a run cannot be saved; undefined if it can. */
function chainOf({ optimizer, valueOptimizer, logPartitionOptimizer }: Partial<TrainingOptions>): string | undefined {
  const isChain = [optimizer, valueOptimizer, logPartitionOptimizer].some((each) => typeof each === 'function');
  return isChain ? 'its optimiser is a function, which no file can hold: give it as options' : undefined;
}

/**
 * Trains a run to its end and evaluates it.
 * @param options.onProgress called with each report, between two iterations
 * @throws as `createRun` does, and whatever makes training fail; the run is then closed
 */
export async function train(
  options: RunOptions & { readonly onProgress?: ((progress: Progress) => void) | undefined },
): Promise<Run> {
  checkGiven('train', { options }, 'object');
  const { onProgress, ...rest } = options;
  checkGiven('train', { onProgress }, 'function?');
  return trainToEnd(await createRun(rest as RunOptions), onProgress && ((progress) => onProgress(progress)));
}

/** Trains a run to its end and evaluates it; one that fails is closed. */
export async function trainToEnd(
  run: Run,
  onProgress: ((progress: Progress, run: Run) => void) | undefined,
): Promise<Run> {
  try {
    let evaluated = -1;
    for await (const progress of run) {
      if (progress.metrics) evaluated = progress.step;
      onProgress?.(progress, run);
    }
    if (evaluated !== run.iteration) await run.evaluate();
    return run;
  } catch (error) {
    await run.close();
    throw error;
  }
}

/** The state that a configured run starts from, and the parts that the library does not know by name. */
export interface ConfiguredRunOptions {
  readonly from?: Snapshot | undefined;
  /** The state to continue from with other settings than its own; see `TrainingOptions.adopt`. */
  readonly adopt?: Snapshot | undefined;
  /** See `TrainingOptions.prior`. */
  readonly prior?: TrainingOptions['prior'];
  /** See `TrainingOptions.offline`. */
  readonly offline?: TrainingOptions['offline'];
  /** The objective, if it is the program's own. */
  readonly objective?: Objective | undefined;
  /** Reports the norm of the gradient whatever the configuration says: what is looked at changes nothing of the run. */
  readonly gradientNorm?: boolean | undefined;
}

/**
 * Prepares the run of a configuration. The run's own configuration names the actual device instead of `auto`, so that
 * it is reproducible.
 * @throws as `createRun` does, and if `from` is not a state of such a run
 */
export async function createConfiguredRun(
  device: Device,
  asked: RunConfig,
  problem: AnyProblem,
  {
    from,
    adopt,
    prior,
    offline,
    objective: own,
    gradientNorm = asked.trainingOptions.gradientNorm,
  }: ConfiguredRunOptions = {},
): Promise<Run> {
  const config = {
    ...asked,
    device: device.kind === 'reference' ? asked.device : device.kind,
    fusedMultiplyAdd: device.fusedMultiplyAdd || undefined,
  };
  const { steps, batch, seed, evaluateEvery, checkpointEvery } = config;
  const trainer = await createTrainer({
    ...config.trainingOptions,
    gradientNorm,
    ...{ device, problem, steps, batch, seed, evaluateEvery, checkpointEvery, from, adopt, prior, offline },
    objective: await objectiveOf(config, own),
  });
  return runOf(trainer, { config, problem, metrics: (from ?? adopt)?.metrics });
}

interface RunParts {
  readonly config: RunConfig;
  readonly problem: AnyProblem;
  readonly metrics?: Metrics | undefined;
  /** The reason why it cannot be saved. */
  readonly unsaved?: string | undefined;
}

/** Wraps a trainer as the `Run` that programs hold. */
function runOf(trainer: Trainer, { config, problem, metrics: behind = {}, unsaved }: RunParts): Run {
  let metrics = behind;
  let diagnostics: Readonly<Record<string, number>> = {};
  let draws = 0;
  let closing: Promise<void> | undefined;
  const note = (progress: Progress): Progress => {
    metrics = progress.metrics ?? metrics;
    diagnostics = progress.diagnostics;
    return progress;
  };
  const open = () => {
    if (closing) throw new Error('This run is closed. Create a new one, or load it from a saved checkpoint.');
  };
  const fileOf = (snapshot: Snapshot) => {
    if (unsaved !== undefined) throw new Error(`This run cannot be saved: ${unsaved}.`);
    return encodeRun({ config, snapshot });
  };
  const close = () => {
    closing ??= trainer.close();
    return closing;
  };
  return {
    config,
    problem,
    learner: trainer.learner,
    get iteration() {
      return trainer.done;
    },
    steps: config.steps,
    parameters: trainer.parameters,
    bytes: trainer.bytes,
    onHost: trainer.onHost,
    get metrics() {
      return metrics;
    },
    get diagnostics() {
      return diagnostics;
    },
    async step(count = 1) {
      open();
      return note(await trainer.step(count));
    },
    pause: trainer.pause,
    resume: trainer.resume,
    stop: trainer.stop,
    async evaluate() {
      open();
      const evaluation = await trainer.evaluate();
      metrics = evaluation.metrics;
      return evaluation;
    },
    async sample(count, options = {}) {
      const { seed = draws++, condition } = completeDraw(options);
      open();
      return trainer.sample({ count, seed, condition });
    },
    best: () => foundObjects(problem, trainer),
    async save() {
      open();
      return fileOf(await trainer.snapshot());
    },
    async snapshot() {
      open();
      return trainer.snapshot();
    },
    lastGood: () => fileOf(trainer.lastSnapshot()),
    lastSnapshot: trainer.lastSnapshot,
    close,
    ...closedBy(close),
    async *[Symbol.asyncIterator]() {
      open();
      for await (const progress of trainer) yield note(progress);
    },
  };
}

function foundObjects({ environment }: AnyProblem, trainer: Trainer): FoundObject[] {
  const { states, logRewards, scores } = trainer.best() ?? { states: new Int32Array(0), logRewards: [], scores: [] };
  const { stateSize } = environment;
  return Array.from(logRewards, (logReward, i) => {
    const state = states.slice(i * stateSize, (i + 1) * stateSize);
    return {
      text: environment.text(state),
      ...{ state, logReward, score: Number.isNaN(scores[i]) ? undefined : scores[i] },
      condition: conditionOf(environment, state),
    };
  });
}
