import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { objectStates } from '../../src/metrics/target-samples.ts';
import { findObjective } from '../../src/objective/catalogue.ts';
import { type Objective, type OffPolicyLearner, trajectoryBalance } from '../../src/objective/index.ts';
import type { Option } from '../../src/options/index.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { uniformStream } from '../../src/random/threefry.ts';
import { addObjects, createReplayBuffer, drawObjects, replayedBatch } from '../../src/replay/index.ts';
import { rateAtOnce } from '../../src/rollout/rate.ts';
import { prepareReplaying, type ReplayOptions } from '../../src/train/replay.ts';
import { inputOf, outputOf, plainNetwork } from '../objective/plain-network.ts';
import { gridProblem, pairsProblem } from '../rollout/problems.ts';
import { onEach, testDevices, trainingDevices } from '../setup/devices.ts';
import { objectiveNamed, objectiveNames } from '../setup/objectives.ts';

const architecture = { hidden: [6] };
const seed = 3;
const stream = 5;

async function prepare(device: Device, problem: Problem, objective: Objective, batch: number, replay: ReplayOptions) {
  const learner = objective.learner({ ...problem, batch, seed, network: architecture });
  if (!learner.offPolicy) throw new Error(`${objective.name} has no replay to be tested`);
  return { learner, replaying: await prepareReplaying(device, { problem, learner, batch, seed, stream, replay }) };
}

/** Makes all parameters 0: the policy takes every allowed action with the same chance. */
function makeUniform(device: Device, learner: OffPolicyLearner): void {
  for (const { parameters } of learner.networks) {
    device.write(parameters.values, new Float32Array(parameters.values.shape[0]));
  }
}

onEach(testDevices, (open) => {
  test('the loss of an object with one path equals the value worked out by hand', async () => {
    const device = await open();
    const environment = hypergrid({ dimension: 1, side: 4 });
    const problem: Problem = { environment, reward: { name: 'by cell', logReward: ([cell]) => 0.25 * cell } };
    const replay = { kind: 'prioritised', capacity: 1, every: 1 } as const;
    const { learner, replaying } = await prepare(device, problem, trajectoryBalance(), 2, replay);
    expect(await replaying.diagnostics()).toEqual({});
    for (const [cell, logForward] of [
      // Two moves and a stop, each one of two actions; at the last cell nothing is left but to stop.
      [2, -3 * Math.LN2],
      [3, -3 * Math.LN2],
    ]) {
      makeUniform(device, learner);
      await replaying.endIteration(rateAtOnce(problem, objectStates(environment, [0, cell])), false);
      const { replayedLoss } = await replaying.diagnostics();
      // log Z = 0 and log P_B = 0. A handful of float32 operations on numbers of about 3, squared.
      expect(Math.abs(replayedLoss - (logForward - 0.25 * cell) ** 2)).toBeLessThan(1e-5);
    }
  });
});

/** log softmax over the allowed entries, at `action`. */
function logChance(logits: readonly number[], mask: ArrayLike<number>, action: number): number {
  return logits[action] - Math.log(logits.reduce((sum, logit, a) => sum + (mask[a] ? Math.exp(logit) : 0), 0));
}

describe.each([
  ['a hypergrid', gridProblem(2, 5)],
  ['pairs', pairsProblem()],
])('the first replayed update on %s', (_, problem) => {
  test.each(['fifo', 'prioritised'] as const)('has the loss of the trajectories drawn, by hand (%s)', async (kind) => {
    const device = await trainingDevices[0].open();
    const { environment, reward } = problem;
    const batch = 5;
    const replay = { kind, capacity: 4, every: 1 };
    const { learner, replaying } = await prepare(device, problem, trajectoryBalance(), batch, replay);
    const [policy, logPartition] = learner.networks;
    // Behind the one number is room up to the next multiple of 256 bytes.
    const values = new Float32Array(logPartition.parameters.values.shape[0]).fill(0.75);
    device.write(logPartition.parameters.values, values);
    const states = objectStates(environment, [3, 0, 2, 3, 1]);
    await replaying.endIteration(rateAtOnce(problem, states), false);

    const { stateSize, actionCount } = environment;
    const logRewards = Array.from({ length: batch }, (_, n) =>
      reward.logReward(states.subarray(n * stateSize, (n + 1) * stateSize)),
    );
    const buffer = createReplayBuffer(replay, stateSize);
    addObjects(buffer, { states, logRewards });
    expect(buffer.size).toBe(4);
    const random = uniformStream(seed, stream, 0);
    const drawn = replayedBatch(environment, drawObjects(buffer, batch, random), random);
    const { columns } = drawn;
    const network = plainNetwork(policy.parameters, architecture, policy.parameters.values.initial ?? []);
    const residuals = new Array<number>(batch).fill(0.75);
    const width = columns.observation.length / columns.action.length;
    for (let row = 0; row < drawn.rows(); row++) {
      const seen = Array.from(columns.observation.subarray(row * width, (row + 1) * width));
      const mask = columns.mask.subarray(row * actionCount, (row + 1) * actionCount);
      const logForward = logChance(outputOf(network, inputOf(environment, seen)), mask, columns.action[row]);
      residuals[columns.trajectory[row]] += logForward - columns.logBackward[row] - columns.logReward[row];
    }
    const loss = residuals.reduce((sum, residual) => sum + residual ** 2, 0) / batch;
    const { replayedLoss } = await replaying.diagnostics();
    // The device sums some tens of float32 numbers of about 1 for each residual.
    expect(Math.abs(replayedLoss - loss)).toBeLessThan(1e-5 * Math.max(1, loss));
    const moved = await device.read(policy.parameters.values);
    expect(Array.from(moved)).not.toEqual(Array.from(policy.parameters.values.initial ?? []));
  });
});

describe('replayed trajectories tell nothing of the policy that sampled their objects, and', () => {
  const offPolicy = objectiveNames.filter((name) => {
    return objectiveNamed(name).learner({ ...gridProblem(2, 3), batch: 2, seed, network: architecture }).offPolicy;
  });
  const variants = offPolicy.flatMap((name) => {
    const choice: Option | undefined = findObjective(name).options.backwardPolicy;
    if (choice?.kind !== 'choice') return [[name, 'uniform', objectiveNamed(name)] as const];
    return choice.choices.map((kind) => [name, kind, objectiveNamed(name, { backwardPolicy: kind })] as const);
  });

  test('balance objectives are those that replay', () => {
    expect(offPolicy).toEqual(objectiveNames.filter((name) => findObjective(name).offPolicy));
    expect(offPolicy).toEqual(expect.arrayContaining(['tb', 'db', 'subtb', 'vargrad', 'fm', 'soft-dqn']));
  });

  test.each(variants)('%s with P_B %s learns from them without', async (_, backwardPolicy, objective) => {
    const device = await trainingDevices[0].open();
    const problem = gridProblem(2, 3);
    const replay = { kind: 'fifo', capacity: 8, every: 1 } as const;
    const { learner, replaying } = await prepare(device, problem, objective, 4, replay);
    const states = objectStates(problem.environment, [8, 3, 7, 4]);
    const values = learner.networks[0].parameters.values;
    const losses: number[] = [];
    for (let i = 0; i < 3; i++) {
      const before = Array.from(await device.read(values));
      await replaying.endIteration(rateAtOnce(problem, states), true);
      expect(Array.from(await device.read(values))).not.toEqual(before);
      losses.push((await replaying.diagnostics()).replayedLoss);
    }
    expect(losses.every((loss) => Number.isFinite(loss) && loss > 0)).toBe(true);
    // Likelihood would teach P_B the uniform walks that replay takes: its optimiser must not have run.
    if (backwardPolicy !== 'tlm') return;
    const counts = learner.variables.filter(({ name }) => name === 'policy/likelihood/updates');
    expect(counts.length).toBe(1);
    expect(Array.from(await device.read(counts[0]))).toEqual([0]);
  });
});
