import { expect, test } from 'vitest';
import { objectStates } from '../../src/metrics/target-samples.ts';
import type { Objective, OffPolicyLearner } from '../../src/objective/index.ts';
import { lessEqual, toFloat } from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { uniformStream } from '../../src/random/threefry.ts';
import {
  type ObjectRows,
  replayedBatch,
  TRANSITION_STEPS,
  transitionBatch,
  transitionsTo,
} from '../../src/replay/index.ts';
import { type HostBatch, uploadedBatch } from '../../src/rollout/index.ts';
import { createTape, type Tensor } from '../../src/tape/index.ts';
import { createTrainer } from '../../src/train/index.ts';
import { gridProblem } from '../rollout/problems.ts';
import { trainingDevices } from '../setup/devices.ts';
import { objectiveNamed } from '../setup/objectives.ts';
import { reportsOf, smallRun } from '../train/runs.ts';

const problem = gridProblem(2, 4);
const { environment, reward } = problem;
const { stateSize } = environment;
const states = objectStates(environment, [15, 6, 0, 9, 6]);
const logRewards = Float32Array.from({ length: 5 }, (_, n) =>
  reward.logReward(states.subarray(n * stateSize, (n + 1) * stateSize)),
);
const objects: ObjectRows = { states, logRewards };
const random = () => uniformStream(4, 5);

test('the steps of walks to objects follow each other, and the last of each is rewarded', () => {
  const { states: rows, logRewards: rewards } = transitionsTo(environment, objects, random());
  const width = stateSize + 1;
  const state = new Int32Array(stateSize);
  let object = 0;
  environment.initial(state);
  for (const [at, logReward] of Array.from(rewards).entries()) {
    const row = rows.subarray(at * width, (at + 1) * width);
    expect(row.subarray(0, stateSize)).toEqual(state);
    environment.step(state, row[stateSize]);
    if (!environment.isTerminal(state)) {
      expect(logReward).toBe(0);
      continue;
    }
    expect(state).toEqual(states.subarray(object * stateSize, (object + 1) * stateSize));
    expect(logReward).toBe(logRewards[object++]);
    environment.initial(state);
  }
  expect(object).toBe(5);
});

const walks = replayedBatch(environment, objects, random());
const transitions = transitionsTo(environment, objects, random());
const transitionCount = transitions.logRewards.length;

/** The loss, and the sizes of residuals, of an update on a batch by new networks. */
async function updateOn(
  objective: Objective,
  count: number,
  steps: number,
  make: (learner: OffPolicyLearner) => HostBatch,
) {
  const device = await trainingDevices[0].open();
  const learner = objective.learner({ ...problem, batch: count, seed: 2, network: { hidden: [6] } });
  if (!learner.offPolicy) throw new Error(`${objective.name} has no replay to be tested`);
  const uploaded = uploadedBatch(environment, count, learner.needs ?? {}, 'replay', steps);
  const tape = createTape();
  const batch = uploaded.trajectories(tape);
  const counted = toFloat(lessEqual(batch.gridIndex, count - 1));
  let sizes: Tensor | undefined;
  const { loss } = learner.update(steps === TRANSITION_STEPS ? { ...batch, counted } : batch, (told) => {
    sizes = told;
  });
  if (!sizes) throw new Error(`${objective.name} tells no residuals`);
  const update = await device.prepare(compile<string>(tape, { loss, sizes }));
  uploaded.write(device, make(learner));
  update.run();
  return { loss: (await update.read('loss'))[0], sizes: Array.from(await update.read('sizes')) };
}

test.each([
  ['db', {}],
  ['db', { backwardPolicy: 'learned' }],
  ['fl-db', { target: {} }],
  ['mdb', {}],
  ['mdb', { target: {} }],
  ['soft-dqn', {}],
  ['soft-dqn', { dueling: false, munchausen: {} }],
] as const)('%s %j has the same loss of walks and of their steps by themselves', async (name, options) => {
  const objective = objectiveNamed(name, options);
  const whole = await updateOn(objective, 5, environment.maxSteps, ({ needs }) =>
    replayedBatch(environment, objects, random(), needs),
  );
  const single = await updateOn(objective, transitionCount, TRANSITION_STEPS, ({ needs }) =>
    transitionBatch(environment, transitions, needs),
  );
  // A few dozen float32 operations on each residual, of numbers of about 3, and a sum of a few dozen.
  const tolerance = 1e-5 * Math.max(1, whole.loss);
  expect(whole.loss).toBeGreaterThan(0.01);
  expect(Math.abs(single.loss - whole.loss)).toBeLessThanOrEqual(tolerance);
  // Of a walk the mean of its steps; mdb leaves the last of each out.
  const { columns } = walks;
  const left = name === 'mdb' ? 1 : 0;
  let row = 0;
  for (let n = 0; n < 5; n++) {
    const length = columns.trajectory.subarray(0, walks.rows()).filter((trajectory) => trajectory === n).length;
    const own = single.sizes.slice(row, row + length - left);
    row += length;
    const mean = own.reduce((sum, size) => sum + size, 0) / Math.max(1, own.length);
    expect(Math.abs(whole.sizes[n] - mean)).toBeLessThanOrEqual(tolerance);
  }
});

test('objectives that cannot replay transitions are refused', async () => {
  const device = await trainingDevices[0].open();
  const run = (name: string, replay: object) =>
    createTrainer({
      ...{ device, problem, objective: objectiveNamed(name), steps: 2, batch: 2 },
      replay: { capacity: 5, ...replay },
    });
  await expect(run('tb', { unit: 'transitions' })).rejects.toThrow(
    'learns from whole walks, not from single transitions',
  );
  await expect(run('db', { unit: 'transitions', kind: 'prioritised' })).rejects.toThrow('kept by fifo and residual');
  await expect(run('fm', { kind: 'residual' })).rejects.toThrow('no residuals of trajectories');
});

test('replay by residual returns to the least understood transitions', async () => {
  const device = await trainingDevices[0].open();
  const objective = objectiveNamed('tb');
  const replay = { kind: 'residual', capacity: 20, every: 1 } as const;
  const trainer = await smallRun(device, { objective, replay });
  await reportsOf(trainer);
  const { replay: kept } = await trainer.snapshot();
  expect(kept?.residuals?.length).toBe(20);
  // Objects that have been learnt from have sizes of their own; the others wait with the largest that there was.
  expect(new Set(kept?.residuals).size).toBeGreaterThan(5);
});
