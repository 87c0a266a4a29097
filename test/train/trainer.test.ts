import { describe, expect, test } from 'vitest';
import { entPpo, type Objective, type OffPolicyLearner, trajectoryBalance } from '../../src/objective/index.ts';
import { divide, multiply, sum } from '../../src/ops/index.ts';
import type { OffPolicyTrajectories } from '../../src/rollout/index.ts';
import type { TrainingOptions } from '../../src/train/index.ts';
import { pairsProblem } from '../rollout/problems.ts';
import { onEach, testDevices, trainingDevices } from '../setup/devices.ts';
import { smallState } from '../setup/states.ts';
import { numbersOf, reportsOf, smallRun } from './runs.ts';

const cpu = trainingDevices[0];

describe('training', () => {
  test('reports at its interval, with its progress', async () => {
    const trainer = await smallRun(await cpu.open(), { reportEvery: 4 });
    const reports = await reportsOf(trainer);
    expect(reports.map(({ step }) => step)).toEqual([4, 8, 9]);
    for (const { step, steps, trajectories, trajectoriesPerSecond, diagnostics, metrics } of reports) {
      expect(steps).toBe(9);
      expect(trajectories).toBe(4 * step);
      expect(trajectoriesPerSecond).toBeGreaterThan(0);
      expect(Object.keys(diagnostics)).toEqual(expect.arrayContaining(['loss', 'meanRatio', 'meanSoftReturn']));
      expect(Object.values(diagnostics).every(Number.isFinite)).toBe(true);
      expect(metrics).toBeUndefined();
    }
    const seconds = reports.map(({ secondsElapsed }) => secondsElapsed);
    expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
  });

  test('evaluates before the first iteration, when it is due, and after the last', async () => {
    const trainer = await smallRun(await cpu.open(), { evaluateEvery: 4, reportEvery: 3 });
    const reports = await reportsOf(trainer);
    expect(reports.map(({ step }) => step)).toEqual([0, 3, 4, 7, 8, 9]);
    expect(reports.flatMap(({ step, metrics }) => (metrics ? [step] : []))).toEqual([0, 4, 8, 9]);
    const last = reports[reports.length - 1].metrics;
    expect(last).toEqual((await trainer.evaluate()).metrics);
    expect(last?.totalVariation).toBeGreaterThan(0);
    expect(last?.logPartition).toBeTypeOf('number');
  });

  test('without an interval of reports it still reports, and trains the same', async () => {
    const device = await cpu.open();
    const [often, seldom] = [await smallRun(device, { reportEvery: 1 }), await smallRun(device)];
    await reportsOf(often);
    const reports = await reportsOf(seldom);
    expect(reports[reports.length - 1].step).toBe(9);
    expect(await numbersOf(seldom)).toEqual(await numbersOf(often));
  });

  test('knows its parameters and bytes before it begins', async () => {
    const { parameters, bytes } = await smallRun(await cpu.open());
    // 8 inputs, 8 hidden units, 3 logits or 1 value, with biases.
    expect(parameters).toBe(8 * 8 + 8 + 8 * 3 + 3 + (8 * 8 + 8 + 8 + 1));
    expect(bytes.arena).toBeGreaterThan(0);
    expect(bytes.variables).toBeGreaterThan(4 * 3 * parameters);
  });
});

onEach(trainingDevices, (open) => {
  test('the numbers do not depend on the interval of reports', async () => {
    const device = await open();
    const [whole, one] = [await smallRun(device, { reportEvery: 9 }), await smallRun(device, { reportEvery: 2 })];
    await reportsOf(whole);
    await reportsOf(one);
    expect(await numbersOf(one)).toEqual(await numbersOf(whole));
  });

  test('two runs in turns on one device give what each gives alone, and other seeds other numbers', async () => {
    const device = await open();
    const alone = await smallRun(device, { reportEvery: 3 });
    await reportsOf(alone);
    const [a, b] = [await smallRun(device, { reportEvery: 1 }), await smallRun(device, { reportEvery: 2, seed: 6 })];
    const [first, second] = [a[Symbol.asyncIterator](), b[Symbol.asyncIterator]()];
    for (let done = 0; done < 2; ) {
      done = 0;
      for (const iterator of [first, second]) if ((await iterator.next()).done) done++;
    }
    const numbers = await numbersOf(alone);
    expect(await numbersOf(a)).toEqual(numbers);
    expect((await numbersOf(b))['policy/parameters']).not.toEqual(numbers['policy/parameters']);
  });
});

onEach(testDevices, (open) => {
  test('a batch of one trajectory, of an environment in TypeScript alone, trains', async () => {
    const objective = entPpo({ valueChunks: 1 });
    const trainer = await smallRun(await open(), {
      problem: pairsProblem(),
      objective,
      batch: 1,
      steps: 2,
      reportEvery: 2,
    });
    const before = await numbersOf(trainer);
    const [{ diagnostics, trajectories }] = await reportsOf(trainer);
    expect(trajectories).toBe(2);
    expect(Object.values(diagnostics).every(Number.isFinite)).toBe(true);
    const after = await numbersOf(trainer);
    for (const name of ['policy/parameters', 'value/parameters']) expect(after[name]).not.toEqual(before[name]);
    expect(after['rollout/key']).toEqual([5, 3, 2, 0]);
  });

  test('debugging names the operation that makes a number that is not finite', async () => {
    const balance = trajectoryBalance();
    const objective: Objective = {
      ...balance,
      learner(context) {
        const learner = balance.learner(context) as OffPolicyLearner;
        return {
          ...learner,
          update(trajectories: OffPolicyTrajectories) {
            const nothing = multiply(trajectories.logBackward, 0);
            return { ...learner.update(trajectories), broken: sum(divide(1, nothing)) };
          },
        };
      },
    };
    const trainer = await smallRun(await open(), { problem: pairsProblem(), objective, debug: true, batch: 16 });
    await expect(reportsOf(trainer)).rejects.toThrow(/^iteration 1: elementwise \(.*divide.*\) .* made/);
    const sound = await smallRun(await open(), { debug: true, steps: 1 });
    expect((await reportsOf(sound)).map(({ step }) => step)).toEqual([1]);
  });
});

describe('a run', () => {
  /** Whether a promise settles while other work of the thread gets its turns. */
  async function settles(promise: Promise<unknown>): Promise<boolean> {
    let settled = false;
    promise.then(() => {
      settled = true;
    });
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
    return settled;
  }

  test('pauses, runs an iteration while paused, resumes and stops', async () => {
    const trainer = await smallRun(await cpu.open(), { reportEvery: 2, steps: 1000 });
    const reports = trainer[Symbol.asyncIterator]();
    expect((await reports.next()).value).toMatchObject({ step: 2 });

    trainer.pause();
    const held = reports.next();
    expect(await settles(held)).toBe(false);
    expect(await trainer.step(1)).toMatchObject({ step: 3, trajectories: 12 });
    expect(await settles(held)).toBe(false);
    trainer.resume();
    expect((await held).value).toMatchObject({ step: 5 });

    trainer.stop();
    expect(await reports.next()).toEqual({ done: true, value: undefined });
    expect((await trainer.snapshot()).step).toBe(5);
  });

  test('trains the same in steps as by being iterated, evaluations included', async () => {
    const device = await cpu.open();
    const [stepped, whole] = [
      await smallRun(device, { evaluateEvery: 4 }),
      await smallRun(device, { evaluateEvery: 4 }),
    ];
    expect(await stepped.step(5)).toMatchObject({ step: 5 });
    expect((await stepped.step(4)).metrics).toHaveProperty('totalVariation');
    await reportsOf(whole);
    expect(await stepped.snapshot()).toEqual(await whole.snapshot());
    await expect(stepped.step(1)).rejects.toThrow('1 more iterations cannot be run after 9 of 9');
    for (const count of [0, -1, 1.5]) await expect(whole.step(count)).rejects.toThrow(RangeError);
  });

  test('that is paused can be stopped', async () => {
    const trainer = await smallRun(await cpu.open());
    trainer.pause();
    const reports = trainer[Symbol.asyncIterator]();
    const held = reports.next();
    expect(await settles(held)).toBe(false);
    trainer.stop();
    expect(await held).toEqual({ done: true, value: undefined });
  });

  test('whose reader leaves early continues from there for the next', async () => {
    const device = await cpu.open();
    const [trainer, whole] = [await smallRun(device, { reportEvery: 1 }), await smallRun(device)];
    for await (const { step } of trainer) if (step === 4) break;
    expect((await reportsOf(trainer)).map(({ step }) => step)).toEqual([5, 6, 7, 8, 9]);
    await reportsOf(whole);
    expect(await numbersOf(trainer)).toEqual(await numbersOf(whole));
  });

  test.each<[string, Partial<TrainingOptions>, string]>([
    ['no steps', { steps: 0 }, 'train: steps must be an integer from 1 to 2147483647, not 0'],
    ['half a step', { steps: 1.5 }, 'train: steps must be an integer from 1 to 2147483647, not 1.5'],
    ['an empty batch', { batch: 0 }, 'train: batch must be an integer from 1 to 2147483647, not 0'],
    ['a negative batch', { batch: -3 }, 'train: batch must be an integer from 1 to 2147483647, not -3'],
    [
      'a batch that is no number',
      { batch: Number.NaN },
      'train: batch must be an integer from 1 to 2147483647, not NaN',
    ],
    ['a negative seed', { seed: -1 }, 'train: seed must be an integer from 0 to 4294967295, not -1'],
    ['a seed of 33 bits', { seed: 2 ** 32 }, 'train: seed must be an integer from 0 to 4294967295, not 4294967296'],
    [
      'negative evaluations',
      { evaluateEvery: -1 },
      'train: evaluateEvery must be an integer from 1 to 2147483647, not -1',
    ],
    ['no reports', { reportEvery: 0 }, 'train: reportEvery must be an integer from 1 to 2147483647, not 0'],
    [
      'an empty layer',
      { network: { hidden: [0] } },
      'train: network.hidden must be a list of 1 to 32 integers from 1 to 16384, not [0]',
    ],
    ['one width for a list', { network: { hidden: 64 as unknown as number[] } }, 'network.hidden must be a list of'],
    ['a rate that float32 has as 0', { optimizer: { weightDecay: 1e-50 } }, 'float32 rounds 1e-50 to 0'],
    ['a decay of 1', { optimizer: { beta1: 1 } }, 'optimizer.beta1 must be a number of at least 0 and below 1, not 1'],
    ['weight decay NaN', { optimizer: { weightDecay: Number.NaN } }, 'optimizer.weightDecay must be'],
    ['an unknown option', { batchSize: 4 } as object, 'train: unknown option batchSize. Did you mean batch?'],
    ['too many chunks', { objective: entPpo({ valueChunks: 5 }) }, '5 value chunks cannot be made of 4 trajectories'],
    ['a snapshot behind its end', { from: smallState(10, 5) }, '10 iterations behind it, more than the requested 9'],
  ])('with %s is refused', async (_, options, message) => {
    await expect(smallRun(await cpu.open(), options)).rejects.toThrow(message);
  });
});
