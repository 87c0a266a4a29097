import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import type { AnyProblem } from '../../src/environment/environment.ts';
import { scaleByLearningRate } from '../../src/nn/index.ts';
import { entPpo, trajectoryBalance } from '../../src/objective/index.ts';
import { areFinite } from '../../src/train/finite.ts';
import { NotFiniteError, type Trainer } from '../../src/train/index.ts';
import { pairsProblem } from '../rollout/problems.ts';
import { onEach, trainingDevices } from '../setup/devices.ts';
import { failing, numbersOf, reportsOf, smallRun } from './runs.ts';

/** The error that training ends with. */
async function failureOf(trainer: Trainer): Promise<unknown> {
  return reportsOf(trainer).then(
    () => undefined,
    (error: unknown) => error,
  );
}

onEach(trainingDevices, (open) => {
  test.each(['figure', 'parameters'] as const)(
    'numbers of the %s that are not finite end training with iteration and operation, and the run is as it was before',
    async (what) => {
      const device = await open();
      const objective = failing(23, what);
      const trainer = await smallRun(device, { objective, steps: 40, reportEvery: 17 });
      const error = await failureOf(trainer);
      expect(error).toBeInstanceOf(NotFiniteError);
      expect(error).toMatchObject({
        iteration: 23,
        problem: expect.stringMatching(/^elementwise \(.*divide.*\) .* made/),
      });
      expect((error as Error).message).toMatch(/^iteration 23: .*\. After iteration 22 all numbers were finite still/);

      const before = await smallRun(device, { objective, steps: 22 });
      await reportsOf(before);
      expect(trainer.lastSnapshot().step).toBe(22);
      expect(await trainer.snapshot()).toMatchObject({ step: 22 });
      expect(await numbersOf(trainer)).toEqual(await numbersOf(before));
    },
  );
});

describe('training that fails', () => {
  const [{ open }] = trainingDevices;

  test('in its last iteration is found by a snapshot, though no figure shows it', async () => {
    const trainer = await smallRun(await open(), { objective: failing(9, 'parameters'), reportEvery: 9 });
    await reportsOf(trainer);
    await expect(trainer.snapshot()).rejects.toThrow(/^iteration 9: elementwise \(.*divide/);
    expect(trainer.lastSnapshot().step).toBe(8);
    // It is sound again.
    expect((await trainer.snapshot()).step).toBe(8);
  });

  test('is found before an evaluation that is due', async () => {
    const trainer = await smallRun(await open(), { objective: failing(9, 'parameters'), evaluateEvery: 9 });
    expect(await failureOf(trainer)).toMatchObject({ iteration: 9 });
    expect(trainer.lastSnapshot().metrics).toHaveProperty('totalVariation');
  });

  test('in its first iteration goes back to the start', async () => {
    const trainer = await smallRun(await open(), { objective: failing(1, 'figure') });
    const start = await numbersOf(trainer);
    expect(await failureOf(trainer)).toMatchObject({ iteration: 1 });
    expect(trainer.lastSnapshot().step).toBe(0);
    expect(await numbersOf(trainer)).toEqual(start);
  });

  test('goes back with replay buffer and best objects too', async () => {
    const device = await open();
    const options = { replay: { kind: 'prioritised', capacity: 6, every: 2 }, keepBest: 5, recentSamples: 8 } as const;
    // Every second iteration makes two updates: the ninth makes the 13th.
    const objective = failing(13, 'figure');
    const trainer = await smallRun(device, { objective, steps: 20, reportEvery: 20, ...options });
    expect(await failureOf(trainer)).toMatchObject({ iteration: 9 });
    const before = await smallRun(device, { objective, steps: 8, ...options });
    await reportsOf(before);
    expect(await numbersOf(trainer)).toEqual(await numbersOf(before));
  });

  test('by a learning rate far too large names the operation that failed', async () => {
    const objective = entPpo({ policyUpdates: 1, valueEpochs: 1 });
    const optimizer = () => scaleByLearningRate(1e30);
    const error = await failureOf(await smallRun(await open(), { objective, optimizer }));
    expect(error).toBeInstanceOf(NotFiniteError);
    expect((error as NotFiniteError).problem).toMatch(/ -> .* made .*(Infinity|NaN)/);
  });

  test('runs its iterations since the last sound state at most once more, and one', async () => {
    const device = await open();
    const trainer = await smallRun(device, { objective: failing(50, 'figure'), steps: 64, reportEvery: 64 });
    const { iteration } = trainer;
    let again = 0;
    const run = iteration.run;
    Object.assign(iteration, {
      run(times: number) {
        again += times;
        return run(times);
      },
    });
    expect(await failureOf(trainer)).toMatchObject({ iteration: 50 });
    expect(again - 64).toBeLessThan(64);
  });

  test('of another kind leaves the state after the last finished iteration', async () => {
    const device = await open();
    const problem = pairsProblem();
    let rewards = 0;
    const failsAfter = (asked: number): AnyProblem => ({
      environment: problem.environment,
      reward: {
        name: 'docking',
        prepare: async () => async (objects) => {
          const count = objects.length / problem.environment.stateSize;
          rewards += count;
          if (rewards > asked) throw new Error('The docking program has gone away.');
          return { logRewards: new Float64Array(count) };
        },
      },
    });
    const options = { objective: trajectoryBalance({ learningRate: 0.01 }), keepBest: 3, reportEvery: 9 };
    const trainer = await smallRun(device, { ...options, problem: failsAfter(22) });
    await expect(reportsOf(trainer)).rejects.toThrow('The docking program has gone away.');
    // Of four rewards each.
    expect(trainer.lastSnapshot().step).toBe(5);
    const whole = await smallRun(device, { ...options, problem: failsAfter(1000), steps: 5 });
    await reportsOf(whole);
    expect(await numbersOf(trainer)).toEqual(await numbersOf(whole));
  });

  test('of its device still has the last kept state', async () => {
    const opened = await open();
    let lost = false;
    const refuse = () => {
      if (lost) throw new Error('The device was lost.');
    };
    const device: Device = {
      ...opened,
      async finish() {
        refuse();
        await opened.finish();
      },
      async read(variable) {
        refuse();
        return opened.read(variable);
      },
      write(variable, data) {
        refuse();
        opened.write(variable, data);
      },
    };
    const trainer = await smallRun(device, { evaluateEvery: 3, reportEvery: 2 });
    const lose = async () => {
      for await (const { step } of trainer) lost = step > 4;
    };
    await expect(lose()).rejects.toThrow('The device was lost.');
    const kept = trainer.lastSnapshot();
    expect(kept.step).toBe(3);
    const again = await smallRun(opened, { from: kept });
    const whole = await smallRun(opened);
    await Promise.all([reportsOf(again), reportsOf(whole)]);
    expect(await numbersOf(again)).toEqual(await numbersOf(whole));
  });
});

test('a snapshot with a number that is not finite is refused', async () => {
  const device = await trainingDevices[0].open();
  const state = await (await smallRun(device)).snapshot();
  state.networks.policy.parameters[3] = Number.NaN;
  await expect(smallRun(device, { from: state })).rejects.toThrow(
    'its array policy/parameters holds numbers that are not finite.',
  );
});

test('a single number that is not finite is found wherever it is', () => {
  const numbers = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 50 });
  const broken = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
  fc.assert(
    fc.property(numbers, numbers, broken, (before, after, number) => {
      expect(areFinite(Float32Array.of(...before, ...after))).toBe(true);
      expect(areFinite(Float32Array.of(...before, number, ...after))).toBe(false);
    }),
  );
});
