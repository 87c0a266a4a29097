import type { Device, Executable } from '../../src/device/device.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { initializeParameters, type Parameters, perceptron, readParameters } from '../../src/nn/index.ts';
import { compile } from '../../src/plan/index.ts';
import {
  hasShaders,
  prepareHostRollout,
  type RolloutOptions,
  recordRollout,
  type Trajectories,
} from '../../src/rollout/index.ts';
import { createTape, type Tape, type Tensor, variable } from '../../src/tape/index.ts';

/** A sampled batch as plain numbers: rows in use only. */
export interface Batch {
  readonly batch: number;
  readonly steps: number;
  /** How many rows there are. */
  readonly rows: number;
  readonly observation: readonly number[];
  readonly mask: readonly number[];
  readonly action: readonly number[];
  readonly logits: readonly number[];
  readonly logBackward: readonly number[];
  readonly logReward: readonly number[];
  readonly trajectory: readonly number[];
  readonly gridIndex: readonly number[];
  readonly rowOfGrid: readonly number[];
  /** The terminal states, one behind the other. */
  readonly objects: readonly number[];
}

const columns = [
  'observation',
  'mask',
  'action',
  'logits',
  'logBackward',
  'logReward',
  'trajectory',
  'gridIndex',
] as const;

/** A plan that makes trajectories, and perhaps other things, and whose rows can be read. */
export interface BatchExecutable {
  readonly executable: Executable<string>;
  /** The batch of the last run. */
  read(): Promise<Batch>;
}

export async function prepareBatch(
  device: Device,
  tape: Tape,
  trajectories: Trajectories,
  others: Readonly<Record<string, Tensor>> = {},
): Promise<BatchExecutable> {
  const { batch, steps, rowOfGrid, objects, trajectory } = trajectories;
  const wanted = Object.fromEntries(columns.map((name) => [name, trajectories[name]]));
  const window = trajectory.rows?.window ?? tape.constant('i32', [2], [0, batch]);
  const executable = await device.prepare(compile<string>(tape, { ...wanted, ...others, rowOfGrid, window }));
  return {
    executable,
    async read() {
      const [, rows] = await executable.read('window');
      const entries = columns.map(async (name) => {
        const numbers = Array.from(await executable.read(name));
        return [name, numbers.slice(0, (rows * numbers.length) / (batch * steps))] as const;
      });
      const found = Object.fromEntries(await Promise.all(entries)) as Record<(typeof columns)[number], number[]>;
      const [places, states] = await Promise.all([executable.read('rowOfGrid'), device.read(objects)]);
      return { batch, steps, rows, ...found, rowOfGrid: Array.from(places), objects: Array.from(states) };
    },
  };
}

/** Runs a tape that holds trajectories once, and reads them. */
export async function readBatch(device: Device, tape: Tape, trajectories: Trajectories): Promise<Batch> {
  const { executable, read } = await prepareBatch(device, tape, trajectories);
  executable.run();
  const batch = await read();
  executable.release();
  return batch;
}

export interface SampleOptions {
  readonly batch: number;
  readonly seed?: number;
  /** The exploration rate and the temperature. */
  readonly settings?: readonly [number, number];
  /** Enlarges the policy's start values, so that its distributions are far from uniform. */
  readonly scale?: number;
}

/** A small policy for a problem, and what a rollout of it needs. */
export function prepareSample(
  { environment, reward }: Problem,
  { batch, seed = 1, settings = [0, 1], scale = 1 }: SampleOptions,
): RolloutOptions & { readonly parameters: Parameters } {
  const { observation, actionCount: outputs } = environment;
  const network = perceptron({ name: 'policy', observation, hidden: [12], outputs });
  const parameters = initializeParameters(network, seed, 1);
  parameters.values.initial?.forEach((value, i, all) => {
    all[i] = scale * value;
  });
  return {
    problem: { environment, reward },
    batch,
    key: variable('key', 'i32', [4], Int32Array.of(seed, 3, 0, 0)),
    settings: variable('settings', 'f32', [2], Float32Array.from(settings)),
    policy: (input) => network.apply(readParameters(input.tape, parameters), input),
    parameters,
  };
}

/** Samples a batch in one plan on the device; with the environment on the host where a GPU has no shader for it. */
export async function sample(device: Device, options: RolloutOptions): Promise<Batch> {
  if (device.kind === 'webgpu' && !hasShaders(options.problem)) return sampleOnHost(device, options);
  const tape = createTape();
  return readBatch(device, tape, recordRollout(tape, options));
}

/** Samples a batch with the policy on the device and the environment on the host. */
export async function sampleOnHost(device: Device, options: RolloutOptions): Promise<Batch> {
  const rollout = await prepareHostRollout(device, options);
  await rollout.sample();
  const tape = createTape();
  return readBatch(device, tape, rollout.trajectories(tape));
}

/** The rows of a batch that belong to one trajectory, in time. */
export function rowsOf({ trajectory }: Batch, which: number): number[] {
  return trajectory.flatMap((each, row) => (each === which ? [row] : []));
}
