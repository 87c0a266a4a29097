import { expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import { detailedBalanceLoss, detailedBalanceResidual, entPpo, residualLosses } from '../../src/objective/index.ts';
import { toGrid } from '../../src/rollout/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { prepareSample, sample } from '../rollout/batch.ts';
import { gridProblem } from '../rollout/problems.ts';
import { createDraw, given } from '../setup/arbitraries.ts';
import { referenceDevice } from '../setup/devices.ts';
import { prepareUpdate } from './recorded.ts';
import { walkSteps, walksOnTape } from './walks.ts';

// What losses are divided by decides how strongly gradients are clipped by their norm, and nothing else that shows.

const problem = gridProblem(2, 4);

test('detailed balance is half the mean over the steps taken, or the sum over a trajectory, averaged over trajectories', async () => {
  const batch = 7;
  const walked = walkSteps(problem, batch, 5);
  const tape = createTape();
  const trajectories = walksOnTape(tape, problem, walked);
  const draw = createDraw(2);
  const grid = () => toGrid(given(tape, [walked.length], draw.numbers(walked.length)), trajectories);
  const { logReward } = trajectories;
  const input = {
    ...{ logFlow: grid(), logForward: grid(), logBackward: grid() },
    ...{ logReward: toGrid(logReward, trajectories), trajectories },
  };
  const found = await evaluate(await referenceDevice.open(), tape, {
    residual: detailedBalanceResidual(input),
    mean: detailedBalanceLoss(input),
    sum: detailedBalanceLoss(input, residualLosses.squared, 'trajectories'),
  });
  const squares = Array.from(found.residual).reduce((sum, r) => sum + r * r, 0);
  // Trajectories differ in length, and each has a state more than it has steps.
  expect(walked.length).toBeGreaterThan(2 * batch);
  expect(Math.abs(found.mean[0] - squares / 2 / walked.length)).toBeLessThanOrEqual(1e-13 * squares);
  // 1 / 7 is a float32 on the tape.
  expect(Math.abs(found.sum[0] - squares * Math.fround(1 / batch))).toBeLessThanOrEqual(1e-13 * squares);
});

test('the value loss is a mean over the horizon, over the steps taken, or half of that', async () => {
  const batch = 10;
  const device = await referenceDevice.open();
  const rows = await sample(device, prepareSample(problem, { batch, seed: 7, scale: 1.5 }));
  const gradientWith = async (valueLoss: 'horizon' | 'steps' | 'half-steps') => {
    const objective = entPpo({ policyUpdates: 1, valueEpochs: 1, valueChunks: 1, valueLoss });
    const update = await prepareUpdate(device, { problem, objective, batch, network: { hidden: [9, 6] } });
    update.load(rows);
    update.reset();
    update.run();
    return (await update.gradients())[1];
  };
  const [horizon, steps, half] = [
    await gradientWith('horizon'),
    await gradientWith('steps'),
    await gradientWith('half-steps'),
  ];
  const most = batch * problem.environment.horizon;
  expect(rows.rows).toBeLessThan(most);
  const size = Math.hypot(...steps);
  // The factor of the horizon is a float32 on the tape.
  const factor = 1 / rows.rows / Math.fround(1 / most);
  steps.forEach((value, i) => {
    expect(Math.abs(value - horizon[i] * factor)).toBeLessThanOrEqual(1e-12 * size);
    expect(Math.abs(half[i] - value / 2)).toBeLessThanOrEqual(1e-12 * size);
  });
});
