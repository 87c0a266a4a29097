import type { Chemistry } from '../chemistry/chemistry.ts';
import { type Device, deviceScope } from '../device/index.ts';
import type { AnyProblem } from '../environment/environment.ts';
import type { Objective, PriorPolicy } from '../objective/index.ts';
import { findNamed } from '../options/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { checkDevice, checkObjective } from '../train/check-options.ts';
import { evaluateAtStates } from '../train/evaluate-at-states.ts';
import {
  completeDraw,
  createEvaluator,
  type DrawOptions,
  type Evaluation,
  type Metrics,
  type Sample,
  sampleObjects,
} from '../train/index.ts';
import type { Catalogue } from './catalogue.ts';
import { type Closing, closedBy } from './closing.ts';
import { savedLearner } from './learner.ts';
import { type ProblemChoice, problemOf } from './problem-choice.ts';
import { createConfiguredRun, type Run } from './run.ts';
import { decodeRun, type SavedRun, withSteps } from './run-checkpoint.ts';
import type { RunConfig } from './run-config.ts';

/** The device for a saved run, and whatever its file cannot hold. */
export type LoadOptions = {
  readonly device: Device;
  /** The objective, if it is your own and not one of the library's. */
  readonly objective?: Objective | undefined;
  /** Reads a file of the problem's data by its name, for problems that have data. */
  readonly read?: ((name: string) => Promise<Uint8Array>) | undefined;
  /** Opens chemistry, for problems that need it. */
  readonly chemistry?: (() => Promise<Chemistry>) | undefined;
} & (ProblemChoice | { readonly problem?: undefined; readonly environment?: undefined });

/** A trained policy on a device, without a training plan. */
export interface Sampler extends Closing {
  readonly config: RunConfig;
  readonly problem: AnyProblem;
  /** The number of iterations it was trained for. */
  readonly iteration: number;
  /** The last evaluation of its run; empty if there was none. */
  readonly metrics: Metrics;
  /** The policy's parameters; pass the sampler as the `prior` of a run that starts from it. */
  readonly policy: PriorPolicy;
  /** Samples objects. */
  sample(count: number, options?: DrawOptions): Promise<Sample[]>;
  /** Samples objects and yields them as they are drawn. */
  stream(count: number, options?: DrawOptions): AsyncIterable<Sample>;
  /**
   * Metrics and, if objects can be enumerated, distributions.
   * @param options.trajectories number to sample if they cannot; by default as in the run
   * @param options.condition the condition of all of them, such as an inverse temperature; drawn for each by default
   * @throws Error if the environment does not have that condition
   */
  evaluate(options?: {
    readonly trajectories?: number | undefined;
    readonly condition?: number | undefined;
  }): Promise<Evaluation>;
  /**
   * The policy's logits, f32 [count, actionCount] row by row, at states, i32 [count, stateSize]. Logits of actions that
   * are not allowed are meaningless.
   */
  logits(states: Int32Array): Promise<Float32Array>;
  /** Frees its memory on the device, which stays open. Closing it twice does nothing. */
  close(): Promise<void>;
}

/**
 * Loads a run that `Run.save`, the command line or the page saved, ready to continue. It ends with the same bits as if it
 * had never stopped.
 *
 * @param options.steps iterations in all; by default as many as the run was made for
 * @throws Error if the file is truncated, altered, of a later version, of another format or not flowtape's, if something
 * it needs is not given, or if its arrays do not fit its configuration
 */
export async function loadRun(
  bytes: Uint8Array,
  options: LoadOptions & { readonly steps?: number | undefined },
): Promise<Run> {
  checkGiven('loadRun', { bytes }, 'bytes');
  checkGiven('loadRun', { options }, 'object');
  const { device, objective, steps } = options;
  const { saved, problem } = await opened(bytes, options);
  const config = steps === undefined ? saved.config : withSteps(saved.config, steps);
  return createConfiguredRun(device, config, problem, { from: saved.snapshot, objective });
}

/**
 * Loads a saved policy, ready to sample from, with averaged parameters if the run had them.
 * @throws as `loadRun` does
 */
export async function loadSampler(bytes: Uint8Array, options: LoadOptions): Promise<Sampler> {
  checkGiven('loadSampler', { bytes }, 'bytes');
  checkGiven('loadSampler', { options }, 'object');
  const { saved, problem } = await opened(bytes, options);
  return samplerOf(options.device, saved, problem, options.objective);
}

/** States per run of the plan for logits. */
const statesAtOnce = 64;

/** A saved policy on a device. @throws Error if its arrays do not fit its configuration */
export async function samplerOf(
  device: Device,
  { config, snapshot }: Pick<SavedRun, 'config' | 'snapshot'>,
  problem: AnyProblem,
  objective?: Objective,
): Promise<Sampler> {
  const { environment } = problem;
  const scope = deviceScope(device);
  const learner = await savedLearner(scope, { config, snapshot }, problem, objective);
  const logitsOf = evaluateAtStates(scope, environment, (observation) => learner.logits(observation));
  const evaluators = new Map<string, ReturnType<typeof createEvaluator>>();
  let draws = 0;
  let closed = false;
  const open = () => {
    if (closed) throw new Error('This sampler is closed: load it again.');
  };
  const evaluatorOf = (trajectories: number | undefined, condition: number | undefined) => {
    open();
    const key = `${trajectories},${condition}`;
    const found = evaluators.get(key);
    if (found) return found;
    const made = createEvaluator(scope, problem, learner, { seed: config.seed, trajectories, condition });
    evaluators.set(key, made);
    return made;
  };
  async function* stream(count: number, options: DrawOptions = {}) {
    const { seed = draws++, condition } = completeDraw(options);
    open();
    yield* sampleObjects({ device: scope, problem: problem, learner, count, seed, condition });
  }
  const close = async () => {
    closed = true;
    scope.destroy();
  };
  return {
    config,
    problem,
    iteration: snapshot.step,
    metrics: snapshot.metrics ?? {},
    policy: priorPolicyOf(environment, snapshot),
    async sample(count, options) {
      const samples: Sample[] = [];
      for await (const sample of stream(count, options)) samples.push(sample);
      return samples;
    },
    stream,
    evaluate: async ({ trajectories = config.trainingOptions.evaluationTrajectories, condition } = {}) =>
      (await evaluatorOf(trajectories, condition)).evaluate(),
    async logits(states) {
      const { stateSize, actionCount } = environment;
      if (states.length === 0 || states.length % stateSize !== 0) {
        throw new Error(
          `logits: ${states.length} numbers are not rows of states of ${environment.name}, ${stateSize} each.`,
        );
      }
      open();
      const count = states.length / stateSize;
      const logits = new Float32Array(count * actionCount);
      const asked = new Int32Array(statesAtOnce * stateSize);
      for (let start = 0; start < count; start += statesAtOnce) {
        // Unused rows hold the first state, whose results are ignored.
        for (let row = 0; row < statesAtOnce; row++) asked.set(states.subarray(0, stateSize), row * stateSize);
        asked.set(states.subarray(start * stateSize, (start + statesAtOnce) * stateSize));
        const some = await logitsOf(asked, statesAtOnce);
        logits.set(some.subarray(0, Math.min(statesAtOnce, count - start) * actionCount), start * actionCount);
      }
      return logits;
    },
    close,
    ...closedBy(close),
  };
}

/** The policy of a saved run: its averaged parameters, if the run had them. */
export function priorPolicyOf(
  { name, options, stateSize }: AnyProblem['environment'],
  { networks: { policy } }: SavedRun['snapshot'],
): PriorPolicy {
  const { layers, average, parameters } = policy;
  return { environment: { name, options, stateSize }, layers, parameters: average ?? parameters };
}

async function opened(bytes: Uint8Array, options: LoadOptions): Promise<{ saved: SavedRun; problem: AnyProblem }> {
  const { device, objective, read, chemistry } = options;
  checkDevice(device);
  if (objective !== undefined) checkObjective(objective);
  // Loaded on demand, so that programs which load no run do not include the whole catalogue.
  const { catalogue } = await import('./catalogue.ts');
  const saved = decodeRun(catalogue, bytes);
  const problem = await problemFor(catalogue, saved.config, options, { read, chemistry });
  checkOwn(catalogue, saved.config, objective);
  return { saved, problem };
}

async function problemFor(
  catalogue: Catalogue,
  config: RunConfig,
  options: LoadOptions,
  { read, chemistry }: Pick<LoadOptions, 'read' | 'chemistry'>,
): Promise<AnyProblem> {
  const { problem, problemOptions } = config;
  if (options.problem !== undefined || options.environment !== undefined) {
    const given = problemOf(options as ProblemChoice);
    const { name } = given.environment;
    if (name === problem || !config.own) return given;
    throw new Error(`The saved run is of the environment ${problem}, not of ${name}.`);
  }
  if (config.own) {
    throw new Error(
      `The saved run is of ${problem}, an environment of a program's own: give \`environment\` and its reward, as ` +
        'that program did.',
    );
  }
  return findNamed('problem', catalogue.problems, problem).create(problemOptions, read, chemistry && { chemistry });
}

function checkOwn({ objectives }: Catalogue, { objective }: RunConfig, given: Objective | undefined): void {
  if (given === undefined && !objectives.some(({ name }) => name === objective)) {
    throw new Error(
      `The saved run has the objective ${objective}, a program's own: give \`objective\`, as that program did.`,
    );
  }
  if (given !== undefined && given.name !== objective) {
    throw new Error(`The saved run has the objective ${objective}, not ${given.name}.`);
  }
}
