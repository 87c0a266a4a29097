import { expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { totalVariation } from '../../src/metrics/distance.ts';
import { empiricalDistribution } from '../../src/metrics/empirical.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { entPpo } from '../../src/objective/index.ts';
import type { Trainer, TrainingOptions } from '../../src/train/index.ts';
import { gridProblem, pairsProblem } from '../rollout/problems.ts';
import { onEach, testDevices, trainingDevices } from '../setup/devices.ts';
import { numbersOf, reportsOf, smallRun } from './runs.ts';

const batch = 4;

/** The window's rows after `steps` iterations, oldest slot first as they lie in memory. */
async function samplesAfter(steps: number, device: Device, options: Partial<TrainingOptions>): Promise<number[]> {
  const trainer = await smallRun(device, { ...options, steps, batch, reportEvery: 3 });
  await reportsOf(trainer);
  return (await numbersOf(trainer))['recent/states'];
}

onEach(testDevices, (open) => {
  test.each([
    ['on the device', gridProblem(2, 4)],
    ['on the host where there is no shader', pairsProblem()],
  ])('holds every batch that was sampled %s, and the latest where it is full', async (_, problem) => {
    const device = await open();
    const { stateSize } = problem.environment;
    const options = { problem, objective: entPpo({ policyUpdates: 1, valueEpochs: 1 }) };
    // Runs with the same seed sample the same; a window of one batch holds that of the last iteration.
    const batches: number[][] = [];
    for (const steps of [1, 2, 3])
      batches.push(await samplesAfter(steps, device, { ...options, recentSamples: batch }));
    const all = batches.flat();
    expect(all).toHaveLength(3 * batch * stateSize);
    expect(new Set(batches.map(String)).size).toBe(3);

    const roomy = await samplesAfter(3, device, { ...options, recentSamples: 20 });
    expect(roomy.slice(0, all.length)).toEqual(all);
    expect(roomy.slice(all.length).every((value) => value === 0)).toBe(true);

    // Twelve objects in seven slots: object n is in slot n % 7, and the last seven are there.
    const ring = await samplesAfter(3, device, { ...options, recentSamples: 7 });
    const rows = Array.from({ length: 7 }, (_, slot) => (slot + 7 < 3 * batch ? slot + 7 : slot));
    expect(ring).toEqual(rows.flatMap((row) => all.slice(row * stateSize, (row + 1) * stateSize)));
  });
});

onEach(trainingDevices, (open) => {
  test('does not change what is learnt, and goes on from a snapshot as if it had never stopped', async () => {
    const device = await open();
    const without = await smallRun(device, { reportEvery: 9 });
    await reportsOf(without);
    const whole = await smallRun(device, { recentSamples: 10, reportEvery: 9 });
    await reportsOf(whole);
    const { 'recent/states': _, ...others } = await numbersOf(whole);
    expect(others).toEqual(await numbersOf(without));

    const first = await smallRun(device, { recentSamples: 10, reportEvery: 5 });
    for await (const { step } of first) if (step === 5) break;
    const second = await smallRun(device, { recentSamples: 10, from: await first.snapshot() });
    await reportsOf(second);
    expect(await numbersOf(second)).toEqual(await numbersOf(whole));
    expect((await second.evaluate()).metrics).toEqual((await whole.evaluate()).metrics);
  });
});

test('evaluations compare its samples with the target, once there are any', async () => {
  const device = await trainingDevices[0].open();
  const problem = gridProblem(2, 4);
  const trainer: Trainer = await smallRun(device, { problem, recentSamples: 10, evaluateEvery: 2, steps: 4 });
  const [before, middle, last] = (await reportsOf(trainer)).flatMap(({ metrics }) => (metrics ? [metrics] : []));
  expect(Object.keys(before).filter((name) => name.startsWith('recent'))).toEqual([]);
  expect(middle.recentSampleCount).toBe(8);
  expect(last.recentSampleCount).toBe(10);
  const rows = Int32Array.from((await numbersOf(trainer))['recent/states']);
  const target = exactTarget(problem.environment, problem.reward);
  const sampled = empiricalDistribution(problem.environment, rows);
  // The same sums in another order, in float64.
  expect(last.recentTotalVariation).toBeCloseTo(totalVariation(target.probability, sampled), 12);
  const meanReward = sampled.reduce((sum, share, object) => sum + share * Math.exp(target.logReward[object]), 0);
  expect(last.recentMeanReward).toBeCloseTo(meanReward, 12);
  expect(last.recentRewardError).toBeCloseTo(Math.abs(meanReward / target.expectedReward - 1), 12);
});

test('gives only the mean reward of objects that cannot be enumerated', async () => {
  const trainer = await smallRun(await trainingDevices[0].open(), {
    problem: gridProblem(20, 20),
    recentSamples: 8,
    steps: 2,
  });
  await reportsOf(trainer);
  const { metrics } = await trainer.evaluate();
  const ofRecent = Object.keys(metrics).filter((name) => name.startsWith('recent'));
  expect(ofRecent.sort()).toEqual(['recentMeanReward', 'recentSampleCount']);
  expect(metrics.recentMeanReward).toBeGreaterThan(0);
});

test.each([3, 4.5, -1, 2 ** 31])('a window of %s objects for batches of 4 is refused', async (window) => {
  await expect(smallRun(await trainingDevices[0].open(), { recentSamples: window })).rejects.toThrow(
    window === 3 ? /recentSamples must be .* from a batch/ : /^train: recentSamples must be an integer from 1/,
  );
});
