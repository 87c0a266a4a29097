import { afterAll, describe, expect, test } from 'vitest';
import { arraysOf } from '../../src/checkpoint/run-state.ts';
import { openNodeCpuDevice } from '../../src/node/cpu.ts';
import { catalogue } from '../../src/run/catalogue.ts';
import { createConfiguredRun } from '../../src/run/run.ts';
import { decodeRun, encodeRun, withSteps } from '../../src/run/run-checkpoint.ts';
import { completeConfig, type RunConfig } from '../../src/run/run-config.ts';
import { decodeCheckpoint, encodeCheckpoint, encodeSafetensors } from '../../src/train/index.ts';
import { flowtapeVersion } from '../../src/version.ts';
import { gridProblem } from '../rollout/problems.ts';
import { smallState } from '../setup/states.ts';

const config: RunConfig = completeConfig(
  catalogue,
  { problem: 'hypergrid', problemOptions: { side: 4 }, objective: 'tb' },
  {
    trainingOptions: {
      replay: {},
      exploration: { start: 0.5 },
      keepBest: 3,
      recentSamples: 20,
      optimizer: { averageDecay: 0.5 },
      network: { hidden: [8] },
    },
    ...{ device: 'cpu', seed: 3, steps: 9, batch: 4, evaluateEvery: 4 },
  },
);

const device = await openNodeCpuDevice({ threads: 1 });
afterAll(() => device.destroy());

async function trained(of: RunConfig, until: number, saved?: Uint8Array): Promise<Uint8Array> {
  const from = saved && decodeRun(catalogue, saved).snapshot;
  const run = await createConfiguredRun(device, of, gridProblem(2, 4), { from });
  await run.step(until - run.iteration);
  const bytes = await run.save();
  await run.close();
  return bytes;
}

describe('a run as the bytes of a checkpoint file', () => {
  test('gives back configuration, iterations, figures of the last evaluation and arrays', async () => {
    const saved = decodeRun(catalogue, await trained(config, 6));
    expect(saved).toMatchObject({ version: flowtapeVersion, config, snapshot: { step: 6 } });
    expect(saved.snapshot.metrics).toHaveProperty('totalVariation');
    expect(arraysOf(saved.snapshot).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['policy/parameters', 'rollout/key', 'replay/states', 'best/states', 'recent/states']),
    );
  });

  test('are the same whether it ran through, or went on from such bytes, once or many times', async () => {
    const whole = await trained(config, 9);
    let saved = await trained(config, 5);
    expect(await trained(config, 9, saved)).toEqual(whole);
    for (const step of [6, 8, 9]) saved = await trained(config, step, saved);
    expect(saved).toEqual(whole);
  });

  test('do not depend on where its data is or how often it is saved', async () => {
    const snapshot = smallState(0, config.seed);
    const plain = encodeRun({ config, snapshot });
    expect(encodeRun({ config: { ...config, data: '/some/folder', checkpointEvery: 7 }, snapshot })).toEqual(plain);
    expect(encodeRun({ config: { ...config, seed: 4 }, snapshot })).not.toEqual(plain);
  });

  test('with iterations beyond its configuration are refused', () => {
    const bytes = encodeRun({ config, snapshot: smallState(10, config.seed) });
    expect(() => decodeRun(catalogue, bytes)).toThrow('its 10 iterations and 40 trajectories do not fit a run of 9');
  });

  test('with a random counter of other iterations are refused', () => {
    const bytes = encodeRun({ config, snapshot: { ...smallState(5, config.seed), step: 6 } });
    expect(() => decodeRun(catalogue, bytes)).toThrow(
      'its random counter rollout/key stands at 5 iterations, not at 6',
    );
  });

  test('with random numbers of another seed are refused', () => {
    const bytes = encodeRun({ config, snapshot: smallState(5, config.seed + 1) });
    expect(() => decodeRun(catalogue, bytes)).toThrow('those of seed 4, but its configuration has seed 3');
  });

  test('of a later version, or of none, are refused', () => {
    const { trajectories, metrics, state } = decodeCheckpoint(
      encodeRun({ config, snapshot: smallState(5, config.seed) }),
    );
    const written = (version: string) =>
      encodeCheckpoint({ version, config: { ...config }, trajectories, metrics, state });
    expect(decodeRun(catalogue, written('0.0.9')).snapshot.step).toBe(5);
    expect(() => decodeRun(catalogue, written('99.0.0'))).toThrow('written by flowtape 99.0.0, which is later');
    expect(() => decodeRun(catalogue, written('soon'))).toThrow('version "soon", which is not a version');
  });

  test('with an unknown configuration are refused', () => {
    const bytes = encodeRun({ config: { ...config, objective: 'tc' }, snapshot: smallState(1, config.seed) });
    expect(() => decodeRun(catalogue, bytes)).toThrow('There is no objective "tc"');
    expect(() => decodeRun(catalogue, encodeSafetensors([]))).toThrow('of another program');
  });
});

describe('a run that goes on to more iterations', () => {
  test('ends with the bytes of one that was asked for all of them', async () => {
    const short = { ...config, steps: 5 };
    const long = withSteps(short, 9);
    expect(long).toEqual({ ...config, steps: 9 });
    expect(await trained(long, 9, await trained(short, 5))).toEqual(await trained(config, 9));
  });

  test('keeps the learning rates that it had, and the last of them from there on', async () => {
    const falling = { ...config, trainingOptions: { ...config.trainingOptions, learningRate: { end: 0.1 } } };
    const short = { ...falling, steps: 5 };
    const long = withSteps(short, 9);
    expect(long.trainingOptions).toEqual({ ...falling.trainingOptions, learningRate: { end: 0.1, steps: 5 } });
    expect(withSteps(long, 20).trainingOptions.learningRate.steps).toBe(5);
    expect(await trained(long, 9, await trained(short, 5))).toEqual(await trained(long, 9));
    const fallen = { ...falling, steps: 9 };
    expect(withSteps(fallen, 9)).toEqual(fallen);
  });
});
