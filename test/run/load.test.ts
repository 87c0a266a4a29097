import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isDeferred } from '../../src/environment/environment.ts';
import { openNodeCpuDevice } from '../../src/node/cpu.ts';
import * as node from '../../src/node/index.ts';
import { entPpo, type Objective, trajectoryBalance } from '../../src/objective/index.ts';
import { findNamed } from '../../src/options/index.ts';
import { TFBIND8_TABLE_FILE } from '../../src/problems/tfbind8/options.ts';
import { catalogue } from '../../src/run/catalogue.ts';
import { loadRun, loadSampler } from '../../src/run/load.ts';
import { createConfiguredRun, createRun, type RunOptions } from '../../src/run/run.ts';
import { completeConfig } from '../../src/run/run-config.ts';
import { gridProblem } from '../rollout/problems.ts';

const device = await openNodeCpuDevice({ threads: 1 });
afterAll(() => device.destroy());

const { environment, reward } = gridProblem(2, 4);
const own = { environment, reward } as Pick<RunOptions & { environment: object }, 'environment'> & { reward: never };

function options(objective: Objective): RunOptions {
  return { device, ...own, objective, network: { hidden: [8] }, steps: 8, batch: 4, seed: 5, evaluateEvery: 4 };
}

/** A run of `count` iterations, as a file; it is closed. */
async function saved(count: number, objective: Objective = entPpo()): Promise<Uint8Array> {
  await using run = await createRun(options(objective));
  await run.step(count);
  return run.save();
}

describe('a saved run', () => {
  test('goes on to the same bytes as one that never stopped', async () => {
    await using run = await loadRun(await saved(3), { device, ...own });
    expect([run.iteration, run.steps]).toEqual([3, 8]);
    await run.step(5);
    expect(Buffer.compare(await run.save(), await saved(8))).toBe(0);
    await expect(run.step()).rejects.toThrow('cannot be run after 8 of 8');
  });

  test('continues beyond its end if more iterations are requested', async () => {
    await using run = await loadRun(await saved(8), { device, ...own, steps: 10 });
    await run.step(2);
    expect(run.iteration).toBe(10);
  });

  test('that the catalogue can make needs nothing but its bytes and a device', async () => {
    const config = completeConfig(
      catalogue,
      { problem: 'hypergrid', problemOptions: { side: 4 }, objective: 'tb' },
      { device: 'cpu', seed: 3, steps: 6, batch: 4, evaluateEvery: 3 },
    );
    const run = await createConfiguredRun(device, config, gridProblem(2, 4));
    await run.step(6);
    const bytes = await run.save();
    const { metrics } = await run.evaluate();
    await run.close();
    await using sampler = await loadSampler(bytes, { device });
    expect((await sampler.evaluate()).metrics).toMatchObject({ totalVariation: metrics.totalVariation });
  });

  test('is loaded from its folder, with data from where the run had it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flowtape-load-'));
    try {
      await expect(node.loadRun(folder, { device, ...own })).rejects.toThrow(/Cannot read .*checkpoint\.safetensors/);
      const table = Float32Array.from({ length: 4 ** 8 }, (_, i) => (1 + (i % 10)) / 10);
      await writeFile(join(folder, TFBIND8_TABLE_FILE), table);
      const config = completeConfig(
        catalogue,
        { problem: 'tfbind8', objective: 'tb', trainingOptions: { network: { hidden: [4] } } },
        { device: 'cpu', seed: 1, steps: 3, batch: 2 },
      );
      const problem = await findNamed('problem', catalogue.problems, 'tfbind8').create({}, (name) =>
        readFile(join(folder, name)),
      );
      const run = await createConfiguredRun(device, config, problem);
      await run.step(2);
      const bytes = await run.save();
      await run.close();
      await writeFile(join(folder, 'checkpoint.safetensors'), bytes);
      await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, data: folder }));
      await using again = await node.loadRun(folder, { device });
      await using sampler = await node.loadSampler(folder, { device });
      expect([again.iteration, sampler.iteration]).toEqual([2, 2]);
      if (isDeferred(problem)) throw new Error('the rewards of tfbind8 are there at once');
      for (const { state, logReward } of await sampler.sample(2)) {
        expect(logReward).toBe(problem.reward.logReward(Int32Array.from(state)));
      }
      await expect(node.loadRun(bytes as never, { device, ...own })).rejects.toThrow('takes the path of a run folder');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('of an unknown program, environment or objective says what must be given', async () => {
    const bytes = await saved(1);
    await expect(loadRun(bytes, { device })).rejects.toThrow(/an environment of a program's own: give `environment`/);
    const other = { ...environment, name: 'lattice' };
    await expect(loadRun(bytes, { device, environment: other, reward } as never)).rejects.toThrow(
      'of the environment hypergrid, not of lattice',
    );
    await expect(loadRun(bytes, { device, ...own, objective: trajectoryBalance() })).rejects.toThrow(
      'has the objective ent-ppo, not tb',
    );
    const mine = { ...entPpo(), name: 'mine' };
    const ofMine = await saved(1, mine);
    await expect(loadRun(ofMine, { device, ...own })).rejects.toThrow('has the objective mine');
    await using run = await loadRun(ofMine, { device, ...own, objective: mine });
    expect(run.iteration).toBe(1);
    await expect(loadRun(bytes.subarray(0, 99), { device, ...own })).rejects.toThrow(/safetensors/);
  });
});

test('a sampler draws what the run would, answers for any states, and gives everything back', async () => {
  await using run = await createRun(options(entPpo()));
  await run.step(8);
  const bytes = await run.save();
  const before = device.counts.bytes;
  const sampler = await loadSampler(bytes, { device, ...own });
  expect([sampler.iteration, sampler.metrics]).toEqual([8, run.metrics]);
  expect(await sampler.sample(5, { seed: 2 })).toEqual(await run.sample(5, { seed: 2 }));
  // 65 rows: one more than are asked for at once.
  const states = new Int32Array(65 * environment.stateSize);
  const logits = await sampler.logits(states);
  expect(logits).toHaveLength(65 * environment.actionCount);
  const first = Array.from(logits.subarray(0, environment.actionCount));
  expect(Array.from(logits.subarray(64 * environment.actionCount))).toEqual(first);
  await expect(sampler.logits(new Int32Array(1))).rejects.toThrow('are not rows of states of hypergrid');
  await sampler.close();
  await sampler.close();
  expect(device.counts.bytes).toBe(before);
  await expect(sampler.sample(1)).rejects.toThrow('This sampler is closed');
  await expect(sampler.logits(states)).rejects.toThrow('This sampler is closed');
});
