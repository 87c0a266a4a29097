import { expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { differentiate } from '../../src/gradcheck/differences.ts';
import { innerProduct, normals } from '../../src/gradcheck/directions.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import { exactFlows } from '../../src/metrics/flows.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import type { Parameters } from '../../src/nn/index.ts';
import { applyValue, entPpo, softReturn, temporalDifference } from '../../src/objective/index.ts';
import { categorical } from '../../src/ops/index.ts';
import { toGrid } from '../../src/rollout/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { type Batch, prepareSample, sample } from '../rollout/batch.ts';
import { gridProblem, pairsProblem, tabularProblem } from '../rollout/problems.ts';
import { onEach, referenceDevice, testDevices } from '../setup/devices.ts';
import { logPolicy } from './plain-ent-ppo.ts';
import { inputOf, outputOf, plainNetwork } from './plain-network.ts';
import { prepareUpdate, trajectorySlots } from './recorded.ts';

const single = { policyUpdates: 1, valueEpochs: 1, valueChunks: 1 };

/** log pi at a state, from the logits that a policy has for what it sees there. */
type Policy = (state: Int32Array) => number[];

function policyOf({ environment }: Problem, logitsFor: (input: number[]) => number[]): Policy {
  return (state) => {
    const mask = new Int32Array(environment.actionCount);
    environment.forwardMask(state, mask);
    return logPolicy(
      logitsFor(inputOf(environment, encoded(environment, state))),
      Array.from(mask, (bit) => bit !== 0),
    );
  };
}

function encoded(environment: Problem['environment'], state: Int32Array): number[] {
  const { observation } = environment;
  const size = environment.observation.size;
  if (observation.kind !== 'features') {
    const tokens = new Int32Array(size);
    observation.encode(state, tokens);
    return [...tokens];
  }
  const features = new Float32Array(size);
  observation.encode(state, features);
  return [...features];
}

/** Every allowed step from a state: the action, the child, and log P_B plus log R where the child is an object. */
function stepsFrom({ environment, reward }: Problem, state: Int32Array) {
  const mask = new Int32Array(environment.actionCount);
  environment.forwardMask(state, mask);
  return [...mask.entries()].flatMap(([action, allowed]) => {
    if (!allowed) return [];
    const child = state.slice();
    environment.step(child, action);
    const parents = new Int32Array(environment.backwardActionCount);
    environment.backwardMask(child, parents);
    const terminal = environment.isTerminal(child);
    const logBackward = -Math.log(parents.reduce((a, b) => a + b, 0));
    return [{ action, child, terminal, logBackward, logReward: terminal ? reward.logReward(child) : 0 }];
  });
}

/** V^pi(s): the expected sum of rewards and entropies from a state on, by recursion over all that can follow. */
function softValue(problem: Problem, policy: Policy, state: Int32Array): number {
  const logPi = policy(state);
  return stepsFrom(problem, state).reduce((sum, { action, child, terminal, logBackward, logReward }) => {
    const rest = terminal ? 0 : softValue(problem, policy, child);
    return sum + Math.exp(logPi[action]) * (logBackward + logReward - logPi[action] + rest);
  }, 0);
}

/** A batch of one trajectory each, with its probability: everything that a policy can do. */
function allTrajectories(problem: Problem, policy: Policy, logitsAt: (state: Int32Array) => number[]) {
  const { environment } = problem;
  const { actionCount, maxSteps } = environment;
  const found: { batch: Batch; probability: number }[] = [];
  type Step = { observation: number[]; mask: number[]; action: number; logits: number[]; back: number; reward: number };
  const walk = (state: Int32Array, before: readonly Step[], logProbability: number) => {
    const mask = new Int32Array(actionCount);
    environment.forwardMask(state, mask);
    for (const { action, child, terminal, logBackward, logReward } of stepsFrom(problem, state)) {
      const here = { observation: encoded(environment, state), mask: [...mask], action, logits: logitsAt(state) };
      const steps = [...before, { ...here, back: logBackward, reward: logReward }];
      const log = logProbability + policy(state)[action];
      if (!terminal) {
        walk(child, steps, log);
        continue;
      }
      const times = steps.map((_, t) => t);
      const batch = {
        batch: 1,
        steps: maxSteps,
        rows: steps.length,
        observation: steps.flatMap((step) => step.observation),
        mask: steps.flatMap((step) => step.mask),
        action: steps.map((step) => step.action),
        logits: steps.flatMap((step) => step.logits),
        logBackward: steps.map((step) => step.back),
        logReward: steps.map((step) => step.reward),
        trajectory: times.map(() => 0),
        gridIndex: times,
        rowOfGrid: Array.from({ length: maxSteps }, (_, t) => (t < steps.length ? t : -1)),
        objects: [...child],
      };
      found.push({ batch, probability: Math.exp(log) });
    }
  };
  const initial = new Int32Array(environment.stateSize);
  environment.initial(initial);
  walk(initial, [], 0);
  return { found, initial };
}

/** A table of numbers by state, as the parameters of a perceptron without hidden layers over the state's number. */
function tableParameters({ offsets, values }: Parameters, table: ArrayLike<number>): Float64Array {
  return Object.assign(
    new Float64Array(values.shape[0]),
    Array.from(table, (value) => value),
  ).fill(0, offsets[1]);
}

test.each([
  ['a critic that knows nothing, and lambda 1', 1],
  ['the exact critic, and lambda 0.6', 0.6],
])('the expected policy gradient over all trajectories is that of V(s0), with %s', async (_, lambda) => {
  const exact = lambda < 1;
  const problem = exact ? tabularProblem(gridProblem(2, 3)) : gridProblem(2, 3);
  const architecture = { hidden: exact ? [] : [5] };
  const update = await prepareUpdate(await referenceDevice.open(), {
    problem,
    objective: entPpo({ ...single, lambda }),
    batch: 1,
    network: architecture,
  });
  const [{ parameters }, critic] = update.learner.networks;
  // Numbers of size 1, so that the policy is far from uniform and its gradient far from 0.
  const theta = normals(parameters.values.shape[0], 5, 0);
  const policyAt = (values: Float64Array) => {
    const network = plainNetwork(parameters, architecture, values);
    return policyOf(problem, (input) => outputOf(network, input));
  };
  const { environment } = problem;
  const { stateCount, stateAt } = enumerationOf(environment, 'the critic');
  const values = Float64Array.from({ length: stateCount }, (_, index) => {
    const state = new Int32Array(environment.stateSize);
    stateAt(index, state);
    return softValue(problem, policyAt(theta), state);
  });
  const network = plainNetwork(parameters, architecture, theta);
  const logitsAt = (state: Int32Array) => outputOf(network, inputOf(environment, encoded(environment, state)));
  const { found, initial } = allTrajectories(problem, policyAt(theta), logitsAt);
  // Paths to the cells of a 3 x 3 grid: 1 + 1 + 1 + 1 + 2 + 3 + 1 + 3 + 6.
  expect(found.length).toBe(19);
  expect(found.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);

  const expected = new Float64Array(theta.length);
  for (const { batch, probability } of found) {
    update.load(batch);
    update.reset({ policy: theta, ...(exact ? { value: tableParameters(critic.parameters, values) } : {}) });
    update.run();
    const [gradient] = await update.gradients();
    gradient.forEach((value, i) => {
      expected[i] += probability * value;
    });
  }
  for (let k = 0; k < 3; k++) {
    const v = normals(theta.length, 6, k);
    const { derivative } = await differentiate(async (t) =>
      Float64Array.of(softValue(problem, policyAt(theta.map((value, i) => value + t * v[i])), initial)),
    );
    const { value, size } = innerProduct(expected, v);
    // The loss is minimised, V(s0) maximised. Extrapolated differences are good to 1e-9.
    expect(Math.abs(value + derivative[0]) / size).toBeLessThan(1e-7);
  }
});

onEach(testDevices, (open) => {
  test.each([
    ['a hypergrid', gridProblem(2, 4)],
    ['a hard hypergrid', gridProblem(3, 3, 'hard')],
    ['pairs', pairsProblem()],
  ])('at the exact solution of %s every temporal difference and the gradient vanish', async (_, plain) => {
    const device = await open();
    const problem = tabularProblem(plain);
    const { environment, reward } = problem;
    const { logFlow, logPolicy: logPi } = exactFlows(environment, exactTarget(environment, reward).logReward);
    const batch = 16;
    const architecture = { hidden: [] };
    const update = await prepareUpdate(device, { problem, objective: entPpo(single), batch, network: architecture });
    const [policy, value] = update.learner.networks;
    const solution = {
      policy: tableParameters(policy.parameters, logPi),
      value: tableParameters(value.parameters, logFlow),
    };
    update.reset(solution);
    const sampled = await sampleFrom(device, problem, update.learner.logits, batch);

    const tape = createTape();
    const { trajectories, load } = trajectorySlots(tape, problem, batch, environment.maxSteps);
    const { observation, logits, mask, action, logBackward, logReward } = trajectories;
    const returns = softReturn(logBackward, logReward, categorical(logits, mask, action).logProbability);
    const values = toGrid(applyValue(value, observation), trajectories);
    load(device, sampled);
    const { residual } = await evaluate(device, tape, {
      residual: temporalDifference(toGrid(returns, trajectories), values),
    });
    // Float64 throughout on the reference; float32 holds log-flows of up to 9 to 5e-7, and differences take four of them.
    const allowed = device.kind === 'reference' ? 1e-10 : 1e-5;
    const largest = (numbers: ArrayLike<number>) =>
      Array.from(numbers).reduce((a: number, b) => Math.max(a, Math.abs(b)), 0);
    expect(largest(residual)).toBeLessThan(allowed);

    update.load(sampled);
    update.run();
    for (const gradient of await update.gradients()) expect(largest(gradient)).toBeLessThan(10 * allowed);
    // Away from the solution they do not, so that this can fail.
    update.reset({ ...solution, value: solution.value.map((number) => 2 * number) });
    update.run();
    for (const gradient of await update.gradients()) expect(largest(gradient)).toBeGreaterThan(1e-3);
  });
});

async function sampleFrom(
  device: Device,
  problem: Problem,
  policy: ReturnType<typeof prepareSample>['policy'],
  batch: number,
): Promise<Batch> {
  return sample(device, { ...prepareSample(problem, { batch, seed: 2 }), policy });
}
