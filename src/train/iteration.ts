import type { Device, Replay } from '../device/device.ts';
import type { Task } from '../environment/environment.ts';
import { increment } from '../nn/index.ts';
import type { Learner } from '../objective/index.ts';
import { categorical, subtract, sum } from '../ops/index.ts';
import { compile, type Plan } from '../plan/index.ts';
import {
  type Exploration,
  hasShaders,
  isOnPolicy,
  onPolicy,
  prepareHostRollout,
  type RolloutOptions,
  type RolloutPolicy,
  type RolloutRecords,
  recordExploration,
  recordRollout,
  type Trajectories,
  toGrid,
} from '../rollout/index.ts';
import { createTape, type Tensor, type Variable, variable } from '../tape/index.ts';
import { type Annealing, recordAnnealing } from './annealing.ts';
import type { Replaying } from './replay.ts';
import type { SampleWindow } from './sample-window.ts';

/** One training iteration on a device: sample a batch, update on it, count on. */
export interface Iteration {
  /** Runs iterations; settles when they have been begun (see `Replay.run`). */
  run(times: number): Promise<void>;
  /** Runs one, checking every number that is made. @throws naming the operation that made one that is not finite */
  runChecked(): Promise<void>;
  /** The figures of the last iteration, by name. */
  figures(): Promise<Record<string, number>>;
  readonly plan: Plan;
  /** The random key and the exploration rate, which each iteration counts on, and the window: a checkpoint must hold them. */
  readonly variables: readonly Variable[];
}

export interface IterationOptions {
  readonly task: Task;
  readonly learner: Learner;
  readonly batch: number;
  readonly seed: number;
  /** The random stream of the rollouts. */
  readonly stream: number;
  readonly exploration?: Exploration;
  readonly annealing?: Annealing;
  /** Takes in the objects of every batch. */
  readonly window?: SampleWindow;
  /** Ends each iteration. The objects of every batch are then read from the device. */
  readonly replaying?: Replaying;
}

/** Makes training iterations ready. */
export async function prepareIteration(device: Device, options: IterationOptions): Promise<Iteration> {
  const { learner, annealing, window, replaying } = options;
  let objects: Variable | undefined;
  const { replay, variables, ...rest } = await prepareBatches(
    device,
    { ...options, policy: learner.trained[0], ...(learner.records ? { records: learner.records } : {}) },
    (trajectories, key) => {
      const figures = learner.update(trajectories);
      const optimizers = learner.trained.map(({ optimizer }) => optimizer);
      const { tape } = trajectories.action;
      if (annealing) recordAnnealing(tape, key, optimizers, annealing);
      window?.record(tape, key, trajectories.objects);
      objects = trajectories.objects;
      return figures;
    },
  );
  const names = Object.keys(replay.plan.outputs);
  return {
    ...(replaying && objects ? withReplay(device, rest, objects, replaying) : rest),
    variables: window ? [...variables, window.objects] : variables,
    plan: replay.plan,
    async figures() {
      const values = await Promise.all(names.map((name) => replay.read(name)));
      const figures = Object.fromEntries(names.map((name, i) => [name, values[i][0]]));
      return { ...figures, ...(await replaying?.figures()) };
    },
  };
}

function withReplay(
  device: Device,
  { run, runChecked }: Pick<Iteration, 'run' | 'runChecked'>,
  objects: Variable,
  replaying: Replaying,
): Pick<Iteration, 'run' | 'runChecked'> {
  const end = async (checked: boolean) => replaying.endIteration(Int32Array.from(await device.read(objects)), checked);
  return {
    async run(times) {
      for (let i = 0; i < times; i++) {
        await run(1);
        await end(false);
      }
    },
    async runChecked() {
      await runChecked();
      await end(true);
    },
  };
}

export interface BatchOptions {
  readonly task: Task;
  readonly batch: number;
  readonly seed: number;
  readonly stream: number;
  readonly policy: RolloutPolicy;
  readonly exploration?: Exploration;
  /** See `RolloutOptions`. */
  readonly records?: RolloutRecords;
}

/** Sampling without training. */
export interface Sampling {
  /** The next batch: terminal states [batch, stateSize], and log P_F - log P_B [batch] of their trajectories. */
  next(): Promise<{ states: Int32Array; logRatio: ArrayLike<number> }>;
}

/** Makes ready to sample batches of trajectories from a policy. */
export async function prepareSampling(device: Device, options: BatchOptions): Promise<Sampling> {
  let objects: Variable | undefined;
  const { run, replay } = await prepareBatches(device, options, (trajectories) => {
    objects = trajectories.objects;
    const { logits, mask, action, logBackward } = trajectories;
    const { logProbability } = categorical(logits, mask, action);
    return { logRatio: sum(toGrid(subtract(logProbability, logBackward), trajectories), 0) };
  });
  return {
    async next() {
      await run(1);
      const logRatio = await replay.read('logRatio');
      return { states: Int32Array.from(await device.read(objects as Variable)), logRatio };
    },
  };
}

/** Batches of trajectories, and what is done with each. */
export interface Batches {
  readonly replay: Replay;
  readonly variables: readonly Variable[];
  run(times: number): Promise<void>;
  runChecked(): Promise<void>;
}

/**
 * Samples a batch, hands it to `use`, and counts the random key on. Where the environment can run on the device, all
 * of it is one plan; an environment without a shader is stepped on the host when the device is a GPU.
 */
export async function prepareBatches(
  device: Device,
  { task, batch, seed, stream, policy, exploration = onPolicy, records = {} }: BatchOptions,
  use: (trajectories: Trajectories, key: Variable) => Record<string, Tensor>,
): Promise<Batches> {
  const key = variable('rollout/key', 'i32', [4], Int32Array.of(seed, stream, 0, 0));
  const settings = variable(
    'rollout/settings',
    'f32',
    [2],
    Float32Array.of(exploration.start, exploration.temperature),
  );
  const rollout: RolloutOptions = { task, batch, key, settings, policy, records };
  const onDevice = device.kind !== 'webgpu' || hasShaders(task);
  const host = onDevice ? undefined : await prepareHostRollout(device, rollout);

  const tape = createTape();
  const figures = use(host ? host.trajectories(tape) : recordRollout(tape, rollout), key);
  if (!isOnPolicy(exploration)) recordExploration(tape, key, settings, exploration);
  increment(tape, key, tape.constant('i32', [4], [0, 0, 1, 0]));
  const replay = await device.prepare(compile<string>(tape, figures));
  const variables = [key, settings];
  if (!host) return { replay, variables, run: async (times) => replay.run(times), runChecked: replay.runChecked };
  return {
    replay,
    variables,
    async run(times) {
      for (let i = 0; i < times; i++) {
        await host.sample();
        replay.run();
      }
    },
    async runChecked() {
      await host.sample();
      await replay.runChecked();
    },
  };
}
