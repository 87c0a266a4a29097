import { expect, test } from 'vitest';
import type { RunState } from '../../src/checkpoint/run-state.ts';
import type { Device } from '../../src/device/device.ts';
import { entPpo, trajectoryBalance } from '../../src/objective/index.ts';
import { type Snapshot, StateError } from '../../src/train/index.ts';
import { onEach, trainingDevices } from '../setup/devices.ts';
import { numbersOf, reportsOf, smallRun } from './runs.ts';

onEach(trainingDevices, (open) => {
  test('a run that goes on from a snapshot ends, bit for bit, where one that never stopped does', async () => {
    const device = await open();
    const whole = await smallRun(device, { reportEvery: 4 });
    await reportsOf(whole);

    const first = await smallRun(device, { reportEvery: 4 });
    for await (const { step } of first) if (step === 4) break;
    const snapshot = await first.snapshot();
    expect(snapshot.step).toBe(4);
    // The snapshot is a copy: what its run does afterwards leaves it alone.
    await reportsOf(first);

    const second = await smallRun(device, { from: snapshot, reportEvery: 5 });
    const reports = await reportsOf(second);
    expect(reports.map(({ step, trajectories }) => [step, trajectories])).toEqual([[9, 36]]);
    expect(await numbersOf(second)).toEqual(await numbersOf(whole));
  });
});

test('a snapshot that is asked for during an iteration is of its end, evaluation included', async () => {
  const opened = await trainingDevices[0].open();
  /** One that answers after a while, as a GPU does. */
  const device: Device = {
    ...opened,
    async read(variable) {
      const numbers = await opened.read(variable);
      await new Promise((resolve) => setTimeout(resolve, 1));
      return numbers;
    },
  };
  const replay = { kind: 'fifo', capacity: 7, every: 1 } as const;
  const objective = trajectoryBalance({ learningRate: 0.01 });
  const trainer = await smallRun(device, { objective, replay, reportEvery: 2, evaluateEvery: 2 });
  const training = reportsOf(trainer);
  for (let taken = 0; taken < 20; taken++) {
    const snapshot = await trainer.snapshot();
    expect([snapshot.key[2], snapshot.replay?.key[2]]).toEqual([snapshot.step, snapshot.step]);
    const again = await smallRun(device, { objective, replay, from: snapshot });
    if (snapshot.metrics) expect((await again.evaluate()).metrics).toEqual(snapshot.metrics);
    await new Promise((resolve) => setTimeout(resolve, taken % 3));
  }
  await training;
});

/** A state with one network changed. */
function withNetwork(
  state: RunState,
  name: string,
  change: (network: RunState['networks'][string]) => object,
): RunState {
  return {
    ...state,
    networks: { ...state.networks, [name]: { ...state.networks[name], ...change(state.networks[name]) } },
  };
}

/** A state with an array of the value network's optimiser changed. */
function withOptimizer(state: RunState, array: string, data: Float32Array | Int32Array | undefined): RunState {
  return withNetwork(state, 'value', ({ optimizer }) => ({
    optimizer:
      data === undefined
        ? optimizer.filter(({ name }) => name !== array)
        : optimizer.map((each) => (each.name === array ? { ...each, data } : each)),
  }));
}

let trained: Promise<{ readonly device: Device; readonly snapshot: Snapshot }> | undefined;

/** A snapshot behind four iterations, which is made once. */
function fourIterations() {
  trained ??= (async () => {
    const device = await trainingDevices[0].open();
    const trainer = await smallRun(device);
    await trainer.step(4);
    return { device, snapshot: await trainer.snapshot() };
  })();
  return trained;
}

test.each<[string, string, (state: RunState) => RunState]>([
  [
    'a step that is a text',
    'its step is "4", not a whole number',
    (state) => ({ ...state, step: '4' as unknown as number }),
  ],
  ['a step that is not a number', 'its step is NaN', (state) => ({ ...state, step: Number.NaN })],
  ['a step below 0', 'its step is -1', (state) => ({ ...state, step: -1 })],
  [
    'a step apart from its counter',
    'its step is 5, but the random counter of its rollouts',
    (state) => ({ ...state, step: 5 }),
  ],
  [
    'another seed',
    'those of seed 6, but the run has seed 5',
    (state) => ({ ...state, key: Int32Array.of(6, 3, 4, 0) }),
  ],
  ['another stream', 'not one of a training run', (state) => ({ ...state, key: Int32Array.of(5, 4, 4, 0) })],
  [
    'an exploration rate of 2',
    'its exploration rate is 2',
    (state) => ({ ...state, exploration: Float32Array.of(2, 1) }),
  ],
  [
    'an exploration rate that its settings do not give',
    "its exploration rate is 0.5, but at iteration 4 the run's settings give 0",
    (state) => ({ ...state, exploration: Float32Array.of(0.5, 1) }),
  ],
  [
    'a learning rate that its settings do not give',
    "its value/optimizer/learning-rate is 2, but at iteration 4 the run's settings give",
    (state) => withOptimizer(state, 'learning-rate', Float32Array.of(2)),
  ],
  [
    'updates that its iterations did not make',
    'its value/optimizer/updates is 7, but after 4 iterations of this run it is 8.',
    (state) => withOptimizer(state, 'updates', Int32Array.of(7)),
  ],
  ['figures that are a text', 'its metrics are "x"', (state) => ({ ...state, metrics: 'x' })],
  ['no networks', 'its networks is undefined, not an object', (state) => ({ ...state, networks: undefined as never })],
  ['no key', 'its key is undefined, not an Int32Array', (state) => ({ ...state, key: undefined as never })],
  ['no objective', 'its objective is undefined, not a list', (state) => ({ ...state, objective: undefined as never })],
  [
    'no exploration',
    'its exploration is undefined, not a Float32Array',
    (state) => ({ ...state, exploration: undefined as never }),
  ],
  [
    'a network without an optimiser',
    'its network value: optimizer is undefined, not a list',
    (state) => withNetwork(state, 'value', () => ({ optimizer: undefined })),
  ],
  ['another temperature', 'its temperature is 3', (state) => ({ ...state, exploration: Float32Array.of(0, 3) })],
  [
    'an array missing',
    'no array of the optimiser of value named second-moment',
    (state) => withOptimizer(state, 'second-moment', undefined),
  ],
  [
    'a learning rate of -1',
    'its value/optimizer/learning-rate is -1',
    (state) => withOptimizer(state, 'learning-rate', Float32Array.of(-1)),
  ],
  [
    'a mean of squares below 0',
    'which is below 0',
    (state) => withOptimizer(state, 'second-moment', new Float32Array(192).fill(-1)),
  ],
  [
    'an array of another shape',
    'second-moment is F32 [3], but this run needs F32 [256].',
    (state) =>
      withNetwork(state, 'value', ({ optimizer }) => ({
        optimizer: optimizer.map((each) => (each.name === 'second-moment' ? { ...each, shape: [3] } : each)),
      })),
  ],
  ['updates below 0', 'which is below 0', (state) => withOptimizer(state, 'updates', Int32Array.of(-3))],
  [
    'an average that is not kept',
    'average of the parameters of value, which this run',
    (state) => withNetwork(state, 'value', ({ parameters }) => ({ average: parameters })),
  ],
  [
    'another network',
    'it has a network named extra',
    (state) => ({ ...state, networks: { ...state.networks, extra: state.networks.value } }),
  ],
  [
    'an extra array',
    'array of the objective named more',
    (state) => ({ ...state, objective: [{ name: 'more', dtype: 'F32', shape: [1], data: Float32Array.of(1) }] }),
  ],
  [
    'best objects that are not kept',
    'it has a record of the best objects',
    (state) => ({
      ...state,
      best: { stateSize: 3, states: new Int32Array(0), logRewards: new Float64Array(0), scores: new Float64Array(0) },
    }),
  ],
])('a snapshot with %s is refused, and nothing of it is taken over', async (_, message, change) => {
  const { device, snapshot } = await fourIterations();
  const before = device.counts.bytes;
  const going = smallRun(device, { from: change(snapshot) });
  await expect(going).rejects.toThrow(StateError);
  await expect(going).rejects.toThrow(message);
  expect(device.counts.bytes).toBe(before);
});

test('the snapshot that those were made of is taken over', async () => {
  const { device, snapshot } = await fourIterations();
  expect((await smallRun(device, { from: snapshot })).done).toBe(4);
});

test('a snapshot of networks of another shape is refused with the layers of both', async () => {
  const device = await trainingDevices[0].open();
  const snapshot = await (await smallRun(device)).snapshot();
  await expect(smallRun(device, { from: snapshot, network: { hidden: [9] } })).rejects.toThrow(
    /its network policy has the layers layer0\/weight \[8, 8\], .*, but this run needs layer0\/weight \[8, 9\]/,
  );
});

test('a snapshot at the end has no iterations left', async () => {
  const device = await trainingDevices[0].open();
  const trainer = await smallRun(device);
  await reportsOf(trainer);
  const again = await smallRun(device, { from: await trainer.snapshot() });
  expect(await reportsOf(again)).toEqual([]);
  expect(await numbersOf(again)).toEqual(await numbersOf(trainer));
});

test('rates that fall, updates of replay and of local search, and an optimiser of its own go on from where they are', async () => {
  const device = await trainingDevices[0].open();
  const settings = {
    objective: trajectoryBalance({ learningRate: 0.01, backwardPolicy: 'tlm' }),
    learningRate: { end: 0.1 },
    exploration: { start: 0.9, end: 0.05, iterations: 7 },
    replay: { kind: 'fifo', capacity: 7, every: 2, start: 3 },
    localSearch: { rounds: 2 },
  } as const;
  const trainer = await smallRun(device, settings);
  for (let done = 1; done <= 9; done++) {
    await trainer.step(1);
    const from = await trainer.snapshot();
    const again = await smallRun(device, { ...settings, from });
    expect(again.done).toBe(done);
    await again.close();
  }
});

test('a run that takes over a state of other settings saves one that these settings go on from', async () => {
  const device = await trainingDevices[0].open();
  const first = await smallRun(device, { objective: entPpo({ policyUpdates: 1 }) });
  await first.step(4);
  const settings = { objective: entPpo({ policyUpdates: 3, learningRate: 0.02 }), learningRate: { end: 0.5 } };
  const adopted = await smallRun(device, { ...settings, adopt: await first.snapshot() });
  // What it is left with where it fails at once has its rates too.
  expect(adopted.lastSnapshot().networks.policy.optimizer.find(({ name }) => name === 'learning-rate')?.data[0]).toBe(
    Math.fround(0.02 * (1 - (0.5 * 4) / 9)),
  );
  await adopted.step(2);
  expect((await smallRun(device, { ...settings, from: await adopted.snapshot() })).done).toBe(6);
});
