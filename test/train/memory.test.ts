import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { trajectoryBalance } from '../../src/objective/index.ts';
import { planBytes } from '../../src/plan/index.ts';
import { createTrainer, sampleObjects } from '../../src/train/index.ts';
import { gridProblem } from '../rollout/problems.ts';
import { onEach, testDevices, trainingDevices } from '../setup/devices.ts';
import { objectiveNamed } from '../setup/objectives.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Bytes of the JavaScript heap that something still holds. */
function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

async function prepare(device: Device) {
  const { iteration, bytes } = await createTrainer({
    device,
    problem: gridProblem(2, 4),
    objective: objectiveNamed('ent-ppo'),
    network: { hidden: [8] },
    steps: 10_000,
    batch: 4,
  });
  const run = async (times: number) => {
    await iteration.run(times);
    await device.finish();
  };
  return { iteration, bytes, run };
}

onEach(trainingDevices, (open) => {
  test('iterations reserve nothing: a plan says beforehand what it takes', async () => {
    const device = await open();
    const before = device.counts.bytes;
    const { iteration, bytes, run } = await prepare(device);
    expect(bytes).toEqual(planBytes(iteration.plan));
    await run(5);
    const { launches, submits, ...kept } = { ...device.counts };
    // What kernels reserve beside the plan is scratch space.
    expect(kept.bytes - before).toBeGreaterThanOrEqual(bytes.arena);
    await run(60);
    expect(device.counts).toMatchObject(kept);
    expect(device.counts.launches).toBeGreaterThan(launches);
  });
});

test('and leave no garbage behind on the cpu device', async () => {
  const iterations = 6000;
  const { run } = await prepare(await trainingDevices[0].open());
  // The engine compiles.
  await run(iterations / 3);
  const held = heldBytes();
  await run(iterations);
  // A number kept by each iteration takes 16 bytes. What engine and test keep for themselves comes to some 30,000.
  expect(heldBytes() - held).toBeLessThan(16 * iterations);
});

onEach(testDevices, (open) => {
  test('drawing objects again and again, to the end or not, leaves nothing on the device', async () => {
    const device = await open();
    const problem = gridProblem(2, 4);
    const learner = trajectoryBalance().learner({ environment: problem.environment, batch: 4, seed: 1 });
    for (const { parameters } of learner.networks) device.write(parameters.values, parameters.values.initial ?? []);
    const draw = async (stop: number) => {
      const texts: string[] = [];
      for await (const { text } of sampleObjects({ device, problem, learner, count: 6, seed: 2 })) {
        if (texts.push(text) === stop) break;
      }
      return texts;
    };
    const first = await draw(6);
    const before = device.counts.bytes;
    expect(await draw(6)).toEqual(first);
    expect(await draw(3)).toEqual(first.slice(0, 3));
    expect(device.counts.bytes).toBe(before);
  });
});
