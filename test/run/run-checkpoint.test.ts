import { afterAll, describe, expect, test } from 'vitest';
import { openNodeCpuDevice } from '../../src/node/cpu.ts';
import { catalogue } from '../../src/run/catalogue.ts';
import { createRunTrainer } from '../../src/run/run.ts';
import { decodeRun, encodeRun, withSteps } from '../../src/run/run-checkpoint.ts';
import type { RunConfig } from '../../src/run/run-config.ts';
import { encodeSafetensors, type Trainer } from '../../src/train/index.ts';
import { gridProblem } from '../rollout/problems.ts';

const config: RunConfig = {
  environment: 'hypergrid',
  environmentOptions: { dim: 2, side: 4, reward: 'easy' },
  objective: 'tb',
  objectiveOptions: {},
  trainingOptions: { replay: 'fifo', explorationStart: 0.5, keepBest: 3, recentSamples: 20, averageDecay: 0.5 },
  device: 'cpu',
  seed: 3,
  steps: 9,
  batch: 4,
  evaluateEvery: 4,
};
const version = '1.2.3';

const device = await openNodeCpuDevice({ threads: 1 });
afterAll(() => device.destroy());

async function trained(of: RunConfig, until: number, saved?: Uint8Array): Promise<Uint8Array> {
  const from = saved && decodeRun(catalogue, saved).snapshot;
  const trainer: Trainer = await createRunTrainer(device, of, gridProblem(2, 4), from);
  trainer.pause();
  for (let step = from?.step ?? 0; step < until; step++) trainer.stepOnce();
  for await (const { step } of trainer) if (step === until) break;
  return encodeRun({ config: of, snapshot: await trainer.snapshot(), version });
}

describe('a run as the bytes of a checkpoint file', () => {
  test('gives back configuration, iterations, figures of the last evaluation and arrays', async () => {
    const saved = decodeRun(catalogue, await trained(config, 6));
    expect(saved).toMatchObject({ version, config, snapshot: { step: 6 } });
    expect(saved.snapshot.metrics).toHaveProperty('totalVariation');
    expect(saved.snapshot.arrays.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'policy/parameters',
        'rollout/key',
        'replay/states',
        'best-objects/states',
        'recent-samples/objects',
      ]),
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
    const snapshot = { step: 0, arrays: [] };
    const plain = encodeRun({ config, snapshot, version });
    expect(encodeRun({ config: { ...config, data: '/some/folder', checkpointEvery: 7 }, snapshot, version })).toEqual(
      plain,
    );
    expect(encodeRun({ config: { ...config, seed: 4 }, snapshot, version })).not.toEqual(plain);
  });

  test('with iterations that its configuration has not are refused', () => {
    const bytes = encodeRun({ config, snapshot: { step: 10, arrays: [] }, version });
    expect(() => decodeRun(catalogue, bytes)).toThrow('its 10 iterations and 40 trajectories are none of a run of 9');
  });

  test('with a random counter of other iterations are refused', () => {
    const key = { name: 'rollout/key', dtype: 'I32', shape: [4], data: Int32Array.of(3, 3, 5, 0) } as const;
    const bytes = encodeRun({ config, snapshot: { step: 6, arrays: [key] }, version });
    expect(() => decodeRun(catalogue, bytes)).toThrow(
      'its random counter rollout/key stands at 5 iterations, not at 6',
    );
  });

  test('with a configuration that is not known are refused', () => {
    const bytes = encodeRun({ config: { ...config, objective: 'tc' }, snapshot: { step: 1, arrays: [] }, version });
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
    const falling = { ...config, trainingOptions: { ...config.trainingOptions, learningRateEnd: 0.1 } };
    const short = { ...falling, steps: 5 };
    const long = withSteps(short, 9);
    expect(long.trainingOptions).toEqual({ ...falling.trainingOptions, learningRateSteps: 5 });
    expect(withSteps(long, 20).trainingOptions.learningRateSteps).toBe(5);
    expect(await trained(long, 9, await trained(short, 5))).toEqual(await trained(long, 9));
    const fallen = { ...falling, steps: 9 };
    expect(withSteps(fallen, 9)).toEqual(fallen);
  });
});
