import { describe, expect, test } from 'vitest';
import { makeRunConfig } from '../../src/cli/make-run-config.ts';
import type { Device } from '../../src/device/device.ts';
import { trajectoryBalance } from '../../src/objective/index.ts';
import { complete, defaultsOf } from '../../src/options/index.ts';
import { catalogue } from '../../src/run/catalogue.ts';
import { parseRunConfig } from '../../src/run/run-config.ts';
import {
  createTrainer,
  decodeCheckpoint,
  encodeCheckpoint,
  type ReplayOptions,
  type Snapshot,
  trainingOptions,
} from '../../src/train/index.ts';
import { gridProblem, pairsProblem } from '../rollout/problems.ts';
import { onEach, trainingDevices } from '../setup/devices.ts';
import { objectiveNamed, objectiveNames } from '../setup/objectives.ts';
import { numbersOf, reportsOf, smallRun } from '../train/runs.ts';

const cpu = trainingDevices[0];
const objective = trajectoryBalance({ learningRate: 0.01 });
const kinds = ['fifo', 'prioritised', 'residual'] as const;

/** The same snapshot by way of a checkpoint's bytes. */
function throughFile(state: Snapshot): Snapshot {
  const rest = { version: '0', config: {}, trajectories: 0, metrics: {} };
  return decodeCheckpoint(encodeCheckpoint({ ...rest, state })).state;
}

describe('training without replay', () => {
  test('reads no objects from the device', async () => {
    const opened = await cpu.open();
    let reads = 0;
    const device: Device = {
      ...opened,
      read(variable) {
        // Of the trainer's own look at the whole run, from time to time, the objects are no part.
        if (variable.name === 'rollout/state') reads++;
        return opened.read(variable);
      },
    };
    await reportsOf(await smallRun(device, { objective }));
    expect(reads).toBe(0);
    await reportsOf(await smallRun(device, { objective, replay: { kind: 'fifo', capacity: 5, every: 2 } }));
    expect(reads).toBe(9);
  });

  test('equals training with a replay that never begins, bit for bit', async () => {
    const device = await cpu.open();
    const without = await smallRun(device, { objective });
    await reportsOf(without);
    const replay = { kind: 'fifo', capacity: 5, every: 1, start: 9 } as const;
    const never = await smallRun(device, { objective, replay });
    const reports = await reportsOf(never);
    expect(await numbersOf(never)).toMatchObject(await numbersOf(without));
    expect(reports[reports.length - 1].diagnostics).not.toHaveProperty('replayedLoss');
    const always = await smallRun(device, { objective, replay: { ...replay, start: 8 } });
    const [last] = (await reportsOf(always)).slice(-1);
    expect(last.diagnostics).toMatchObject({ loss: expect.any(Number), replayedLoss: expect.any(Number) });
    expect((await numbersOf(always))['policy/parameters']).not.toEqual((await numbersOf(never))['policy/parameters']);
  });
});

describe.each(kinds)('a run with %s replay', (kind) => {
  const replay: ReplayOptions = { kind, capacity: 7, every: 2, start: 1 };

  test('updates at its interval of iterations, from the start', async () => {
    const device = await cpu.open();
    const updates = async (every: number, start: number) => {
      const trainer = await smallRun(device, { objective, replay: { kind, capacity: 7, every, start } });
      await reportsOf(trainer);
      return (await numbersOf(trainer))['policy/optimizer/updates'];
    };
    // Nine iterations with an update each.
    expect(await updates(1, 0)).toEqual([18]);
    expect(await updates(2, 0)).toEqual([13]);
    expect(await updates(3, 3)).toEqual([11]);
    expect(await updates(10, 0)).toEqual([9]);
  });

  test('goes on from a snapshot bit for bit, before replay began, in the middle and at the beginning', async () => {
    const device = await cpu.open();
    const whole = await smallRun(device, { objective, replay, reportEvery: 9 });
    await reportsOf(whole);
    const expected = await numbersOf(whole);
    for (const stop of [0, 1, 4, 5]) {
      const first = await smallRun(device, { objective, replay, reportEvery: 1 });
      if (stop > 0) for await (const { step } of first) if (step === stop) break;
      const snapshot = throughFile(await first.snapshot());
      // The snapshot is a copy: what its run does afterwards leaves it alone.
      await reportsOf(first);
      const second = await smallRun(device, { objective, replay, from: snapshot });
      await reportsOf(second);
      expect(await numbersOf(second)).toEqual(expected);
    }
  });

  test('keeps objects alone, no padding, of an environment in TypeScript too', async () => {
    const device = await cpu.open();
    const problem = pairsProblem();
    const { environment, reward } = problem;
    const trainer = await smallRun(device, { objective, problem, replay: { ...replay, capacity: 50 } });
    await reportsOf(trainer);
    const { 'replay/states': numbers, 'replay/log-rewards': logRewards } = await numbersOf(trainer);
    const states = Array.from({ length: logRewards.length }, (_, n) =>
      Int32Array.from(numbers.slice(n * environment.stateSize, (n + 1) * environment.stateSize)),
    );
    expect(logRewards.length).toBe(kind === 'prioritised' ? new Set(states.map(String)).size : 36);
    expect(numbers.length).toBe(logRewards.length * environment.stateSize);
    for (const [n, state] of states.entries()) {
      expect(environment.isTerminal(state)).toBe(true);
      expect(logRewards[n]).toBe(Math.fround(reward.logReward(state)));
    }
  });

  test('is the same run if every number is checked', async () => {
    const device = await cpu.open();
    const plain = await smallRun(device, { objective, replay });
    await reportsOf(plain);
    const checked = await smallRun(device, { objective, replay, debug: true });
    await reportsOf(checked);
    expect(await numbersOf(checked)).toEqual(await numbersOf(plain));
    expect(checked.bytes.arena).toBeGreaterThan((await smallRun(device, { objective })).bytes.arena);
  });
});

test('a run that replays transitions by residual goes on from a snapshot bit for bit', async () => {
  const device = await cpu.open();
  const replay = { kind: 'residual', unit: 'transitions', capacity: 30, every: 1, exponent: 0.5 } as const;
  const options = { objective: objectiveNamed('db'), replay };
  const whole = await smallRun(device, { ...options, reportEvery: 9 });
  await reportsOf(whole);
  const first = await smallRun(device, { ...options, reportEvery: 1 });
  for await (const { step } of first) if (step === 4) break;
  const second = await smallRun(device, { ...options, from: throughFile(await first.snapshot()) });
  await reportsOf(second);
  expect(await numbersOf(second)).toEqual(await numbersOf(whole));
  const without = smallRun(device, { ...options, replay: { ...replay, kind: 'fifo' }, from: await first.snapshot() });
  await expect(without).rejects.toThrow("sizes of residuals, and this run's is fifo");
});

onEach([trainingDevices[1]], (open) => {
  test('a run with replay goes on from a snapshot bit for bit', async () => {
    const device = await open();
    const options = { objective, replay: { kind: 'prioritised', capacity: 7, every: 1 }, steps: 3 } as const;
    const whole = await smallRun(device, { ...options, reportEvery: 3 });
    await reportsOf(whole);
    const first = await smallRun(device, { ...options, reportEvery: 1 });
    for await (const { step } of first) if (step === 2) break;
    const second = await smallRun(device, { ...options, from: await first.snapshot() });
    await reportsOf(second);
    expect(await numbersOf(second)).toEqual(await numbersOf(whole));
    expect((await numbersOf(second))['policy/optimizer/updates']).toEqual([6]);
  });
});

describe('incompatible options', () => {
  const replay: ReplayOptions = { kind: 'fifo', capacity: 5, every: 1 };
  const onPolicy = objectiveNames.filter((name) => {
    const context = { ...gridProblem(2, 4), batch: 4, seed: 0, network: { hidden: [2] } };
    return !objectiveNamed(name).learner(context).offPolicy;
  });

  test.each(onPolicy)('%s refuses replay, since it would bias its gradient', async (name) => {
    const run = smallRun(await cpu.open(), { objective: objectiveNamed(name), replay });
    await expect(run).rejects.toThrow(
      `${name} learns only from its own policy's trajectories: replay would bias its gradient.`,
    );
  });

  test('those objectives are exactly the policy gradients', () => {
    expect(onPolicy).toEqual(
      expect.arrayContaining([
        'ent-ppo',
        'ent-trpo',
        'gae',
        'gae-subeb',
        'value-baseline',
        'reward-to-go',
        'total-return',
      ]),
    );
  });

  test.each([
    [{ capacity: 0 }, 'train: replay.capacity must be an integer from 1 to 1048576, not 0'],
    [{ every: 0 }, 'train: replay.every must be an integer from 1 to 2147483647, not 0'],
    [{ start: -1 }, 'train: replay.start must be an integer from 0 to 2147483647, not -1'],
  ])('replay with %j is refused', async (changes, reason) => {
    await expect(smallRun(await cpu.open(), { objective, replay: { ...replay, ...changes } })).rejects.toThrow(reason);
  });

  test('a snapshot is refused by a run with another buffer, by one without, and where it has none itself', async () => {
    const device = await cpu.open();
    const trainer = await smallRun(device, { objective, replay, steps: 4 });
    await reportsOf(trainer);
    const from = await trainer.snapshot();
    await expect(smallRun(device, { objective, from, replay: { ...replay, capacity: 4 } })).rejects.toThrow(
      "its replay buffer has 5 objects of 3 numbers, but this run's holds at most 4 of 3",
    );
    await expect(smallRun(device, { objective, from, steps: 5 })).rejects.toThrow('replay');
    const without = await smallRun(device, { objective, steps: 4 });
    await reportsOf(without);
    const bare = await without.snapshot();
    await expect(smallRun(device, { objective, from: bare, replay })).rejects.toThrow('replay');
  });
});

describe('the settings of a run', () => {
  test('leave replay out unless it is asked for', () => {
    expect(defaultsOf(trainingOptions)).not.toHaveProperty('replay');
    expect(complete('run', trainingOptions, { replay: { capacity: 5, every: 3 } }).replay).toEqual({
      ...{ kind: 'fifo', unit: 'objects', capacity: 5, every: 3, start: 0, exponent: 1 },
    });
  });

  test('can be given on the command line, and are read back from its configuration', () => {
    const made = (objective: string, ...given: [string, string | boolean][]) =>
      makeRunConfig({ problem: 'hypergrid', objective, given: new Map(given) });
    const config = made('tb', ['replay-kind', 'prioritised'], ['replay-every', '4']);
    expect(config.trainingOptions.replay).toEqual({
      ...{ kind: 'prioritised', unit: 'objects', capacity: 1000, every: 4, start: 0, exponent: 1 },
    });
    expect(parseRunConfig(catalogue, JSON.parse(JSON.stringify(config)))).toEqual(config);
    expect(made('tb', ['replay', true]).trainingOptions.replay).toMatchObject({ kind: 'fifo', capacity: 1000 });
    expect(made('tb', ['replay-every', '4'], ['replay', true]).trainingOptions.replay).toMatchObject({ every: 4 });
    expect(made('tb', ['replay', false]).trainingOptions).not.toHaveProperty('replay');
    expect(() => made('tb', ['replay-kind', 'lifo'])).toThrow(
      '--replay-kind must be one of fifo, prioritised, residual, offline, not "lifo" (did you mean fifo?).',
    );
    expect(() => made('ent-ppo', ['replay', true])).toThrow(/ent-ppo learns only from its own .*: --replay would bias/);
    const altered = { ...config, trainingOptions: { ...config.trainingOptions, replay: { kind: 'lifo' } } };
    expect(() => parseRunConfig(catalogue, altered)).toThrow('run: trainingOptions.replay.kind must be one of fifo');
  });
});

describe('on an easy hypergrid of 8 x 8, as training without replay does,', () => {
  const objectives = ['tb', 'db', 'subtb', 'vargrad', 'fm'];
  const runs = objectives.flatMap((name) => {
    return ([undefined, 'fifo', 'prioritised'] as const).map((kind) => [name, kind] as const);
  });

  test.each([...runs, ['db', 'residual'] as const])('%s with replay %s learns the distribution', async (name, kind) => {
    const trainer = await createTrainer({
      device: await cpu.open(),
      problem: gridProblem(2, 8),
      objective: objectiveNamed(name, { learningRate: 0.01 }),
      network: { hidden: [32, 32] },
      steps: 600,
      batch: 16,
      seed: 1,
      learningRate: { end: 0.1 },
      // Without it, what a policy samples decides which of the four modes it ever sees.
      exploration: { start: 0.5, end: 0, iterations: 400, temperature: 1 },
      ...(kind ? { replay: { kind, capacity: kind === 'prioritised' ? 40 : 200, every: 1 } } : {}),
      reportEvery: 600,
      evaluateEvery: 600,
    });
    const reports = await reportsOf(trainer);
    const { totalVariation = 1 } = reports[reports.length - 1].metrics ?? {};
    expect(reports[0].metrics?.totalVariation).toBeGreaterThan(0.7);
    // They ended at 0.005 to 0.04 with replay, and at 0.02 to 0.07 without.
    expect(totalVariation).toBeLessThan(0.1);
  });
});
