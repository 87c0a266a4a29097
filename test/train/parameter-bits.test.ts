import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { crc32 } from '../../src/checkpoint/crc32.ts';
import { arraysOf } from '../../src/checkpoint/run-state.ts';
import type { TrainingOptions } from '../../src/train/index.ts';
import { openTestCpuDevice } from '../setup/cpu.ts';
import { objectiveNamed, objectiveNames, priorOf } from '../setup/objectives.ts';
import { reportsOf, smallRun } from './runs.ts';

// Checksums of all trained parameters after three iterations on the cpu device. Sums there have one order whatever the
// number of threads, so a run's bits change only where its arithmetic does. Where that is meant, run this file with
// FLOWTAPE_BITS=write and look at what changed in parameter-bits.json.
const file = new URL('./parameter-bits.json', import.meta.url);

const clipped = { weightDecay: 0.01, clipParameterNorm: 0.3, halfLife: 2, averageDecay: 0.9 };

const cases: Readonly<Record<string, Partial<TrainingOptions>>> = {
  ...Object.fromEntries(objectiveNames.map((name) => [name, { objective: objectiveNamed(name), ...priorOf(name) }])),
  'ent-ppo, tlm': { objective: objectiveNamed('ent-ppo', { backwardPolicy: 'tlm' }), optimizer: clipped },
  'tb, learned': { objective: objectiveNamed('tb', { backwardPolicy: 'learned' }) },
  'ent-ppo, annealed': { learningRate: { end: 0.1, steps: 2 } },
  'ent-ppo, clipped by parameter': { optimizer: clipped, valueOptimizer: { clipNorm: 0.2, weightDecay: 0.02 } },
  'tb, clipped as a whole': {
    objective: objectiveNamed('tb'),
    optimizer: { clipNorm: 0.5, halfLife: 20 },
    logPartitionOptimizer: { halfLife: 3 },
    exploration: { start: 0.8, end: 0.1, iterations: 2, temperature: 1.5 },
    learningRate: { end: 0.5 },
  },
  'db, with replay': {
    objective: objectiveNamed('db'),
    replay: { kind: 'fifo', capacity: 8, every: 1 },
    optimizer: { averageDecay: 0.5 },
  },
};

const expected: Record<string, Record<string, string>> = process.env.FLOWTAPE_BITS === 'write'
  ? {}
  : JSON.parse(readFileSync(file, 'utf8'));

test.each(Object.entries(cases))('%s: three iterations end in the same bits', async (name, options) => {
  const trainer = await smallRun(await openTestCpuDevice(), { steps: 3, ...options });
  await reportsOf(trainer);
  const arrays = arraysOf(await trainer.snapshot());
  const found = Object.fromEntries(
    arrays
      .filter(
        ({ name }) =>
          /\/(parameters|average)$/.test(name) && !name.includes('/likelihood/') && !name.includes('/optimizer/'),
      )
      .map(({ name, data }) => [
        name,
        crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).toString(16),
      ]),
  );
  if (process.env.FLOWTAPE_BITS === 'write') {
    expected[name] = found;
    writeFileSync(file, `${JSON.stringify(expected, null, 2)}\n`);
  }
  expect(found).toEqual(expected[name]);
});
