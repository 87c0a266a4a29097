import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { networkFamily, trajectoryBalance } from '../../src/objective/index.ts';
import { peptides } from '../../src/problems/amp/environment.ts';
import { dag } from '../../src/problems/dag/environment.ts';
import { createTrainer, type TrainingOptions } from '../../src/train/index.ts';
import { conditionedProblem, fragmentProblem } from '../environment/conditioned.ts';
import { onEach, referenceDevice, trainingDevices } from '../setup/devices.ts';
import { objectiveNamed } from '../setup/objectives.ts';
import { numbersOf, reportsOf } from '../train/runs.ts';

type ObjectiveOptions = Readonly<Record<string, number | string>>;

const network = { width: 8, layers: 1, heads: 2 };

function run(
  device: Device,
  problem: Problem,
  name: string,
  given: ObjectiveOptions,
  more: Partial<TrainingOptions> = {},
) {
  const objective = objectiveNamed(name, given);
  return createTrainer({ device, problem, objective, steps: 2, batch: 4, seed: 5, reportEvery: 1, network, ...more });
}

/** The diagnostics of two iterations: the first on the start values, the second on what the first made of them. */
async function diagnosticsOf(device: Device, problem: Problem, name: string, given: ObjectiveOptions) {
  return (await reportsOf(await run(device, problem, name, given))).map(({ diagnostics }) => diagnostics);
}

const cases: readonly [string, ObjectiveOptions][] = [
  ['ent-ppo', { policyUpdates: 2, valueEpochs: 1 }],
  ['ent-ppo', { backwardPolicy: 'tlm', tlmEpochs: 1, policyUpdates: 1, valueEpochs: 1, valueChunks: 1 }],
  ['gae', { valueEpochs: 1, valueChunks: 1 }],
  ['tb', {}],
  ['tb', { backwardPolicy: 'learned' }],
  ['db', {}],
  ['subtb', {}],
];

/**
 * As in devices.test.ts: float32 against float64, losses of some 30 terms below 10 with a few thousand roundings behind
 * each. After an update they may differ a little more, since Adam moves a parameter whose gradient is nearly 0 by the
 * learning rate either way.
 */
const allowed = [1e-3, 2e-2];

onEach(trainingDevices, (open) => {
  test.each([
    ...cases.map(([name, given]) => [name, given, fragmentProblem()] as const),
    ['ent-ppo', { policyUpdates: 1, valueEpochs: 1 }, conditionedProblem(fragmentProblem())] as const,
    ['tb', {}, conditionedProblem(fragmentProblem())] as const,
  ])('%s (%o) gives the same for a batch of graphs as in float64', async (name, given, problem) => {
    const found = await diagnosticsOf(await open(), problem, name, given);
    const expected = await diagnosticsOf(await referenceDevice.open(), problem, name, given);
    expect(found.length).toBe(2);
    expected.forEach((diagnostics, iteration) => {
      expect(Object.keys(found[iteration]).sort()).toEqual(Object.keys(diagnostics).sort());
      for (const [figure, value] of Object.entries(diagnostics)) {
        const difference = Math.abs(found[iteration][figure] - value);
        expect(difference, `${figure} of iteration ${iteration + 1}`).toBeLessThan(
          allowed[iteration] * Math.max(1, Math.abs(value)),
        );
      }
    });
  });
});

test('flow matching is refused if a backward action undoes another action than its own', () => {
  const { environment } = fragmentProblem();
  expect(() => objectiveNamed('fm').learner({ environment, batch: 2, seed: 0 })).toThrow(
    /fm: on .* counted more than once/,
  );
});

test.each([
  ['graphs', () => fragmentProblem().environment, undefined, 'Take ent-ppo'],
  ['sequences', () => peptides(2), { heads: 2 }, 'Take ent-ppo, or leave width, .* out'],
  ['relations', () => dag(3), { width: 8 }, 'Take ent-ppo, or leave width, .* out'],
] as const)('trust regions are refused with networks over %s', async (what, make, network, advice) => {
  const environment = make();
  const family = await networkFamily(environment, network);
  const context = { environment, batch: 2, seed: 0, network, family };
  expect(() => objectiveNamed('ent-trpo').learner(context)).toThrow(
    new RegExp(`^ent-trpo: .* has networks over ${what}, .* only perceptrons have\\. ${advice}\\.$`),
  );
});

describe('transformers are loaded ahead of the learner', () => {
  test.each([
    ['graphs', fragmentProblem().environment, network, 'graph', 'node/layer0/weight'],
    ['sequences', peptides(2), { heads: 2 }, 'sequence', 'embedding/weight'],
  ] as const)('over %s', async (what, environment, shape, kind, parameter) => {
    const context = { environment, batch: 2, seed: 0, network: shape };
    const { learner } = trajectoryBalance();
    const family = await networkFamily(environment, shape);
    expect(family?.kind).toBe(kind);
    const [{ network: policy }] = learner({ ...context, family }).networks;
    expect(policy.parameters.some(({ name }) => name === parameter)).toBe(true);
    // Without them, or with those of the other kind, the error says how to have them.
    const other =
      kind === 'graph' ? networkFamily(peptides(2), { width: 8 }) : networkFamily(fragmentProblem().environment);
    for (const given of [undefined, await other]) {
      expect(() => learner({ ...context, family: given })).toThrow(
        `has networks over ${what}, whose code is loaded when it is needed. Give objective.learner \`family: await networkFamily(`,
      );
    }
  });

  test('and perceptrons need none', async () => {
    for (const shape of [undefined, {}, { hidden: [4], width: undefined }]) {
      expect(await networkFamily(peptides(2), shape)).toBe(undefined);
    }
  });
});

test('further updates on a batch continue from the last one', async () => {
  const device = await trainingDevices[0].open();
  const once = await run(device, fragmentProblem(), 'tb', { updates: 1 }, { steps: 1 });
  const thrice = await run(device, fragmentProblem(), 'tb', { updates: 3 }, { steps: 1 });
  const [[{ diagnostics: first }], [{ diagnostics: last }]] = [await reportsOf(once), await reportsOf(thrice)];
  expect(last.loss).toBeLessThan(first.loss);
  expect((await numbersOf(thrice))['policy/optimizer/updates'][0]).toBe(3);
});

test('log-rewards below the floor count as the floor', async () => {
  const device = await trainingDevices[0].open();
  const { environment } = fragmentProblem();
  const constant = (logReward: number): Problem => ({
    environment,
    reward: { name: 'same', logReward: () => logReward },
  });
  const lossOf = async (problem: Problem, options: ObjectiveOptions) =>
    (await diagnosticsOf(device, problem, 'tb', options))[0].loss;
  expect(await lossOf(constant(-100), { logRewardFloor: -75 })).toBe(await lossOf(constant(-75), {}));
  expect(await lossOf(constant(-3), { logRewardFloor: -75 })).toBe(await lossOf(constant(-3), {}));
  expect(() => trajectoryBalance({ logRewardFloor: 1 })).toThrow(
    /logRewardFloor must be a number of at least -1000000000 and below 0/,
  );
});

test('with a condition log Z is learnt for each of its levels', async () => {
  const problem = conditionedProblem(fragmentProblem(1), 3);
  const { environment, reward, condition } = problem;
  const device = await trainingDevices[0].open();
  const more = { steps: 400, batch: 16, reportEvery: 400 };
  const trainer = await run(device, problem, 'tb', { learningRate: 5e-3, logPartitionLearningRate: 5e-3 }, more);
  await reportsOf(trainer);
  const { metrics } = await trainer.evaluate();
  // One fragment, then stop: three objects, each in one way.
  const state = new Int32Array(environment.stateSize);
  const mask = new Int32Array(environment.actionCount);
  const logPartitionAt = (level: number) => {
    const rewards = [0, 1, 2].map((fragment) => {
      environment.initial(state);
      state[condition.index] = level;
      environment.step(state, 1 + fragment);
      environment.forwardMask(state, mask);
      environment.step(state, 0);
      return Math.exp(reward.logReward(state));
    });
    return Math.log(rewards.reduce((a, b) => a + b, 0));
  };
  // The evaluation is of all levels alike, as its ELBO is.
  const each = Array.from({ length: condition.levels }, (_, level) => logPartitionAt(level));
  expect(Math.max(...each) - Math.min(...each)).toBeGreaterThan(1);
  const mean = each.reduce((sum, logPartition) => sum + logPartition, 0) / each.length;
  // Residuals are a few hundredths by then.
  expect(Math.abs(Number(metrics.logPartition) - mean)).toBeLessThanOrEqual(0.2);
});
