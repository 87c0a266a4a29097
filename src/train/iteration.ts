import type { Device, Executable } from '../device/device.ts';
import { deviceLossOf } from '../device/errors.ts';
import type { AnyProblem, RatedObjects } from '../environment/environment.ts';
import type { EnvironmentError } from '../environment/guarded.ts';
import { increment, type Schedule } from '../nn/index.ts';
import type { Learner } from '../objective/index.ts';
import { categorical, lessEqual, reshape, subtract, sum, toFloat } from '../ops/index.ts';
import { compile, type Plan } from '../plan/index.ts';
import {
  deduplicateStates,
  type Exploration,
  explainFault,
  faultAt,
  type HostRolloutOptions,
  isOnPolicy,
  onPolicy,
  prefersDeduplication,
  problemOnDevice,
  type RolloutNeeds,
  type RolloutPolicy,
  rateAtOnce,
  recordExploration,
  recordRollout,
  type Trajectories,
  toGrid,
} from '../rollout/index.ts';
import { createTape, type Tape, type Tensor, type Variable, variable } from '../tape/index.ts';
import { recordAnnealing } from './annealing.ts';
import type { BestObjects } from './best-objects.ts';
import type { Searching } from './local-search.ts';
import type { RecentSamples } from './recent-samples.ts';
import type { Replaying } from './replay.ts';
import type { RewardLearning } from './reward-learning.ts';

/** One training iteration on a device: sample a batch, update on it, increment the counters. */
export interface Iteration {
  /** Runs iterations; resolves once they have been started (see `Executable.run`). */
  run(times: number): Promise<void>;
  /**
   * Runs one iteration, checking every number. @throws naming the operation that made a non-finite number, or the
   * environment's function and state at fault
   */
  runChecked(): Promise<void>;
  /** A fault of the environment since the last call that no function of it has thrown. Each is returned once. */
  fault(): Promise<EnvironmentError | undefined>;
  /** The diagnostics of the last iteration, by name. */
  diagnostics(): Promise<Record<string, number>>;
  readonly plan: Plan;
  /** i32 [4], the random key, whose third number counts the iterations. */
  readonly key: Variable;
  /** f32 [2]: the exploration rate of the next iteration, and the temperature. */
  readonly settings: Variable;
  /** How many times a variable has been written after so many iterations. */
  writesAfter(iterations: number, variable: Variable): number;
}

export interface IterationOptions {
  readonly problem: AnyProblem;
  readonly learner: Learner;
  readonly batch: number;
  readonly seed: number;
  /** The random stream of the rollouts. */
  readonly stream: number;
  readonly exploration?: Exploration;
  /** The factor of learning rates, by iteration. */
  readonly annealing?: Schedule;
  /** Whether `gradientNorm` is among the diagnostics, which costs launches of its own. */
  readonly gradientNorm?: boolean;
  /** Collects the objects of every batch. */
  readonly recent?: RecentSamples;
  /** Ends each iteration. The objects of every batch are then read from the device. */
  readonly replaying?: Replaying;
  /** The same, after replay. */
  readonly searching?: Searching;
  /** The same, after both. */
  readonly rewardLearning?: RewardLearning | undefined;
  /** Collects the objects of every batch, which are then read from the device. */
  readonly best?: BestObjects;
}

/** Prepares training iterations. */
export async function prepareIteration(device: Device, options: IterationOptions): Promise<Iteration> {
  const { learner, annealing, recent, replaying, searching, rewardLearning, best } = options;
  const { executable, key, settings, run, runChecked, fault, sampled, writesOf } = await prepareBatches(
    device,
    { ...options, policy: learner.networks[0], ...(learner.needs ? { needs: learner.needs } : {}) },
    (trajectories, key) => {
      const { gradientNorm, ...others } = learner.update(trajectories);
      const diagnostics = gradientNorm && options.gradientNorm ? { ...others, gradientNorm } : others;
      const optimizers = learner.networks.map(({ optimizer }) => optimizer);
      const { tape } = trajectories.action;
      if (annealing) recordAnnealing(tape, key, optimizers, annealing);
      recent?.record(tape, key, trajectories.objects);
      return diagnostics;
    },
  );
  const names = Object.keys(executable.plan.outputs);
  const end = async (checked: boolean) => {
    const objects = await sampled();
    // `fault` reports the cause; nothing of this iteration is kept.
    if (!objects) return;
    best?.add(objects);
    await replaying?.endIteration(objects, checked);
    if (!searching && !rewardLearning) return;
    // By now the key has been incremented.
    const iteration = (await device.read(key))[2] - 1;
    await searching?.endIteration(objects, iteration, checked);
    await rewardLearning?.endIteration(iteration);
  };
  const looksAtEach = [best, replaying, searching, rewardLearning].some((part) => part !== undefined);
  return {
    async run(times) {
      if (!looksAtEach) return run(times);
      for (let i = 0; i < times; i++) {
        await run(1);
        await end(false);
      }
    },
    async runChecked() {
      await runChecked();
      if (looksAtEach) await end(true);
    },
    fault,
    key,
    settings,
    plan: executable.plan,
    writesAfter: (iterations, variable) =>
      iterations * writesOf(variable) +
      (replaying?.writesAfter(iterations, variable) ?? 0) +
      (searching?.writesAfter(iterations, variable) ?? 0),
    async diagnostics() {
      const values = await Promise.all(names.map((name) => executable.read(name)));
      const diagnostics = Object.fromEntries(names.map((name, i) => [name, values[i][0]]));
      return {
        ...diagnostics,
        ...(await replaying?.diagnostics()),
        ...(await searching?.diagnostics()),
        ...rewardLearning?.diagnostics(),
      };
    },
  };
}

export interface BatchOptions {
  readonly problem: AnyProblem;
  readonly batch: number;
  readonly seed: number;
  readonly stream: number;
  readonly policy: RolloutPolicy;
  readonly exploration?: Exploration;
  /** See `HostRolloutOptions`. */
  readonly condition?: number | undefined;
  /** See `RolloutOptions`. */
  readonly needs?: RolloutNeeds;
}

/** Sampling without training. */
export interface Sampling {
  /** The next batch: its objects, log P_F - log P_B [batch] of their trajectories, and their numbers of actions. */
  next(): Promise<SampledBatch>;
  /** Sets the random numbers to those of a batch; the first, 0, by default. */
  restart(batch?: number): void;
}

export interface SampledBatch extends RatedObjects {
  readonly logRatio: ArrayLike<number>;
  readonly lengths: ArrayLike<number>;
}

/**
 * Prepares to sample batches of trajectories from a policy.
 * @param backwardLogits as of a learner; P_B is uniform without
 */
export async function prepareSampling(
  device: Device,
  options: BatchOptions,
  backwardLogits?: Learner['backwardLogits'],
): Promise<Sampling> {
  const asked = backwardLogits ? { ...options, needs: { ...options.needs, backward: true } } : options;
  const { run, executable, fault, sampled, restart } = await prepareBatches(device, asked, (trajectories) => {
    const { logits, mask, action, backward, rowOfGrid, steps, batch } = trajectories;
    const { logProbability } = categorical(logits, mask, action);
    const logBackward =
      backwardLogits && backward
        ? categorical(backwardLogits(backward.observation), backward.mask, backward.action).logProbability
        : trajectories.logBackward;
    const isStep = toFloat(lessEqual(0, reshape(rowOfGrid, [steps, batch])));
    return {
      logRatio: sum(toGrid(subtract(logProbability, logBackward), trajectories), 0),
      lengths: sum(isStep, 0),
    };
  });
  return {
    restart,
    async next() {
      await run(1);
      const objects = await sampled();
      if (!objects) throw (await fault()) ?? new Error('sampling: a walk failed, and no cause was found.');
      const [logRatio, lengths] = await Promise.all([executable.read('logRatio'), executable.read('lengths')]);
      return { ...objects, logRatio, lengths };
    },
  };
}

/** Batches of trajectories, and what to do with each. */
export interface Batches {
  readonly executable: Executable;
  readonly key: Variable;
  readonly settings: Variable;
  run(times: number): Promise<void>;
  runChecked(): Promise<void>;
  /** See `Iteration.fault`. */
  fault(): Promise<EnvironmentError | undefined>;
  /**
   * The last batch's objects with their rewards, read from the device if they are there. Undefined if a fault of the
   * environment left some without.
   */
  sampled(): Promise<RatedObjects | undefined>;
  /** Sets the random key to that of a batch; the first, 0, by default. */
  restart(batch?: number): void;
  /** How many times a batch writes a variable. */
  writesOf(variable: Variable): number;
}

/**
 * Samples a batch, passes it to `use`, and increments the random key. If the environment can run on the device, all of
 * this is one plan; otherwise it is stepped on the host (see `problemOnDevice`).
 */
export async function prepareBatches(
  device: Device,
  { problem, batch, seed, stream, policy, exploration = onPolicy, needs = {}, condition }: BatchOptions,
  use: (trajectories: Trajectories, key: Variable) => Record<string, Tensor>,
): Promise<Batches> {
  const key = variable('rollout/key', 'i32', [4], Int32Array.of(seed, stream, 0, 0));
  const settings = variable(
    'rollout/settings',
    'f32',
    [2],
    Float32Array.of(exploration.start, exploration.temperature),
  );
  const rollout = { batch, key, settings, policy, needs, condition };
  const tape = createTape();
  const { trajectories, prepare, sample, sampled, explain } = await batchSource(device, tape, problem, rollout);
  const diagnostics = use(trajectories, key);
  if (!isOnPolicy(exploration)) recordExploration(tape, key, settings, exploration);
  increment(tape, key, tape.constant('i32', [4], [0, 0, 1, 0]));
  const executable = await device.prepare(compile<string>(tape, diagnostics));
  await prepare?.();
  const restart = (at = 0) => device.write(key, [seed, stream, at, 0]);
  const { faults, objects } = trajectories;
  const { stateSize } = problem.environment;
  const stateOf = (states: Int32Array, n: number) => states.slice(n * stateSize, (n + 1) * stateSize);
  const firstFault = async () => (faults && explain ? (await device.read(faults)).indexOf(1) : -1);
  const fault = async () => {
    const first = await firstFault();
    if (!faults || !explain || first < 0) return undefined;
    device.write(faults, new Int32Array(batch));
    return explain.marked(stateOf(Int32Array.from(await device.read(objects)), first));
  };
  /** The environment's fault, if a checked run fails on one: such a run ends before it marks faults. */
  const causeOf = async (error: unknown) => {
    if (!faults || !explain || deviceLossOf(error)) return undefined;
    device.write(faults, new Int32Array(batch));
    const states = Int32Array.from(await device.read(objects));
    for (let n = 0; n < batch; n++) {
      const found = explain.everywhere(stateOf(states, n));
      if (found) return found;
    }
    return explain.inFloat32(states).catch(() => undefined);
  };
  return {
    executable,
    key,
    settings,
    restart,
    fault,
    writesOf: (variable) => tape.versionOf(variable),
    sampled: async () => ((await firstFault()) < 0 ? sampled() : undefined),
    async run(times) {
      if (!sample) return executable.run(times);
      for (let i = 0; i < times; i++) {
        await sample();
        executable.run();
      }
    },
    async runChecked() {
      await sample?.();
      const failure = await executable.runChecked().then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      if (failure) throw (await causeOf(failure.error)) ?? failure.error;
      const failedWalk = await fault();
      if (failedWalk) throw failedWalk;
    },
  };
}

/** Where a plan's batches come from. */
interface BatchSource {
  readonly trajectories: Trajectories;
  /** Prepares what samples, after the plan of the batch; absent if its run samples. */
  readonly prepare?: () => Promise<void>;
  /** Samples the batch before each run; absent if the run itself does. */
  readonly sample?: () => Promise<void>;
  sampled(): Promise<RatedObjects>;
  /** The fault at a state that the rollout marked, or at any state; absent if the rollout throws. */
  readonly explain?:
    | {
        marked(state: Int32Array): EnvironmentError;
        everywhere(state: Int32Array): EnvironmentError | undefined;
        /** The fault at the first of these states whose reward is finite, but not in float32. */
        inFloat32(states: Int32Array): Promise<EnvironmentError | undefined>;
      }
    | undefined;
}

async function batchSource(
  device: Device,
  tape: Tape,
  problem: AnyProblem,
  rollout: Omit<HostRolloutOptions, 'problem'>,
): Promise<BatchSource> {
  const whole = problemOnDevice(device, problem, rollout.needs);
  if (whole) {
    const distinctStates = prefersDeduplication(device);
    const trajectories = recordRollout(tape, { ...rollout, problem: whole, distinctStates });
    return {
      trajectories,
      explain: {
        marked: (state) => explainFault(whole, state),
        everywhere: (state) => faultAt(whole, state),
        inFloat32: async (states) =>
          (await import('../rollout/reward-in-float32.ts')).faultInFloat32(device, whole, states),
      },
      sampled: async () => rateAtOnce(whole, Int32Array.from(await device.read(trajectories.objects))),
    };
  }
  const { prepareHostRollout } = await import('../rollout/host-rollout.ts');
  const host = await prepareHostRollout(device, { ...rollout, problem });
  return {
    trajectories: deduplicateStates(host.trajectories(tape), device),
    prepare: host.prepare,
    sample: host.sample,
    sampled: async () => host.ratings(),
  };
}
