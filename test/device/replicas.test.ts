import { expect, test } from 'vitest';
import type { Device, Replicas } from '../../src/device/index.ts';
import { trajectoryBalance } from '../../src/objective/index.ts';
import { trainSeeds } from '../../src/run/train-seeds.ts';
import type { TrainingOptions } from '../../src/train/index.ts';
import { gridProblem, stringsProblem } from '../rollout/problems.ts';
import { fastDevices, webgpuVariants } from '../setup/devices.ts';
import { objectiveNamed } from '../setup/objectives.ts';
import { failing, numbersOf, reportsOf, smallRun } from '../train/runs.ts';

const [cpu, webgpu] = fastDevices;
const [asOnGpu] = webgpuVariants;
const settings: Partial<TrainingOptions> = { steps: 2, reportEvery: 2, evaluateEvery: 2 };

/** Trains a run to its end: its numbers, reports and metrics. */
async function trained(device: Device, options: Partial<TrainingOptions>) {
  const trainer = await smallRun(device, { ...settings, ...options });
  try {
    const reports = await reportsOf(trainer);
    const numbers = await numbersOf(trainer);
    return { numbers, reports: reports.map(({ step, diagnostics, metrics }) => ({ step, diagnostics, metrics })) };
  } finally {
    await trainer.close();
  }
}

/** Trains runs side by side, each on a replica of its own. */
function trainedTogether(replicas: Replicas, runs: readonly Partial<TrainingOptions>[]) {
  return Promise.allSettled(
    runs.map(async (options, i) => {
      const device = replicas.open(i);
      try {
        return await trained(device, options);
      } finally {
        device.destroy();
      }
    }),
  );
}

/** What a device was asked to do meanwhile. */
async function counted<Result>(device: Device, work: () => Promise<Result>) {
  const before = device.counts;
  const result = await work();
  const { launches, submits, bytes } = device.counts;
  const cost = { launches: launches - before.launches, submits: submits - before.submits };
  return { result, cost, kept: bytes - before.bytes };
}

async function replicasOf(device: Device, count: number): Promise<Replicas> {
  const replicas = await device.replicas?.(count);
  if (!replicas) throw new Error('This device has no replicas.');
  return replicas;
}

test.each([
  ['tb, its rollout in one launch', asOnGpu, { objective: objectiveNamed('tb') }, [5, 6]],
  [
    'ent-ppo',
    webgpu,
    { objective: objectiveNamed('ent-ppo', { policyUpdates: 2, valueEpochs: 1 }), batch: 6 },
    [5, 6, 7],
  ],
  [
    'db on strings, with replay',
    webgpu,
    {
      ...{ problem: stringsProblem(), objective: objectiveNamed('db'), evaluateEvery: undefined },
      replay: { kind: 'fifo', capacity: 8, every: 1 },
    },
    [5, 6],
  ],
] as const)(
  '%s: runs of several seeds have the bits of each alone, for the launches and submits of one',
  async (_, open, options, seeds) => {
    const device = await open.open();
    const alone = await counted(device, () => trained(device, { ...options, seed: 6 }));
    const replicas = await replicasOf(device, seeds.length);
    const runs = seeds.map((seed) => ({ ...options, seed }));
    const together = await counted(device, () => trainedTogether(replicas, runs));
    expect(together.result[1]).toEqual({ status: 'fulfilled', value: alone.result });
    expect(together.result[0]).not.toEqual(together.result[1]);
    expect(together.cost.launches).toBe(alone.cost.launches);
    // What is read in one turn is copied by one submit. Replay reads between iterations, when replicas need not be in step.
    const max = 'replay' in options ? seeds.length * alone.cost.submits - 1 : alone.cost.submits;
    expect(together.cost.submits).toBeLessThanOrEqual(max);
    expect(together.kept).toBe(0);
  },
);

test('a run that fails ends alone, with operation and iteration; the others have the bits that they have without it', async () => {
  const device = await webgpu.open();
  const replicas = await replicasOf(device, 3);
  const never = failing(1000, 'parameters');
  const alone = await trained(device, { objective: never, seed: 7 });
  const [, failed, other] = await trainedTogether(replicas, [
    { objective: never, seed: 5 },
    { objective: failing(2, 'parameters'), seed: 6 },
    { objective: never, seed: 7 },
  ]);
  expect(failed).toMatchObject({ status: 'rejected', reason: { message: /^iteration 2: fused/ } });
  expect(other).toEqual({ status: 'fulfilled', value: alone });
});

const seedOptions = {
  problem: gridProblem(2, 4),
  objective: trajectoryBalance(),
  network: { hidden: [8] },
  steps: 3,
  batch: 4,
  seeds: [0, 4],
};

test('trainSeeds trains on replicas, which sample, save and close one by one afterwards', async () => {
  const device = await webgpu.open();
  const steps: string[] = [];
  const { result, kept } = await counted(device, async () => {
    const ended = await trainSeeds({
      ...{ ...seedOptions, device, reportEvery: 2 },
      onProgress: ({ step }, { config }) => steps.push(`${config.seed}: ${step}`),
    });
    const runs = ended.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const [first, second] = runs;
    expect(await second.sample(2)).toHaveLength(2);
    await first.close();
    const file = await second.save();
    await second.close();
    return { seeds: runs.map(({ config }) => config.seed), file };
  });
  expect(result.seeds).toEqual([0, 4]);
  expect(steps.filter((text) => text.startsWith('4: '))).toEqual(['4: 2', '4: 3']);
  expect(kept).toBe(0);
});

test('trainSeeds trains without replicas too, and refuses what cannot be before any work', async () => {
  const device = await cpu.open();
  const ended = await trainSeeds({ ...seedOptions, device });
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  for (const each of ended) if (each.status === 'fulfilled') await each.value.close();
  const { bytes } = device.counts;
  for (const [wrong, message] of [
    [{ seeds: [] }, 'trainSeeds: seeds must be different numbers'],
    [{ seeds: [1, 1] }, 'trainSeeds: seeds must be different numbers'],
    [{ seeds: [1, -1] }, 'seed must be an integer from 0'],
    [{ batch: 0 }, 'batch'],
  ] as const) {
    await expect(trainSeeds({ ...seedOptions, device, ...wrong })).rejects.toThrow(message);
  }
  expect(device.counts.bytes).toBe(bytes);
  await expect((await webgpu.open()).replicas?.(0)).rejects.toThrow('from 1 to 256, not 0');
});
