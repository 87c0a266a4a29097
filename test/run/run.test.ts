import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { isDeferred } from '../../src/environment/environment.ts';
import { entPpo, trajectoryBalance } from '../../src/objective/index.ts';
import { createRun, type RunOptions, train } from '../../src/run/run.ts';
import { createTrainer, type TrainingOptions } from '../../src/train/index.ts';
import { gridProblem } from '../rollout/problems.ts';
import { onEach, trainingDevices } from '../setup/devices.ts';

const [cpu] = trainingDevices;

/** Options of a run of a few milliseconds. */
function small(device: Device, options: object = {}): RunOptions {
  return {
    device,
    problem: gridProblem(2, 4),
    objective: entPpo({ policyUpdates: 2, valueEpochs: 1 }),
    network: { hidden: [8] },
    steps: 6,
    batch: 4,
    seed: 5,
    ...options,
  };
}

describe('train', () => {
  test('trains to the end, reports on the way, evaluates, and hands the run over', async () => {
    const steps: number[] = [];
    await using run = await train({
      ...small(await cpu.open(), { reportEvery: 2, evaluateEvery: 4, keepBest: 3 }),
      onProgress: ({ step }) => steps.push(step),
    });
    expect(steps).toEqual([0, 2, 4, 6]);
    expect([run.iteration, run.steps]).toEqual([6, 6]);
    expect(run.metrics).toEqual((await run.evaluate()).metrics);
    expect(run.diagnostics.loss ?? run.diagnostics.policyLoss).toBeTypeOf('number');
    const best = run.best();
    expect(best).toHaveLength(3);
    const problem = gridProblem(2, 4);
    for (const [i, { text, state, logReward }] of best.entries()) {
      expect(text).toBe(problem.environment.text(state));
      if (!isDeferred(problem)) expect(logReward).toBe(problem.reward.logReward(state));
      if (i > 0) expect(logReward).toBeLessThanOrEqual(best[i - 1].logReward);
    }
  });

  test('evaluates without scheduled evaluations', async () => {
    await using run = await train(small(await cpu.open()));
    expect(run.metrics).toHaveProperty('totalVariation');
  });

  test('closes a run that fails', async () => {
    const device = await cpu.open();
    const { bytes } = device.counts;
    const { environment } = gridProblem(2, 4);
    let asked = 0;
    const logReward = () => {
      if (++asked > 60) throw new Error('no more rewards');
      return 0;
    };
    const { problem: _, ...rest } = small(device, { steps: 50 }) as RunOptions & { problem: unknown };
    await expect(train({ ...rest, environment, logReward } as RunOptions)).rejects.toThrow('no more rewards');
    expect(device.counts.bytes).toBe(bytes);
  });
});

describe('a run', () => {
  test('can be iterated, stepped, paused and stopped', async () => {
    await using run = await createRun(small(await cpu.open(), { reportEvery: 1, steps: 100 }));
    expect(run.metrics).toEqual({});
    expect((await run.step()).step).toBe(1);
    expect((await run.step(3)).step).toBe(4);
    for await (const { step } of run) {
      expect(run.iteration).toBe(step);
      if (step === 7) run.stop();
    }
    expect(run.iteration).toBe(7);
  });

  test('draws the same objects for the same seed, others without one, with probabilities of the exact distribution', async () => {
    await using run = await train(small(await cpu.open()));
    const { distributions } = await run.evaluate();
    const { enumeration } = gridProblem(2, 4).environment;
    if ('reason' in enumeration || !distributions) throw new Error('A small grid can be enumerated.');
    const first = await run.sample(20, { seed: 3 });
    expect(first).toHaveLength(20);
    for (const { state, probability, logProbability } of first) {
      // Both are sums of the same float32 logits in float64.
      expect(probability).toBeCloseTo(distributions.learnt[enumeration.objectIndexOf(state)], 12);
      expect(logProbability).toBeCloseTo(Math.log(probability), 12);
    }
    expect(await run.sample(20, { seed: 3 })).toEqual(first);
    expect(await run.sample(20)).not.toEqual(await run.sample(20));
  });

  test('draws from averaged parameters, where they are averaged', async () => {
    const device = await cpu.open();
    const options = { objective: trajectoryBalance({ learningRate: 0.05 }), optimizer: { averageDecay: 0.9 } };
    await using run = await train(small(device, options));
    const { distributions } = await run.evaluate();
    const { enumeration } = gridProblem(2, 4).environment;
    if ('reason' in enumeration || !distributions) throw new Error('A small grid can be enumerated.');
    for (const { state, probability } of await run.sample(10, { seed: 1 })) {
      expect(probability).toBeCloseTo(distributions.learnt[enumeration.objectIndexOf(state)], 12);
    }
    // Averaging changes nothing of how it trains: only what is looked at differs.
    await using plain = await train(small(device, { objective: options.objective }));
    const parameters = ({ learner }: typeof run) => device.read(learner.networks[0].parameters.values);
    expect(await parameters(run)).toEqual(await parameters(plain));
    expect((await plain.evaluate()).distributions?.learnt).not.toEqual(distributions.learnt);
  });

  test('that is closed says so, and closing it again does nothing', async () => {
    const run = await createRun(small(await cpu.open()));
    await run.step(2);
    await run.save();
    await run.close();
    await run.close();
    for (const use of [() => run.step(), () => run.evaluate(), () => run.sample(1), () => run.save()]) {
      await expect(use()).rejects.toThrow('This run is closed.');
    }
    await expect(run[Symbol.asyncIterator]().next()).rejects.toThrow('This run is closed.');
    expect(run.lastGood().length).toBeGreaterThan(100);
    expect(run.lastSnapshot().step).toBe(2);
  });

  test('that is closed while it is iterated ends behind its iteration', async () => {
    const device = await cpu.open();
    const { bytes } = device.counts;
    const run = await createRun(small(device, { reportEvery: 1, steps: 1000 }));
    const steps: number[] = [];
    for await (const { step } of run) {
      steps.push(step);
      if (step === 3) await run.close();
    }
    expect(steps).toEqual([1, 2, 3]);
    expect(device.counts.bytes).toBe(bytes);
  });

  test.each<[string, object, string | RegExp]>([
    [
      'a device by its name',
      { device: 'cpu' },
      "`device` must be an opened device, not its name: await openDevice('cpu')",
    ],
    ['a promise of a device', { device: Promise.resolve() }, 'await it'],
    ['no device', { device: undefined }, '`device` must be an opened device'],
    ['an objective that was not called', { objective: entPpo }, 'not the function that makes one: call it'],
    ['an objective by its name', { objective: 'ent-ppo' }, "such as entPpo(), not the text 'ent-ppo'"],
    ['no problem', { problem: undefined }, 'A run needs `problem`, or `environment` with `reward` or `logReward`'],
    [
      'an environment without a reward',
      { problem: undefined, environment: gridProblem(2, 4).environment },
      'needs either `reward` or `logReward`',
    ],
    ['an unknown option', { learnRate: 1 }, /train: unknown option learnRate\. Did you mean learningRate\?/],
    [
      'an unknown option near the number of iterations',
      { step: 1 },
      /train: unknown option step\. Did you mean steps\?/,
    ],
    ['a problem twice', { environment: gridProblem(2, 4).environment }, 'either a problem, or an environment'],
  ])('of %s is refused', async (_, options, message) => {
    await expect(createRun(small(await cpu.open(), options))).rejects.toThrow(message);
  });

  test('and a trainer without anything to train are refused', async () => {
    await expect(createRun(undefined as never)).rejects.toThrow('`device` must be an opened device');
    const { problem: _, ...rest } = small(await cpu.open()) as TrainingOptions;
    await expect(createTrainer(rest as never)).rejects.toThrow('`problem` must be an object');
    await expect(createTrainer({ ...rest, device: 'cpu' } as never)).rejects.toThrow("await openDevice('cpu')");
    await expect(createTrainer({ ...rest, objective: entPpo } as never)).rejects.toThrow('call it, as in entPpo()');
  });
});

/** Runs that between them have every part of the state. */
const kinds: readonly [string, object][] = [
  ['Ent-PPO', {}],
  [
    'trajectory balance with replay',
    {
      objective: trajectoryBalance({ learningRate: 0.01 }),
      replay: { kind: 'prioritised', capacity: 7, every: 1 },
      exploration: { start: 0.5, end: 0, iterations: 4, temperature: 2 },
      optimizer: { averageDecay: 0.5 },
      recentSamples: 16,
      keepBest: 3,
    },
  ],
];

onEach(trainingDevices, (open) => {
  test.each(kinds)('runs of %s give back every byte, one after another on one device', async (_, options) => {
    const device = await open();
    const live = async () => {
      const run = await train(small(device, options));
      await run.sample(3);
      await run.save();
      const { bytes } = device.counts;
      await run.close();
      return bytes;
    };
    // Kernels' scratch space and the tables of row programs come with the first run, and stay the device's.
    await live();
    const before = device.counts.bytes;
    const held = await live();
    expect(held).toBeGreaterThan(before);
    expect(device.counts.bytes).toBe(before);
    for (let n = 0; n < 3; n++) expect([await live(), device.counts.bytes]).toEqual([held, before]);
  });

  test('a run whose setup fails gives back every byte', async () => {
    const device = await open();
    // Kernels' scratch space grows with what is run, and stays the device's.
    await (await createRun(small(device, { network: { hidden: [9] } }))).close();
    const before = device.counts.bytes;
    const run = await createRun(small(device));
    const snapshot = await run.snapshot();
    const held = device.counts.bytes;
    const failing = createTrainer({
      ...{ device, problem: gridProblem(2, 4), objective: entPpo(), network: { hidden: [9] } },
      ...{ steps: 6, batch: 4, seed: 5, from: snapshot },
    });
    await expect(failing).rejects.toThrow('its network policy has the layers');
    expect(device.counts.bytes).toBe(held);
    await run.close();
    expect(device.counts.bytes).toBe(before);
  });
});
