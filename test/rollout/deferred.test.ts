import { expect, test } from 'vitest';
import { arraysOf } from '../../src/checkpoint/run-state.ts';
import type { Device } from '../../src/device/index.ts';
import { conditionValue } from '../../src/environment/condition.ts';
import type { Condition, DeferredProblem, Environment } from '../../src/environment/environment.ts';
import { detailedBalance, entPpo, trajectoryBalance } from '../../src/objective/index.ts';
import { prepareHostRollout } from '../../src/rollout/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { createTrainer, sampleObjects } from '../../src/train/index.ts';
import { fastDevices, onEach, testDevices } from '../setup/devices.ts';
import { numbersOf, reportsOf, smallRun } from '../train/runs.ts';
import { prepareSample, readBatch, rowsOf, sampleOnHost } from './batch.ts';
import { gridProblem } from './problems.ts';

const grid = gridProblem(2, 5);
const { stateSize } = grid.environment;
const stateAt = (states: Int32Array, n: number) => states.slice(n * stateSize, (n + 1) * stateSize);

/** The grid's own reward, given late and with scores: the sums of the coordinates, none for the origin. */
function lateProblem(asked: number[] = []): DeferredProblem {
  return {
    environment: grid.environment,
    reward: {
      name: 'late',
      prepare: async () => async (objects) => {
        const count = objects.length / stateSize;
        asked.push(count);
        await new Promise((resolve) => setTimeout(resolve, 1));
        const states = Array.from({ length: count }, (_, n) => stateAt(objects, n));
        return {
          logRewards: states.map((state) => grid.reward.logReward(state)),
          scores: states.map(([x, y]) => (x + y === 0 ? Number.NaN : x + y)),
        };
      },
    },
  };
}

onEach(testDevices, (open) => {
  test('trajectories with a deferred reward are those with the same reward at once', async () => {
    const device = await open();
    const options = prepareSample(grid, { batch: 13, scale: 2 });
    const expected = await sampleOnHost(device, options);
    const asked: number[] = [];
    const rollout = await prepareHostRollout(device, { ...options, problem: lateProblem(asked) });
    await rollout.sample();
    const tape = createTape();
    expect(await readBatch(device, tape, rollout.trajectories(tape))).toEqual(expected);
    // Those that ended first were asked for before the last ones had ended.
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.reduce((a, b) => a + b)).toBe(13);
    const { states, logRewards, scores } = rollout.ratings();
    expect([...states]).toEqual(expected.objects);
    for (let n = 0; n < 13; n++) {
      const [x, y] = stateAt(states, n);
      expect(logRewards[n]).toBe(grid.reward.logReward(stateAt(states, n)));
      expect(scores[n]).toEqual(x + y === 0 ? Number.NaN : x + y);
    }
  });

  test('a batch that does not fit is refused before anything is reserved: the larger plan is prepared first', async () => {
    const device = await open();
    const prepared: string[][] = [];
    const full: Device = {
      ...device,
      async prepare(plan) {
        prepared.push(Object.keys(plan.outputs));
        throw new Error('full');
      },
    };
    const options = { problem: lateProblem(), objective: detailedBalance(), steps: 1, batch: 4 };
    await expect(createTrainer({ device: full, ...options })).rejects.toThrow('full');
    expect(prepared).toEqual([expect.arrayContaining(['loss'])]);
  });

  test.each([entPpo({ policyUpdates: 2, valueEpochs: 1 }), detailedBalance()])(
    'a run with it learns the same numbers as a run of the same problem at once, stepped on the host ($name)',
    async (objective) => {
      // A condition of one level says nothing, but has the environment stepped on the host.
      const environment = conditionedEnvironment(1);
      const reward = { name: 'easy', logReward: (state: Int32Array) => grid.reward.logReward(state) };
      const options = { objective, steps: 3, keepBest: 5 };
      const late = await smallRun(await open(), { ...options, problem: lateProblem() });
      await reportsOf(late);
      const atOnce = await smallRun(await open(), { ...options, problem: { environment, reward } });
      await reportsOf(atOnce);
      const [a, b] = [await numbersOf(late), await numbersOf(atOnce)];
      expect(a['policy/parameters']).toEqual(b['policy/parameters']);
    },
  );
});

test('an object that cannot be rated ends the run with an error that names it, and the run is kept', async () => {
  let calls = 0;
  const problem: DeferredProblem = {
    environment: grid.environment,
    reward: {
      name: 'fragile',
      prepare: async () => async (objects) => {
        if (++calls > 2) throw new Error(`no reward for ${grid.environment.text(stateAt(objects, 0))}`);
        return { logRewards: new Float64Array(objects.length / stateSize) };
      },
    },
  };
  const trainer = await smallRun(await fastDevices[0].open(), { problem, steps: 50, batch: 4 });
  await expect(reportsOf(trainer)).rejects.toThrow(/no reward for \(/);
  expect(arraysOf(await trainer.snapshot()).every(({ data }) => data.every(Number.isFinite))).toBe(true);
});

test('the best distinct objects are kept by score, and continue with a checkpoint', async () => {
  const device = await fastDevices[0].open();
  const trainer = await smallRun(device, { problem: lateProblem(), steps: 6, batch: 8, keepBest: 3 });
  await reportsOf(trainer);
  const best = trainer.best();
  if (!best) throw new Error('A run that keeps a record has one.');
  const scores = [...best.scores];
  expect(scores.length).toBe(3);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  const texts = scores.map((_, n) => stateAt(best.states, n).join());
  expect(new Set(texts).size).toBe(3);
  const resumed = await smallRun(device, {
    ...{ problem: lateProblem(), steps: 6, batch: 8, keepBest: 3 },
    from: await trainer.snapshot(),
  });
  expect([...(resumed.best()?.scores ?? [])]).toEqual(scores);
});

/** The grid with a third number in its rows, which the reward is multiplied by. */
function conditionedEnvironment(levels: number): Environment {
  const { observation } = grid.environment;
  if (observation.kind !== 'tokens') throw new Error('A hypergrid is seen as tokens.');
  const index = stateSize;
  return Object.create(grid.environment, {
    shader: { value: undefined },
    stateSize: { value: stateSize + 1 },
    enumeration: { value: { reason: 'it has conditions' } },
    condition: { value: { name: 'inverse temperature', index, levels, low: 1, high: 3 } satisfies Condition },
    initial: {
      value(state: Int32Array) {
        grid.environment.initial(state);
        state[index] = levels - 1;
      },
    },
  });
}

test('a condition is drawn for each trajectory and stays with it', async () => {
  const environment = conditionedEnvironment(5);
  const { condition } = environment;
  if (!condition) throw new Error('It has a condition.');
  const temperatureOf = (state: Int32Array) => conditionValue(condition, state[condition.index]);
  expect([0, 2, 4].map((level) => conditionValue(condition, level))).toEqual([1, 2, 3]);
  const reward = { name: 'tempered', logReward: (state: Int32Array) => temperatureOf(state) };
  const options = prepareSample({ environment, reward }, { batch: 400 });
  const batch = await sampleOnHost(await fastDevices[0].open(), options);
  const counts = new Array<number>(5).fill(0);
  for (let b = 0; b < 400; b++) {
    const state = Int32Array.from(batch.objects.slice(environment.stateSize * b, environment.stateSize * (b + 1)));
    counts[state[condition.index]]++;
    const last = rowsOf(batch, b).at(-1) as number;
    expect(batch.logReward[last]).toBe(Math.fround(temperatureOf(state)));
  }
  // Binomial(400, 1/5): 80 with a deviation of 8; five deviations either way.
  for (const count of counts) expect(Math.abs(count - 80)).toBeLessThan(40);
  expect((await sampleOnHost(await fastDevices[0].open(), options)).objects).toEqual(batch.objects);
});

test('objects that differ in their condition alone count once', async () => {
  // A walk can only stop at once: one object, at forty levels or so.
  const environment: Environment = Object.create(conditionedEnvironment(50), {
    maxSteps: { value: 1 },
    forwardMask: {
      value(state: Int32Array, mask: Int32Array) {
        mask.fill(0);
        if (!grid.environment.isTerminal(state)) mask[mask.length - 1] = 1;
      },
    },
  });
  const problem = { environment, reward: { name: 'any', logReward: (state: Int32Array) => state[stateSize] / 50 } };
  const device = await fastDevices[0].open();
  const trainer = await smallRun(device, { problem, steps: 1, evaluationTrajectories: 40 });
  const { metrics } = await trainer.evaluate();
  expect(metrics.distinctShare).toBe(1 / 40);
});

test('invalid objects are no distinct objects, and molecules are counted by their problem', async () => {
  const device = await fastDevices[0].open();
  const problem = lateProblem();
  const evaluated = async (asked: DeferredProblem) => {
    const trainer = await smallRun(device, { problem: asked, steps: 1, evaluationTrajectories: 60 });
    return { trainer, metrics: (await trainer.evaluate()).metrics };
  };
  const { trainer, metrics } = await evaluated(problem);
  // The evaluation's own samples again; the origin is invalid.
  const states: Int32Array[] = [];
  const counted: DeferredProblem = {
    ...problem,
    metricsOf: async ({ states: all, scores }) => {
      for (const n of scores.keys()) states.push(stateAt(all, n));
      return { distinctMoleculeShare: 0.25 };
    },
  };
  const molecules = (await evaluated(counted)).metrics;
  const valid = new Set(states.filter(([x, y]) => x + y > 0).map((state) => state.join()));
  expect(new Set(states.map((state) => state.join())).size).toBe(valid.size + 1);
  expect(metrics.distinctShare).toBe(valid.size / 60);
  expect([molecules.distinctShare, molecules.distinctMoleculeShare]).toEqual([undefined, 0.25]);
  await trainer.close();
});

test('samples tell the condition that they were drawn at, and can be asked for one', async () => {
  const device = await fastDevices[0].open();
  const environment = conditionedEnvironment(5);
  const reward = { name: 'tempered', logReward: (state: Int32Array) => state[stateSize] };
  const trainer = await smallRun(device, { problem: { environment, reward }, steps: 1 });
  const { learner } = trainer;
  const ofRun = await trainer.sample({ count: 4, seed: 1, condition: 2 });
  expect(ofRun.map(({ condition }) => condition)).toEqual([2, 2, 2, 2]);
  const draw = async (condition?: number) => {
    const drawn: (number | undefined)[] = [];
    const options = { device, problem: { environment, reward }, learner, count: 30, seed: 3, condition };
    for await (const sample of sampleObjects(options)) {
      expect(sample.condition).toBe(1 + sample.state[stateSize] / 2);
      // The reward is the level, so that level is told to the network and the reward alike.
      expect(sample.logReward).toBe(sample.state[stateSize]);
      drawn.push(sample.condition);
    }
    return drawn;
  };
  expect(new Set(await draw())).toEqual(new Set([1, 1.5, 2, 2.5, 3]));
  expect(new Set(await draw(2.5))).toEqual(new Set([2.5]));
  // Between levels the nearest is taken.
  expect(new Set(await draw(1.2))).toEqual(new Set([1]));
  await expect(draw(3.5)).rejects.toThrow('The inverse temperature of hypergrid must be from 1 to 3, not 3.5.');
  const plain = { device, problem: grid, learner, count: 1, seed: 0, condition: 2 };
  await expect(sampleObjects(plain).next()).rejects.toThrow('hypergrid has no condition, so none can be given');
});

test('evaluations of averaged parameters are those of a run whose parameters are the averages', async () => {
  const device = await fastDevices[0].open();
  const optimizer = { averageDecay: 0.9 };
  const run = { device, problem: grid, objective: trajectoryBalance(), steps: 4, batch: 4, network: { hidden: [6] } };
  const trainer = await createTrainer({ ...run, optimizer });
  await reportsOf(trainer);
  const numbers = await numbersOf(trainer);
  expect(numbers['policy/average']).not.toEqual(numbers['policy/parameters']);
  const { metrics } = await trainer.evaluate();
  const other = await createTrainer(run);
  device.write(other.learner.networks[0].parameters.values, numbers['policy/average']);
  expect((await other.evaluate()).metrics.totalVariation).toBe(metrics.totalVariation);
});
