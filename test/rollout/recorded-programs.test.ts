import { expect, test } from 'vitest';
import { openWebgpuDevice } from '../../src/device/index.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { environmentPrograms } from '../../src/rollout/programs.ts';
import { assertShaderConformance } from '../../src/rollout/shader-conformance.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { testAdapter } from '../setup/gpu.ts';
import { gridInWgsl } from './grid-in-wgsl.ts';
import { gridProblem } from './problems.ts';
import { sampled } from './whole-batches.ts';

onEach(testDevices, (open) => {
  test('programs recorded of an environment do what its TypeScript does, forwards and backwards', async () => {
    await assertShaderConformance(await open(), gridProblem(3, 4));
  });
});

test('programs are recorded only if environment and reward are both in the language', () => {
  const recorded = gridProblem(2, 4);
  const plain = gridInWgsl(2, 4);
  const observes = (problem: Parameters<typeof environmentPrograms>[0]) => environmentPrograms(problem).observe.program;
  expect(observes(recorded)).toBeDefined();
  expect(observes({ ...recorded, reward: plain.reward })).toBeUndefined();
  expect(observes(plain)).toBeUndefined();
});

test('an environment with a replaced function no longer equals the recorded one', () => {
  const { environment, reward } = gridProblem(2, 4);
  const isRecorded = (changed: Partial<Problem>) =>
    environmentPrograms({ environment, reward, ...changed }).advance.program !== undefined;
  expect(isRecorded({ environment: { ...environment, name: 'my-grid' } })).toBe(true);
  const step = (state: Int32Array, action: number) => environment.step(state, action);
  expect(isRecorded({ environment: { ...environment, step } })).toBe(false);
  expect(isRecorded({ reward: { ...reward, logReward: () => 0 } })).toBe(false);
});

test('a rollout of them is launched as a whole, and draws what one launched layer by layer draws', async () => {
  const problem = gridProblem(2, 4);
  const whole = await openWebgpuDevice(await testAdapter());
  const layered = await openWebgpuDevice(await testAdapter(), { wholeRollouts: false });
  const [found, expected] = [await sampled(whole, problem, 9, {}), await sampled(layered, problem, 9, {})];
  for (const [i, { logits: _, ...batch }] of found.batches.entries()) {
    const { logits: __, ...other } = expected.batches[i];
    expect(batch).toEqual(other);
  }
  // Reset, the first window, the walk, its rows, and two copies of what is read.
  expect(found.launches).toBeLessThan(10);
  expect(expected.launches).toBeGreaterThan(5 * problem.environment.maxSteps);
  whole.destroy();
  layered.destroy();
});
