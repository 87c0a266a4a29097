import { expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { conditionValue } from '../../src/environment/condition.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { jensenShannon, totalVariation } from '../../src/metrics/distance.ts';
import { exactTerminalDistribution, type PolicyLogits } from '../../src/metrics/exact.ts';
import { exactEubo } from '../../src/metrics/exact-eubo.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { entPpo, type Learner, networkFamily, trajectoryBalance } from '../../src/objective/index.ts';
import { reshape, slice, toFloat } from '../../src/ops/index.ts';
import { qm9Atoms } from '../../src/problems/qm9-atoms/environment.ts';
import { QM9_TEMPERATURES } from '../../src/problems/qm9-atoms/layout.ts';
import { createEvaluator, type Metrics } from '../../src/train/index.ts';
import { HYPERGRID_CONSTANTS } from '../metrics/constants.ts';
import { inputOf, outputOf, plainNetwork } from '../objective/plain-network.ts';
import { gridProblem, pairsProblem } from '../rollout/problems.ts';
import { onEach, testDevices, trainingDevices } from '../setup/devices.ts';

const shape = { hidden: [7] };

function learnerOf({ environment }: Problem, scale = 1): Learner {
  const learner = entPpo().learner({ environment, batch: 2, seed: 3, network: shape });
  for (const { parameters } of learner.networks) {
    parameters.values.initial?.forEach((value, i, all) => {
      all[i] = scale * value;
    });
  }
  return learner;
}

/** The learner's networks in plain float64 loops: logits, and V at the initial state. */
function plainly({ environment }: Problem, { networks: [policy, value] }: Learner) {
  const seen = (state: Int32Array) => {
    const { observation } = environment;
    const size = environment.observation.size;
    const row = observation.kind !== 'features' ? new Int32Array(size) : new Float32Array(size);
    if (observation.kind !== 'features') observation.encode(state, row as Int32Array);
    else observation.encode(state, row as Float32Array);
    return inputOf(environment, [...row]);
  };
  const [network, critic] = [policy, value].map(({ parameters }) =>
    plainNetwork(parameters, shape, parameters.values.initial ?? []),
  );
  const { stateSize } = environment;
  const logitsOf: PolicyLogits = async (states, count) =>
    Float64Array.from(
      Array.from({ length: count }, (_, n) =>
        outputOf(network, seen(states.slice(n * stateSize, (n + 1) * stateSize))),
      ).flat(),
    );
  const initial = new Int32Array(stateSize);
  environment.initial(initial);
  return { logitsOf, value: outputOf(critic, seen(initial))[0] };
}

async function expectExact(device: Device, problem: Problem): Promise<void> {
  const learner = learnerOf(problem, 3);
  const { metrics, distributions } = await (await createEvaluator(device, problem, learner)).evaluate();
  const target = exactTarget(problem.environment, problem.reward);
  const plain = plainly(problem, learner);
  const { probability, elbo, meanLength } = await exactTerminalDistribution(
    problem.environment,
    plain.logitsOf,
    target,
  );
  // Logits of about 3 in float32, whose relative errors of 1e-6 multiply over the steps of a trajectory.
  const close = (found: number | undefined, expected: number) =>
    expect(Math.abs(Number(found) - expected)).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)));
  close(metrics.totalVariation, totalVariation(target.probability, probability));
  close(metrics.jensenShannon, jensenShannon(target.probability, probability));
  close(metrics.elboGap, elbo - target.logPartition);
  close(metrics.euboGap, (await exactEubo(problem.environment, plain.logitsOf, target)) - target.logPartition);
  expect(metrics.euboGap).toBeGreaterThan(0);
  const meanReward = probability.reduce((sum, q, object) => sum + q * Math.exp(target.logReward[object]), 0);
  close(metrics.meanReward, meanReward);
  close(metrics.rewardError, Math.abs(meanReward / target.expectedReward - 1));
  expect(metrics.expectedReward).toBe(target.expectedReward);
  close(metrics.meanLength, meanLength);
  close(metrics.logPartition, plain.value);
  expect(metrics.logPartitionExact).toBe(target.logPartition);
  expect(distributions?.target).toEqual(target.probability);
  distributions?.learnt.forEach((found, i) => {
    close(found, probability[i]);
  });
}

onEach(testDevices, (open) => {
  test.each([
    ['a hypergrid', gridProblem(2, 6)],
    ['a hypergrid of more states than are evaluated at once', gridProblem(2, 40)],
    ['pairs', pairsProblem()],
  ])('the policy on %s is evaluated exactly', async (_, problem) => {
    await expectExact(await open(), problem);
  });

  test('an evaluation shows the parameters as they are on the device', async () => {
    const device = await open();
    const problem = gridProblem(2, 6);
    const learner = learnerOf(problem);
    const evaluator = await createEvaluator(device, problem, learner);
    const before = await evaluator.evaluate();
    const { values } = learner.networks[0].parameters;
    device.write(values, new Float32Array(values.shape[0]));
    const after = await evaluator.evaluate();
    expect(after.metrics.totalVariation).not.toBe(before.metrics.totalVariation);
    expect(after.metrics.logPartition).toBe(before.metrics.logPartition);
  });

  test.each(HYPERGRID_CONSTANTS)(
    'a network of zeros on a hypergrid ($difficulty, $dimension x $side) is the uniform policy',
    async (constants) => {
      const { difficulty, dimension, side } = constants;
      const problem = gridProblem(dimension, side, difficulty);
      const { metrics } = await (await createEvaluator(await open(), problem, learnerOf(problem, 0))).evaluate();
      // All logits are exactly 0; the rest is float64.
      expect(metrics.totalVariation).toBeCloseTo(constants.totalVariation, 10);
      expect(metrics.elboGap).toBeCloseTo(constants.elboGap, 10);
      expect(metrics.meanLength).toBeCloseTo(constants.meanLength, 10);
      expect(metrics.logPartitionExact).toBeCloseTo(constants.logPartition, 10);
      expect(metrics.logPartition).toBe(0);
    },
  );

  test('bounds are taken with the learner’s own backward policy, exactly and by sampling', async () => {
    const problem = pairsProblem();
    const { environment } = problem;
    const objective = trajectoryBalance({ backwardPolicy: 'learned' });
    const learner = objective.learner({ environment, batch: 2, seed: 3, network: shape });
    for (const { parameters } of learner.networks) {
      parameters.values.initial?.forEach((value, i, all) => {
        all[i] = 3 * value;
      });
    }
    const { backwardLogits: _, ...uniform } = learner;
    const device = await open();
    const evaluated = async (of: typeof uniform, asked: Problem = problem, trajectories = 4096) =>
      (await (await createEvaluator(device, asked, of as Learner, { trajectories })).evaluate()).metrics;
    const own = await evaluated(learner);
    const other = await evaluated(uniform);
    const logPartition = Number(own.logPartitionExact);
    expect(own.totalVariation).toBe(other.totalVariation);
    expect(own.elboGap).toBeLessThan(0);
    expect(own.euboGap).toBeGreaterThan(0);
    const hidden = Object.create(environment, { enumeration: { value: { reason: 'it is a secret.' } } });
    const sampled = await evaluated(learner, { ...problem, environment: hidden });
    const off = (gap: unknown) => Math.abs(Number(sampled.elbo) - logPartition - Number(gap));
    // Six standard errors.
    const tolerance = 6 * Number(sampled.elboError);
    expect(off(own.elboGap)).toBeLessThanOrEqual(tolerance);
    expect(off(other.elboGap)).toBeGreaterThan(tolerance);
  });

  test('of states that cannot be enumerated log Z is estimated and bounded by sampling', async () => {
    const problem = gridProblem(20, 20);
    const learner = learnerOf(problem);
    const { metrics, distributions } = await (await createEvaluator(await open(), problem, learner)).evaluate();
    expect(Object.keys(metrics).sort()).toEqual([
      'distinctShare',
      'elbo',
      'elboError',
      'logPartition',
      'logRewardCorrelation',
      'meanLength',
      'meanLogReward',
    ]);
    expect(metrics.logPartition).toBeCloseTo(plainly(problem, learner).value, 4);
    expect(distributions).toBeUndefined();
  });
});

test('log Z of a problem with inverse temperatures is the average over them', async () => {
  const environment = qm9Atoms({ maxAtoms: 2, temperatures: true });
  const { levels, index } = QM9_TEMPERATURES;
  // A reward that is the level itself, of objects of which one is held out at another level.
  const reward = { name: 'level', logReward: (state: Int32Array) => state[index] };
  const heldOut = new Int32Array(environment.stateSize);
  environment.initial(heldOut);
  const mask = new Int32Array(environment.actionCount);
  while (!environment.isTerminal(heldOut)) {
    environment.forwardMask(heldOut, mask);
    environment.step(heldOut, mask.indexOf(1));
  }
  const problem = { environment, reward, heldOut };
  const trained = trajectoryBalance().learner({
    ...{ environment, batch: 2, seed: 3, network: { width: 8, layers: 1, heads: 1 } },
    family: await networkFamily(environment, { width: 8, layers: 1, heads: 1 }),
  });
  // A log Z that is the observed level itself.
  const column = environment.observation.level?.column ?? Number.NaN;
  expect([column >= 0, index]).toEqual([true, 0]);
  const learner: Learner = {
    ...trained,
    logPartition: (observation) => reshape(toFloat(slice(observation, 1, column, 1)), []),
  };
  const device = await trainingDevices[0].open();
  const evaluator = await createEvaluator(device, problem, learner, { trajectories: 4 });
  const drawn = (await evaluator.evaluate()).metrics;
  const found = drawn.logPartition ?? Number.NaN;
  // Levels count from 0, and those looked at lie in the middle of equal shares of them.
  expect(Math.abs(found - (levels - 1) / 2)).toBeLessThanOrEqual(0.5);

  // At one inverse temperature there is one level to look at, for samples and held-out objects alike.
  const level = 7;
  const condition = conditionValue(QM9_TEMPERATURES, level);
  const at = await createEvaluator(device, problem, learner, { trajectories: 4, condition });
  const { metrics } = await at.evaluate();
  expect([metrics.logPartition, metrics.meanLogReward]).toEqual([level, level]);
  const bound = ({ heldOutEubo }: Metrics) => heldOutEubo ?? Number.NaN;
  // Differences of log P_F - log P_B of a few steps, by a policy that sees the level too, are far less.
  expect(bound(drawn) - bound(metrics)).toBeGreaterThan(0.9 * (levels - 1 - level));
  expect(bound(drawn) - bound(metrics)).toBeLessThan(1.1 * (levels - 1 - level));
  await expect(createEvaluator(device, problem, learner, { condition: 33 })).rejects.toThrow(/from 0\.5 to 32, not 33/);
});
