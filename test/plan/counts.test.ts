import { expect, test } from 'vitest';
import { prepareStep } from '../../bench/step/step.ts';
import type { Device, Numbers } from '../../src/device/device.ts';
import { increment } from '../../src/nn/index.ts';
import { entPpo, trajectoryBalance } from '../../src/objective/index.ts';
import { multiply } from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { prepareIteration } from '../../src/train/iteration.ts';
import { fastDevices } from '../setup/devices.ts';
import { examples } from '../setup/here.ts';

const webgpu = fastDevices[1];

/** What `work` cost the device. */
async function cost(device: Device, work: () => void | Promise<void>) {
  const before = { ...device.counts };
  await work();
  await device.finish();
  const after = { ...device.counts };
  const names = Object.keys(before) as (keyof typeof before)[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as typeof before;
}

test('a training step of a perceptron is at most 14 launches and 1 submit, and reserves nothing', async () => {
  const device = await webgpu.open();
  const executable = await prepareStep(device, { name: 'step', rows: 256, widths: [64, 256, 256, 32] });
  const { launches, ...rest } = await cost(device, () => executable.run());
  expect(launches).toBe(executable.launches);
  expect(launches, executable.plan.steps.map((step) => step.kind === 'kernel' && step.step.kernel).join()).toBeLessThan(
    15,
  );
  expect(rest).toEqual({ submits: 1, bindGroups: 0, buffers: 0, pipelines: 0, bytes: 0 });
});

test('runs that are asked for together share a submit', async () => {
  const device = await webgpu.open();
  const executable = await prepareStep(device, { name: 'step', rows: 3, widths: [2, 3, 2] });
  expect(await cost(device, () => executable.run(5))).toMatchObject({ submits: 1, launches: 5 * executable.launches });
});

test('a whole Ent-PPO iteration on a hypergrid is one submit, and reserves nothing', async () => {
  const device = await webgpu.open();
  const environment = hypergrid({ dimension: 2, side: 4 });
  const problem = { environment, reward: hypergridReward({ dimension: 2, side: 4, difficulty: 'easy' }) };
  const learner = entPpo().learner({ environment, batch: 4, seed: 1, network: { hidden: [8] } });
  const iteration = await prepareIteration(device, { problem, learner, batch: 4, seed: 1, stream: 3 });
  const { launches, ...rest } = await cost(device, () => iteration.run(1));
  expect(launches).toBeGreaterThan(0);
  expect(rest).toEqual({ submits: 1, bindGroups: 0, buffers: 0, pipelines: 0, bytes: 0 });
  expect(await cost(device, () => iteration.run(3))).toMatchObject({ submits: 1, launches: 3 * launches });
});

test('numbers requested together are copied together, as they are at that moment', async () => {
  const device = await webgpu.open();
  const counter = variable('counter', 'i32', [1]);
  const tape = createTape();
  const read = tape.read(counter);
  const [once, twice] = [multiply(read, 1), multiply(read, 2)];
  increment(tape, counter);
  const executable = await device.prepare(compile(tape, { once, twice }));
  executable.run();
  await executable.read('once');
  const numbers: Promise<Numbers>[] = [];
  const spent = await cost(device, async () => {
    executable.run();
    numbers.push(executable.read('once'), executable.read('twice'), device.read(counter));
    // Behind the copies, though these are not waited for.
    device.write(counter, [40]);
    executable.run();
    await Promise.all(numbers);
  });
  expect((await Promise.all(numbers)).map(([value]) => value)).toEqual([1, 2, 2]);
  expect(spent).toMatchObject({ submits: 3, bindGroups: 0, pipelines: 0 });
  expect([...(await executable.read('once'))]).toEqual([40]);
  expect((await cost(device, () => executable.read('twice').then(() => {}))).buffers).toBe(0);
});

/**
 * What an iteration of the size of the paper's costs; a rollout of up to 77 steps is two launches of it, and a third looks
 * at where its walks have ended.
 */
test.each(
  examples([
    ['tb', trajectoryBalance(), 31],
    ['ent-ppo', entPpo(), 252],
  ]),
)('an iteration of %s on a hypergrid of 20^4 is one submit of few launches', async (_, objective, launches) => {
  const device = await webgpu.open();
  const size = { dimension: 4, side: 20 };
  const environment = hypergrid(size);
  const problem = { environment, reward: hypergridReward({ ...size, difficulty: 'easy' }) };
  const learner = objective.learner({ environment, batch: 2, seed: 1, network: { hidden: [8, 8] } });
  const iteration = await prepareIteration(device, { problem, learner, batch: 2, seed: 1, stream: 3 });
  expect(await cost(device, () => iteration.run(2))).toMatchObject({ submits: 1, launches: 2 * launches });
});
