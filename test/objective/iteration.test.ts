import { expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { increment } from '../../src/nn/index.ts';
import { type EntPpoOptions, entPpo, entPpoAbout, type TrainableNetwork } from '../../src/objective/index.ts';
import { defaultsOf } from '../../src/options/index.ts';
import { hasShaders, prepareHostRollout, recordRollout } from '../../src/rollout/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { type Batch, prepareBatch } from '../rollout/batch.ts';
import { gridProblem, pairsProblem, stringsProblem } from '../rollout/problems.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { examples } from '../setup/here.ts';
import { type PlainTrainable, plainIteration, plainTrajectories } from './plain-ent-ppo.ts';
import { plainNetwork } from './plain-network.ts';

/** A problem, networks and settings to run an iteration with. Learning rates are large, so that policies move. */
interface Case {
  readonly name: string;
  readonly problem: Problem;
  readonly batch: number;
  readonly network: { readonly hidden: readonly number[]; readonly projection?: number };
  readonly options: Partial<EntPpoOptions>;
  /** Also on a GPU, which takes long to compile the pipelines of each size. */
  readonly onGpu?: true;
}

const rates = { learningRate: 0.03, valueLearningRate: 0.01 };

const cases: readonly Case[] = [
  {
    name: 'the default settings, on a hypergrid',
    problem: gridProblem(2, 4),
    batch: 8,
    network: { hidden: [7, 5] },
    options: rates,
    onGpu: true,
  },
  {
    name: 'chunks of unequal size',
    problem: gridProblem(2, 4, 'hard'),
    batch: 7,
    network: { hidden: [6] },
    options: { ...rates, policyUpdates: 2, valueEpochs: 3, valueChunks: 5 },
    onGpu: true,
  },
  {
    name: 'targets frozen for the iteration',
    problem: gridProblem(3, 3),
    batch: 6,
    network: { hidden: [6] },
    options: { ...rates, frozenTargets: true },
  },
  {
    name: 'one update of each network',
    problem: gridProblem(2, 4),
    batch: 5,
    network: { hidden: [6] },
    options: { ...rates, policyUpdates: 1, valueEpochs: 1, valueChunks: 1 },
  },
  {
    name: 'one trajectory',
    problem: gridProblem(2, 3),
    batch: 1,
    network: { hidden: [6] },
    options: { ...rates, valueChunks: 1, lambda: 1 },
  },
  {
    name: 'a projection behind the hidden layers, on strings',
    problem: stringsProblem(),
    batch: 4,
    network: { hidden: [5, 4], projection: 3 },
    options: { ...rates, lambda: 0 },
  },
  {
    name: 'features instead of tokens',
    problem: pairsProblem(),
    batch: 6,
    network: { hidden: [5] },
    options: { ...rates, clipRange: 0.05 },
    onGpu: true,
  },
  {
    name: 'no divergence',
    problem: gridProblem(2, 4),
    batch: 5,
    network: { hidden: [6] },
    options: { ...rates, withoutDivergence: true },
  },
  {
    name: 'no clipping',
    problem: gridProblem(2, 4),
    batch: 5,
    network: { hidden: [6] },
    options: { ...rates, policyUpdates: 8, withoutClipping: true },
  },
];

/** Runs two iterations on the device, each followed by the same one in plain loops from the same state and rows. */
async function compare(
  device: Device,
  { problem, batch, network, options }: Case,
  check: (found: Found, plain: Found, before: readonly Float64Array[]) => void,
): Promise<void> {
  const settings = { ...defaultsOf(entPpoAbout.options), ...options };
  const { environment } = problem;
  const learner = entPpo(options).learner({ environment, batch, seed: 4, network });
  const key = variable('key', 'i32', [4], Int32Array.of(4, 3, 0, 0));
  const rollout = {
    problem,
    batch,
    key,
    settings: variable('settings', 'f32', [2], Float32Array.of(0, 1)),
    policy: learner.networks[0],
  };
  const tape = createTape();
  const host = device.kind === 'webgpu' && !hasShaders(problem) ? await prepareHostRollout(device, rollout) : undefined;
  const trajectories = host ? host.trajectories(tape) : recordRollout(tape, rollout);
  const diagnostics = learner.update(trajectories);
  increment(tape, key, tape.constant('i32', [4], [0, 0, 1, 0]));
  const { executable, read } = await prepareBatch(device, tape, trajectories, diagnostics);
  const stateOf = () => Promise.all(learner.networks.map((trained) => plainState(device, trained, network)));

  for (let iteration = 0; iteration < 2; iteration++) {
    const [policy, value] = await stateOf();
    const before = [policy, value].map(({ network }) => network.values.slice());
    await host?.sample();
    executable.run();
    const rows: Batch = await read();
    const expected = plainIteration(policy, value, plainTrajectories(environment, rows), settings, environment.horizon);
    const names = Object.keys(expected);
    const numbers = await Promise.all(names.map(async (name) => [name, (await executable.read(name))[0]] as const));
    const found = { diagnostics: Object.fromEntries(numbers), trained: await stateOf() };
    check(found, { diagnostics: { ...expected }, trained: [policy, value] }, before);
  }
  executable.release();
}

interface Found {
  readonly diagnostics: Readonly<Record<string, number>>;
  /** The policy and the value network. */
  readonly trained: readonly PlainTrainable[];
}

async function plainState(
  device: Device,
  trained: TrainableNetwork,
  network: { readonly hidden: readonly number[]; readonly projection?: number },
): Promise<PlainTrainable> {
  const { parameters, optimizer } = trained;
  return {
    network: plainNetwork(parameters, network, await device.read(parameters.values)),
    adam: {
      firstMoment: Float64Array.from(await device.read(optimizer.state['first-moment'])),
      secondMoment: Float64Array.from(await device.read(optimizer.state['second-moment'])),
      updates: (await device.read(optimizer.updates))[0],
    },
  };
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
}

/** Both are float64 and differ in the order of their sums: 1e-15 of each number, a hundredfold after ten updates. */
function expectEqual(found: Found, plain: Found): void {
  for (const [name, value] of Object.entries(plain.diagnostics)) {
    expect(Math.abs(found.diagnostics[name] - value), name).toBeLessThan(1e-10);
  }
  found.trained.forEach(({ network, adam }, i) => {
    const expected = plain.trained[i];
    expect(adam.updates).toBe(expected.adam.updates);
    expect(largestDifference(adam.firstMoment, expected.adam.firstMoment)).toBeLessThan(1e-10);
    expect(largestDifference(network.values, expected.network.values)).toBeLessThan(1e-9);
  });
}

/**
 * In float32. Sums of some hundred terms make gradients good to some 1e-6 of their largest number. Adam divides each by
 * its own size, so that a parameter whose gradient nearly cancels may move by the whole learning rate either way: they
 * are compared as one vector, relative to how far it has moved. Found were 7e-7 and 2e-6; a GPU with coarser functions
 * may be ten times as far off.
 */
function expectNear(found: Found, plain: Found, before: readonly Float64Array[]): void {
  for (const [name, value] of Object.entries(plain.diagnostics)) {
    expect(Math.abs(found.diagnostics[name] - value), name).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
  }
  found.trained.forEach(({ network, adam }, i) => {
    const expected = plain.trained[i];
    expect(adam.updates).toBe(expected.adam.updates);
    const largest = expected.adam.firstMoment.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    expect(largestDifference(adam.firstMoment, expected.adam.firstMoment)).toBeLessThan(1e-5 * largest);
    const distance = (a: Float64Array, b: Float64Array) => Math.hypot(...a.map((value, k) => value - b[k]));
    const moved = distance(expected.network.values, before[i]);
    expect(distance(network.values, expected.network.values)).toBeLessThan(1e-4 * moved);
  });
}

for (const device of testDevices) {
  onEach([device], (open) => {
    const chosen = device.name === 'webgpu' ? examples(cases.filter(({ onGpu }) => onGpu)) : cases;
    test.each(chosen)('an iteration with $name equals plain loops over its rows', async (each) => {
      await compare(await open(), each, device.name === 'reference' ? expectEqual : expectNear);
    });
  });
}
