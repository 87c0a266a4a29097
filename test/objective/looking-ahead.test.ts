import { describe, expect, test } from 'vitest';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { evaluate, gradcheck } from '../../src/gradcheck/index.ts';
import { exactFlows } from '../../src/metrics/flows.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import {
  detailedBalance,
  forwardLookingDetailedBalance,
  forwardLookingSubTrajectoryBalance,
  modifiedDetailedBalance,
  modifiedDetailedBalanceResidual,
  type Objective,
  trajectoryScore,
} from '../../src/objective/index.ts';
import { potentialOf } from '../../src/objective/potential.ts';
import { recordRollout, toGrid } from '../../src/rollout/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { prepareSample } from '../rollout/batch.ts';
import { gridProblem, namedProblem, pairsProblem } from '../rollout/problems.ts';
import { onEach, referenceDevice, testDevices } from '../setup/devices.ts';
import { prepareExactUpdate, type SolvedState } from './exact-update.ts';

const stopping: readonly [string, () => Problem | Promise<Problem>][] = [
  ['a hypergrid', () => gridProblem(2, 4)],
  ['graphs of 3 variables', () => namedProblem('dag', { variables: 3, edges: 1.5, rows: 20 })],
  ['sets of up to 3', () => namedProblem('sets', { items: 5, size: 3, upTo: true })],
];
const withPotential: typeof stopping = [
  ...stopping,
  ['sets of 3', () => namedProblem('sets', { items: 5, size: 3 })],
  ['spins', () => namedProblem('ising', { side: 2, sigma: 0.3 })],
  ['a chain', () => namedProblem('chain', { variables: 3, values: 3 })],
  ['trees', () => namedProblem('phylo', { taxa: 4, sites: 12 })],
];
const largest = (numbers: readonly number[]) => numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
const reference = () => referenceDevice.open();

/** Holds an objective to its solution: the loss and the gradient vanish there, and not away from it. */
async function solves(
  problem: Problem,
  objective: Objective,
  outputs: (solved: SolvedState) => readonly number[],
): Promise<void> {
  const device = await reference();
  const update = await prepareExactUpdate(device, { problem, objective, outputs });
  // In float64 but for log R and potentials, which are uploaded in float32: a residual takes up to four of them, and the
  // gradient is at most the residual times the weights of the steps, which add up to less than 4.
  const residual = 4 * 2 ** -24 * update.scale;
  const { loss, gradient } = await update.at(update.table);
  expect(loss).toBeLessThanOrEqual(4 * residual ** 2);
  expect(largest(gradient)).toBeLessThanOrEqual(4 * residual);
  const away = await update.at(update.table.map((number) => 1.5 * number));
  expect(away.loss).toBeGreaterThan(1e-3);
}

describe.each(stopping)('modified detailed balance of %s', (_, make) => {
  test.each([
    ['full gradient', {}],
    ['with a target network', { target: { every: 1, mix: 0.5 } }],
  ])('%s: at the exact solution the loss and its gradient vanish', async (_, options) => {
    const objective = modifiedDetailedBalance({ ...options, residualLoss: 'half-squared' });
    await solves(await make(), objective, ({ logPi }) => logPi);
  });

  test('at the exact solution P_F(stop | s) is R(s) / F(s)', async () => {
    const { environment, reward } = await make();
    const { logFlow, logPolicy } = exactFlows(environment, exactTarget(environment, reward).logReward);
    const { stateCount, stateAt } = enumerationOf(environment, 'stops');
    const { actionCount, stopAction = -1 } = environment;
    const state = new Int32Array(environment.stateSize);
    for (let index = 0; index < stateCount; index++) {
      stateAt(index, state);
      environment.step(state, stopAction);
      const difference = reward.logReward(state) - logFlow[index] - logPolicy[index * actionCount + stopAction];
      // Three numbers of up to 100 in float64.
      expect(Math.abs(difference)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(logFlow[index])));
    }
  });
});

describe.each(withPotential)('forward-looking balance of %s', (_, make) => {
  test.each<[string, Objective]>([
    ['fl-db', forwardLookingDetailedBalance()],
    ['fl-db with a target network', forwardLookingDetailedBalance({ target: {} })],
    ['fl-subtb', forwardLookingSubTrajectoryBalance()],
  ])('%s: at the exact solution the loss and its gradient vanish', async (_, objective) => {
    const problem = await make();
    const potential = potentialOf('fl-db', { ...problem, batch: 1, seed: 0 });
    const initial = new Int32Array(problem.environment.stateSize);
    problem.environment.initial(initial);
    expect(Math.abs(potential.host(initial))).toBe(0);
    await solves(problem, objective, ({ logPi, logFlow, state }) => [...logPi, logFlow - potential.host(state)]);
  });
});

test('with a potential at the end alone FL-DB is DB', async () => {
  const { environment, reward } = gridProblem(2, 4);
  const problem = { environment, reward: { ...reward, rows: undefined, logPotential: () => 0 } };
  const outputs = ({ logPi, logFlow }: SolvedState) => [...logPi.map((x) => x / 2), logFlow + 1];
  const device = await reference();
  const ahead = await prepareExactUpdate(device, { problem, objective: forwardLookingDetailedBalance(), outputs });
  const plain = await prepareExactUpdate(device, { problem, objective: detailedBalance(), outputs });
  expect(await ahead.at(ahead.table)).toEqual(await plain.at(plain.table));
});

test('path consistency with corrected rewards, over whole trajectories, is trajectory balance', async () => {
  // Two trajectories of three steps, the last of each a stop; log R of the four states visited, the last being the object's.
  const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => Math.sin(12.9 * (from + i)));
  const [forward, backward, rewards] = [numbers(0, 6), numbers(10, 6), numbers(20, 6)];
  const tape = createTape();
  const grid = (values: readonly number[]) => tape.constant('f32', [3, 2], Float32Array.from(values));
  const logZ = 0.7;
  const { score } = await evaluate(await reference(), tape, {
    score: trajectoryScore({
      logForward: grid(forward),
      logBackward: grid(backward.map((x, i) => (i < 4 ? x : 0))),
      logReward: grid(rewards.map((x, i) => (i < 4 ? 0 : x))),
      trajectories: { rowOfGrid: tape.constant('i32', [6], [0, 1, 2, 3, 4, 5]), steps: 3, batch: 2 },
    }),
  });
  for (const trajectory of [0, 1]) {
    // The value of the initial state is log Z - log R(s_0): rewards are differences from there.
    let consistency = logZ - rewards[trajectory];
    for (const step of [0, 1, 2]) {
      const at = 2 * step + trajectory;
      const reward = step < 2 ? rewards[at + 2] - rewards[at] + backward[at] : 0;
      consistency += forward[at] - reward;
    }
    // A dozen float32 roundings of numbers below 4.
    expect(Math.abs(logZ + score[trajectory] - consistency)).toBeLessThanOrEqual(12 * 4 * 2 ** -24);
  }
});

describe('the residual of modified detailed balance', () => {
  // Two trajectories of three steps, the last of each a stop.
  const shape = [3, 2];
  const names = ['logForward', 'logBackward', 'logReward', 'logStop', 'nextLogStop'] as const;
  const numbers = (from: number) => Array.from({ length: 6 }, (_, i) => Math.sin(12.9 * (from + i)));
  const inner = [1, 1, 1, 1, 0, 0];
  const given = names.map((_, i) => numbers(10 * i));

  test("is minus that of pi-SQL with the reward's difference and log P_B as reward", async () => {
    const tape = createTape();
    const grid = (values: readonly number[]) => tape.constant('f32', shape, Float32Array.from(values));
    const [logForward, logBackward, logReward, logStop, nextLogStop] = given.map(grid);
    const { residual } = await evaluate(await reference(), tape, {
      residual: modifiedDetailedBalanceResidual({
        ...{ logForward, logBackward, logReward, logStop, nextLogStop, inner: grid(inner) },
      }),
    });
    const [forward, backward, rewards, stop, nextStop] = given.map((values) => Float32Array.from(values));
    inner.forEach((isInner, i) => {
      const reward = isInner === 0 ? 0 : rewards[i + 2] - rewards[i] + backward[i];
      const piSql = isInner * (forward[i] - stop[i] + nextStop[i] - reward);
      // Constants are folded in float32: five sums of numbers below 4.
      expect(Math.abs(residual[i] + piSql)).toBeLessThanOrEqual(5 * 4 * 2 ** -24);
    });
  });

  test('has its derivative', async () => {
    const { comparisons } = await gradcheck(
      (tape, inputs) => {
        const [logForward, logBackward, logReward, logStop, nextLogStop] = inputs;
        return modifiedDetailedBalanceResidual({
          ...{ logForward, logBackward, logReward, logStop, nextLogStop },
          inner: tape.constant('f32', shape, Float32Array.from(inner)),
        });
      },
      given.map((values) => ({ shape, values })),
    );
    expect(comparisons).toBeGreaterThan(0);
  });
});

onEach(testDevices, (open) => {
  test.each(withPotential)('rollouts record the potential of the states of %s', async (name, make) => {
    const device = await open();
    const problem = await make();
    const potential = potentialOf('fl-db', { ...problem, batch: 1, seed: 0 });
    // Plans with programs of their own take seconds to prepare on a GPU emulated in software: one problem of each kind.
    if (device.kind === 'webgpu' && !['a hypergrid', 'a chain'].includes(name)) return;
    const { environment } = problem;
    const tape = createTape();
    const batch = 6;
    const trajectories = recordRollout(tape, { ...prepareSample(problem, { batch }), needs: { potential } });
    const found = trajectories.potential;
    if (!found) throw new Error('The rollout has not recorded the potential.');
    const { grid, places, actions } = await evaluate(device, tape, {
      grid: toGrid(found, trajectories),
      actions: trajectories.action,
      places: trajectories.rowOfGrid,
    });
    const state = new Int32Array(environment.stateSize);
    for (let b = 0; b < batch; b++) {
      environment.initial(state);
      for (let time = 0; time < trajectories.steps; time++) {
        const row = places[time * batch + b];
        if (row < 0) break;
        const expected = potential.host(state.slice());
        // A float32 sum of at most 20 terms of the size of the rewards.
        expect(Math.abs(grid[time * batch + b] - expected)).toBeLessThanOrEqual(
          20 * 2 ** -24 * (100 + Math.abs(expected)),
        );
        environment.step(state, actions[row]);
      }
      expect(environment.isTerminal(state)).toBe(true);
    }
  });
});

describe('refused before any work', () => {
  const context = { batch: 2, seed: 0, network: { hidden: [4] } };
  test('mdb without a stop action', () => {
    expect(() => modifiedDetailedBalance().learner({ ...context, ...pairsProblem() })).toThrow(
      'mdb needs an environment that may stop at every state, and pairs names no stop action. Take db or tb',
    );
  });
  test('fl-db and fl-subtb without a potential', () => {
    for (const [name, make] of [
      ['fl-db', forwardLookingDetailedBalance],
      ['fl-subtb', forwardLookingSubTrajectoryBalance],
    ] as const) {
      expect(() => make().learner({ ...context, ...pairsProblem() })).toThrow(
        `${name} needs a potential of states on the way: the environment pairs names no stop action, and the reward pairs`,
      );
    }
  });
  test('objectives that need the reward along the trajectory if it is not known at once', () => {
    const { environment } = gridProblem(2, 3);
    const reward = { name: 'slow', prepare: async () => async () => ({ logRewards: [] }) };
    expect(() => modifiedDetailedBalance().learner({ ...context, environment, reward })).toThrow(
      'mdb asks for the reward of states on the way, at once; slow is not known at once.',
    );
  });
});
