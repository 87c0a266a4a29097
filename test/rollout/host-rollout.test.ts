import { expect, test } from 'vitest';
import type { Problem } from '../../src/environment/environment.ts';
import { prepareHostRollout } from '../../src/rollout/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { allowedError } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { prepareSample, readBatch, sample, sampleOnHost } from './batch.ts';
import { gridProblem, pairsProblem, stringsProblem } from './problems.ts';

const problems: readonly [string, Problem, number][] = [
  ['a hypergrid', gridProblem(2, 6), 17],
  ['strings', stringsProblem(), 9],
  ['pairs', pairsProblem(), 12],
];

onEach(testDevices, (open) => {
  test.each(problems)('stepped on the host, trajectories of %s are those of the device', async (_, problem, batch) => {
    const device = await open();
    const options = prepareSample(problem, { batch, scale: 3, settings: [0.1, 0.8] });
    const { logits, logBackward, logReward, ...exact } = await sampleOnHost(device, options);
    // On a GPU an environment without a shader goes this way anyhow; then this compares one run with the next.
    const whole = await sample(device, options);
    expect(whole).toMatchObject(exact);
    // The policy runs on other numbers of rows, for which a device may choose kernels that sum in another order.
    for (const [found, expected] of [
      [logits, whole.logits],
      [logBackward, whole.logBackward],
      [logReward, whole.logReward],
    ]) {
      expect(found.length).toBe(expected.length);
      const allowed = allowedError(expected, { terms: 20 });
      found.forEach((value, i) => {
        expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(allowed);
      });
    }
  });

  test('a batch follows a batch', async () => {
    const device = await open();
    const problem = pairsProblem();
    const options = prepareSample(problem, { batch: 20 });
    const rollout = await prepareHostRollout(device, options);
    const tape = createTape();
    const trajectories = rollout.trajectories(tape);
    await rollout.sample();
    const first = await readBatch(device, tape, trajectories);
    device.write(options.key, [1, 3, 1, 0]);
    await rollout.sample();
    const second = await readBatch(device, tape, trajectories);
    expect(second.action).not.toEqual(first.action);
    device.write(options.key, [1, 3, 0, 0]);
    await rollout.sample();
    expect(await readBatch(device, tape, trajectories)).toEqual(first);
  });
});
