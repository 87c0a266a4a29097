import type { Device } from '../../src/device/device.ts';
import type { Environment, Problem } from '../../src/environment/environment.ts';
import type { Learner, NetworkShape, Objective, TrainableNetwork } from '../../src/objective/index.ts';
import { compile } from '../../src/plan/index.ts';
import type { StatePotential, Trajectories } from '../../src/rollout/index.ts';
import { createTape, type Rows, type Tape, variable } from '../../src/tape/index.ts';
import type { Batch } from '../rollout/batch.ts';

/** Places on a tape for trajectories that were sampled before, or that nobody sampled. */
export interface Slots {
  readonly trajectories: Trajectories;
  load(device: Device, batch: Batch): void;
}

export function trajectorySlots(
  tape: Tape,
  { environment }: Problem,
  batch: number,
  steps: number,
  potential?: StatePotential,
): Slots {
  const { actionCount, observation, stateSize } = environment;
  const capacity = batch * steps;
  const window = variable('recorded/window', 'i32', [2]);
  const rows: Rows = { capacity, max: capacity, window: tape.read(window) };
  const slot = (name: string, dtype: 'f32' | 'i32', ...inner: number[]) =>
    variable(`recorded/${name}`, dtype, [capacity, ...inner]);
  const slots = {
    observation: slot('observation', observation.kind !== 'features' ? 'i32' : 'f32', environment.observation.size),
    mask: slot('mask', 'i32', actionCount),
    action: slot('action', 'i32'),
    logits: slot('logits', 'f32', actionCount),
    logBackward: slot('log-backward', 'f32'),
    logReward: slot('log-reward', 'f32'),
    trajectory: slot('trajectory', 'i32'),
    gridIndex: slot('gridIndex', 'i32'),
  };
  const potentials = potential && slot('potential', 'f32');
  const rowOfGrid = slot('row-of-grid', 'i32');
  const names = Object.keys(slots) as (keyof typeof slots)[];
  const read = (name: keyof typeof slots) => tape.read(slots[name], { offset: 0, shape: slots[name].shape, rows });
  return {
    trajectories: {
      batch,
      steps,
      observation: read('observation'),
      mask: read('mask'),
      action: read('action'),
      logits: read('logits'),
      logBackward: read('logBackward'),
      logReward: read('logReward'),
      trajectory: read('trajectory'),
      gridIndex: read('gridIndex'),
      rowOfGrid: tape.read(rowOfGrid),
      objects: variable('recorded/state', 'i32', [batch, stateSize]),
      ...(potentials ? { potential: tape.read(potentials, { offset: 0, shape: potentials.shape, rows }) } : {}),
    },
    load(device, recorded) {
      for (const name of names) {
        // What stands behind the rows in use is nobody's business.
        const garbage = slots[name].dtype === 'f32' ? Number.NaN : 1_000_000;
        const whole = new Array<number>(slots[name].shape.reduce((a, b) => a * b, 1)).fill(garbage);
        device.write(slots[name], Object.assign(whole, recorded[name]));
      }
      if (potential && potentials) device.write(potentials, potentialsOf(environment, recorded, potential));
      device.write(rowOfGrid, recorded.rowOfGrid);
      device.write(window, [0, recorded.rows]);
    },
  };
}

/** The potential at each row: trajectories are walked again. */
function potentialsOf(environment: Environment, { rows, ...recorded }: Batch, { host }: StatePotential): Float64Array {
  const states = Array.from({ length: recorded.batch }, () => new Int32Array(environment.stateSize));
  for (const state of states) environment.initial(state);
  return Float64Array.from({ length: recorded.batch * recorded.steps }, (_, row) => {
    if (row >= rows) return Number.NaN;
    const state = states[recorded.trajectory[row]];
    const number = host(state.slice());
    environment.step(state, recorded.action[row]);
    return number;
  });
}

/** An objective's update on trajectories that are given to it. */
export interface RecordedUpdate {
  readonly learner: Learner;
  readonly load: (batch: Batch) => void;
  /** Runs one iteration on the batch last loaded. */
  readonly run: () => void;
  readonly diagnostics: () => Promise<Record<string, number>>;
  /** Start values, or others, in every network; moments and counts of updates to 0. */
  readonly reset: (values?: Readonly<{ policy?: ArrayLike<number>; value?: ArrayLike<number> }>) => void;
  /** Numbers of a network's parameters, [policy, value]. */
  readonly parameters: () => Promise<Float64Array[]>;
  /**
   * The gradients [policy, value] of the only update since `reset`, told by Adam's first moment, which is then
   * (1 - 0.9) times the gradient.
   */
  readonly gradients: () => Promise<Float64Array[]>;
}

export interface RecordedUpdateOptions {
  readonly problem: Problem;
  readonly objective: Objective;
  readonly batch: number;
  readonly network: NetworkShape;
  readonly steps?: number;
  readonly seed?: number;
}

export async function prepareUpdate(
  device: Device,
  { problem, objective, batch, network, steps = problem.environment.maxSteps, seed = 1 }: RecordedUpdateOptions,
): Promise<RecordedUpdate> {
  const learner = objective.learner({ ...problem, batch, seed, network });
  const tape = createTape();
  const { trajectories, load } = trajectorySlots(tape, problem, batch, steps, learner.needs?.potential);
  const diagnostics = learner.update(trajectories);
  const names = Object.keys(diagnostics);
  const executable = await device.prepare(compile<string>(tape, diagnostics));
  const readAll = (of: (trained: TrainableNetwork) => Promise<ArrayLike<number>>) =>
    Promise.all(learner.networks.map(async (trained) => Float64Array.from(await of(trained))));
  return {
    learner,
    load: (recorded) => load(device, recorded),
    run: () => executable.run(),
    diagnostics: async () =>
      Object.fromEntries(await Promise.all(names.map(async (name) => [name, (await executable.read(name))[0]]))),
    reset(values = {}) {
      for (const { network, parameters, optimizer } of learner.networks) {
        const given = network.name === 'policy' ? values.policy : values.value;
        device.write(parameters.values, given ?? parameters.values.initial ?? []);
        const zeros = new Float32Array(parameters.values.shape[0]);
        device.write(optimizer.state['first-moment'], zeros);
        device.write(optimizer.state['second-moment'], zeros);
        device.write(optimizer.updates, [0]);
      }
    },
    parameters: () => readAll(({ parameters }) => device.read(parameters.values)),
    async gradients() {
      const moments = await readAll(({ optimizer }) => device.read(optimizer.state['first-moment']));
      return moments.map((moment) => moment.map((m) => m / (1 - 0.9)));
    },
  };
}
