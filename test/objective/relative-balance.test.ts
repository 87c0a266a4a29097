import { describe, expect, test } from 'vitest';
import { openCpuDevice } from '../../src/device/cpu/cpu.ts';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { totalVariation } from '../../src/metrics/distance.ts';
import { exactTerminalDistribution } from '../../src/metrics/exact.ts';
import { logSumExp } from '../../src/numeric/log-sum-exp.ts';
import { type PriorPolicy, relativeTrajectoryBalance, trajectoryBalance, trustPcl } from '../../src/objective/index.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { loadRun, loadSampler } from '../../src/run/load.ts';
import { createRun, train } from '../../src/run/run.ts';
import { gridProblem, namedProblem, tabularProblem } from '../rollout/problems.ts';
import { referenceDevice } from '../setup/devices.ts';
import { prepareExactUpdate } from './exact-update.ts';

/** Logits of a prior by state, as random as they come, and the network that holds them: a table. */
function randomPrior(plain: Problem) {
  const { environment } = tabularProblem(plain);
  const { name, options, stateSize, actionCount } = environment;
  const { stateCount } = enumerationOf(environment, 'a prior');
  const random = randomFrom(11);
  const logits = Float32Array.from({ length: stateCount * actionCount }, () => 3 * random() - 1.5);
  const policy: PriorPolicy = {
    environment: { name, options, stateSize },
    layers: [
      { name: 'layer0/weight', shape: [stateCount, actionCount], offset: 0 },
      { name: 'layer0/bias', shape: [actionCount], offset: logits.length },
    ],
    parameters: Float32Array.from([...logits, ...new Array<number>(actionCount).fill(0)]),
  };
  return { policy, logits };
}

/** The posterior policy p(trajectory) R(x)^beta / Z by backward recursion, and log Z. */
function posterior({ environment, reward }: Problem, logits: ArrayLike<number>, beta: number) {
  const { stateCount, stateAt, indexOf } = enumerationOf(environment, 'a posterior');
  const { actionCount, stateSize } = environment;
  const logFlow = new Float64Array(stateCount);
  const table: number[][] = [];
  const mask = new Int32Array(actionCount);
  const state = new Int32Array(stateSize);
  for (let index = stateCount - 1; index >= 0; index--) {
    stateAt(index, state);
    environment.forwardMask(state, mask);
    const allowed = Array.from({ length: actionCount }, (_, a) => logits[index * actionCount + a]);
    const scale = logSumExp(Float64Array.from(allowed.filter((_, a) => mask[a] !== 0)));
    const edges = allowed.map((logit, action) => {
      if (mask[action] === 0) return Number.NEGATIVE_INFINITY;
      const child = state.slice();
      environment.step(child, action);
      const beyond = environment.isTerminal(child) ? beta * reward.logReward(child) : logFlow[indexOf(child)];
      return logit - scale + beyond;
    });
    logFlow[index] = logSumExp(Float64Array.from(edges));
    table[index] = edges.map((edge) => (edge === Number.NEGATIVE_INFINITY ? 0 : edge - logFlow[index]));
  }
  return { table: table.flat(), logPartition: logFlow[0] };
}

const policyOf =
  ({ environment }: Problem, table: ArrayLike<number>) =>
  async (states: Int32Array, count: number) => {
    const { indexOf } = enumerationOf(environment, 'a policy');
    const { actionCount, stateSize } = environment;
    return Float64Array.from({ length: count * actionCount }, (_, at) => {
      const row = Math.floor(at / actionCount);
      const index = indexOf(states.slice(row * stateSize, (row + 1) * stateSize));
      return table[index * actionCount + (at % actionCount)];
    });
  };

const largest = (numbers: readonly number[]) => numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

describe.each([
  ['a hypergrid', () => gridProblem(2, 4)],
  ['sets', () => namedProblem('sets', { items: 5, size: 3 })],
])('relative trajectory balance of %s', (_, make) => {
  test.each([0, 0.5, 1])('with the reward to the power of %d: the posterior is its solution', async (beta) => {
    const problem = await make();
    const { environment, reward } = problem;
    const { policy: prior, logits } = randomPrior(problem);
    const { table, logPartition } = posterior(problem, logits, beta);
    const objective = relativeTrajectoryBalance({ rewardExponent: beta });
    const device = await referenceDevice.open();
    const update = await prepareExactUpdate(device, { problem, objective, prior, outputs: () => [] });
    const solved = await update.at(table, logPartition);
    // log R is float32 here, at most 10; the gradient is the residual times at most the steps of a trajectory.
    const residual = 4 * 2 ** -24 * update.scale;
    expect(solved.loss).toBeLessThanOrEqual(residual ** 2);
    expect(largest(solved.gradient)).toBeLessThanOrEqual(environment.maxSteps * residual);
    expect(
      (
        await update.at(
          table.map((x) => x / 2),
          logPartition,
        )
      ).loss,
    ).toBeGreaterThan(1e-3);

    // Of objects it makes the prior's own probabilities times R^beta.
    const { probability: before } = await exactTerminalDistribution(environment, policyOf(problem, logits));
    const { probability: after } = await exactTerminalDistribution(environment, policyOf(problem, table));
    const { objectAt } = enumerationOf(environment, 'objects');
    const state = new Int32Array(environment.stateSize);
    const expected = before.map((share, object) => {
      objectAt(object, state);
      return Math.exp(Math.log(share) + beta * reward.logReward(state) - logPartition);
    });
    // Some hundred roundings of float64.
    expect(totalVariation(expected, after)).toBeLessThanOrEqual(1e-12);
  });

  test('trust-region path consistency is alpha^2 times it', async () => {
    const problem = await make();
    const { policy: prior } = randomPrior(problem);
    const device = await referenceDevice.open();
    const table = (await make()).environment.actionCount;
    const numbers = Array.from({ length: 8 * table }, (_, i) => Math.sin(7 * i));
    for (const alpha of [0.5, 3]) {
      const relative = relativeTrajectoryBalance({ rewardExponent: 1 / alpha });
      const of = (objective: typeof relative) =>
        prepareExactUpdate(device, { problem, objective, prior, outputs: () => [] }).then((update) =>
          update.at(numbers, 0.7),
        );
      const { loss, gradient } = await of(relative);
      const scaled = await of(trustPcl({ alpha }));
      // Some hundred roundings of float64.
      expect(Math.abs(scaled.loss - alpha ** 2 * loss)).toBeLessThanOrEqual(1e-12 * (1 + scaled.loss));
      scaled.gradient.forEach((x, i) => {
        expect(Math.abs(x - alpha ** 2 * gradient[i])).toBeLessThanOrEqual(1e-12 * (1 + largest(scaled.gradient)));
      });
    }
  });
});

test('with the uniform prior on a tree of fixed depth it is trajectory balance with another log Z', async () => {
  const problem = await namedProblem('binary-tree', { depth: 3 });
  const device = await referenceDevice.open();
  const numbers = Array.from({ length: 14 }, (_, i) => Math.sin(7 * i));
  const shift = 3 * Math.log(2);
  const options = { problem, prior: 'uniform', outputs: () => [] } as const;
  const relative = relativeTrajectoryBalance({ residualLoss: 'squared' });
  const found = await (await prepareExactUpdate(device, { ...options, objective: relative })).at(numbers, 0.5 - shift);
  const expected = await (await prepareExactUpdate(device, { ...options, objective: trajectoryBalance() })).at(
    numbers,
    0.5,
  );
  // Some hundred roundings of float64.
  expect(Math.abs(found.loss - expected.loss)).toBeLessThanOrEqual(1e-12 * (1 + expected.loss));
});

test('a run takes a saved sampler as its prior, keeps it, and is judged by the posterior', async () => {
  const device = await openCpuDevice();
  const problem = gridProblem(2, 4);
  const network = { hidden: [16] };
  const settings = { device, problem, network, batch: 16, learningRate: { end: 0.1 } };
  const before = await train({ ...settings, objective: trajectoryBalance({ learningRate: 0.01 }), steps: 300 });
  const sampler = await loadSampler(await before.save(), { device, problem });
  const flat = { ...problem, reward: { name: 'corner', logReward: ([x, y]: Int32Array) => x - y } };
  const objective = relativeTrajectoryBalance({ learningRate: 0.01 });
  const run = await createRun({ ...settings, problem: flat, objective, prior: sampler, steps: 300 });
  // It begins as the prior.
  expect(Array.from(await device.read(run.learner.networks[0].parameters.values))).toEqual(
    Array.from(await device.read(run.learner.variables[0])),
  );
  for await (const _ of run) {
    // Only the end matters.
  }
  const { metrics } = await run.evaluate();
  expect(metrics.totalVariation).toBeLessThan(0.1);
  const saved = await run.save();
  const again = await loadSampler(saved, { device, problem: flat });
  expect((await again.evaluate()).metrics.totalVariation).toBe(metrics.totalVariation);
  const further = await loadRun(saved, { device, problem: flat, steps: 301 });
  expect((await further.step()).step).toBe(301);
  device.destroy();
});

describe('refused before any work', () => {
  test('a run without a prior, and an objective that takes none', async () => {
    const device = await openCpuDevice();
    const settings = { device, problem: gridProblem(2, 3), steps: 1, batch: 2 };
    await expect(createRun({ ...settings, objective: relativeTrajectoryBalance() })).rejects.toThrow(
      'rtb needs a prior',
    );
    await expect(createRun({ ...settings, objective: trajectoryBalance(), prior: 'uniform' })).rejects.toThrow(
      'tb takes no prior: leave it out',
    );
    device.destroy();
  });

  test('a prior of another environment or another network', () => {
    const problem = gridProblem(2, 3);
    const context = { ...tabularProblem(problem), batch: 2, seed: 0 };
    const { policy } = randomPrior(gridProblem(2, 4));
    expect(() => relativeTrajectoryBalance().learner({ ...context, prior: policy })).toThrow(
      'The prior is a sampler of hypergrid, dimension 2, side 4, but this run is one of hypergrid, dimension 2, side 3.',
    );
    const { policy: prior } = randomPrior(problem);
    expect(() => relativeTrajectoryBalance().learner({ ...context, network: { hidden: [5] }, prior })).toThrow(
      "The prior's policy has the layers layer0/weight [9, 3], layer0/bias [3], but this run needs layer0/weight [9, 5].",
    );
  });
});
