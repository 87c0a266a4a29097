import { describe, expect, test } from 'vitest';
import { arraysOf } from '../../src/checkpoint/run-state.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { evaluate, gradcheck } from '../../src/gradcheck/index.ts';
import { initializeParameters, perceptron, readParameters } from '../../src/nn/index.ts';
import {
  alongTrajectories,
  type BalanceInput,
  backwardLogProbability,
  backwardPolicy,
  detailedBalanceLoss,
  entPpo,
  gae,
  type Learner,
  logPartitionVarianceLoss,
  policyNetwork,
  policyOutputsAt,
  subTrajectoryLoss,
  trajectoryBalance,
  trajectoryBalanceLoss,
  trajectoryLikelihoodLoss,
  trajectoryScore,
} from '../../src/objective/index.ts';
import {
  add,
  categorical,
  gradient,
  mean,
  multiply,
  reshape,
  slice,
  square,
  subtract,
  sum,
} from '../../src/ops/index.ts';
import { type Trajectories, toGrid } from '../../src/rollout/index.ts';
import { createTape, type Tape, type Tensor, variable } from '../../src/tape/index.ts';
import { createTrainer, type Snapshot } from '../../src/train/index.ts';
import { prepareIteration } from '../../src/train/iteration.ts';
import { gridProblem, pairsProblem } from '../rollout/problems.ts';
import { onEach, referenceDevice, testDevices, trainingDevices } from '../setup/devices.ts';
import { objectiveNamed } from '../setup/objectives.ts';
import { type Solution, type Step, solutionOf, walkSteps, walksOnTape } from './walks.ts';

/** What a balance loss with a learnt backward policy is computed from. */
interface Values {
  readonly logits: Tensor;
  readonly backwardLogits: Tensor;
  readonly logFlow: Tensor;
  readonly logPartition: Tensor;
}

/** Every balance loss as a function of what its network puts out. */
const losses: Readonly<Record<string, (input: BalanceInput, logPartition: Tensor) => Tensor>> = {
  tb: trajectoryBalanceLoss,
  db: (input) => detailedBalanceLoss(input),
  vargrad: (input) => logPartitionVarianceLoss(trajectoryScore(input)),
  'subtb, decay 0': (input) => mean(subTrajectoryLoss(alongTrajectories(input), 0)),
  'subtb, decay 0.5': (input) => mean(subTrajectoryLoss(alongTrajectories(input), 0.5)),
  'subtb, decay 0.9': (input) => mean(subTrajectoryLoss(alongTrajectories(input), 0.9)),
  'subtb, decay 1': (input) => mean(subTrajectoryLoss(alongTrajectories(input), 1)),
};

function inputOf(trajectories: Trajectories, { logits, backwardLogits, logFlow }: Values): BalanceInput {
  const { mask, action, logReward, backward } = trajectories;
  if (!backward) throw new Error('the walks have no backward data');
  return {
    logFlow: toGrid(logFlow, trajectories),
    logForward: toGrid(categorical(logits, mask, action).logProbability, trajectories),
    logBackward: toGrid(backwardLogProbability(backwardLogits, backward), trajectories),
    logReward: toGrid(logReward, trajectories),
    trajectories,
  };
}

/** Numbers for `Values`, as shapes and arrays, from what stands at each step's state and child. */
function numbersOf({ environment }: Problem, walked: readonly Step[], { logPartition, ...of }: Solution) {
  const { actionCount, backwardActionCount } = environment;
  const count = walked.length;
  return {
    logits: { shape: [count, actionCount], values: walked.flatMap(({ state }) => of.logEdges(state)) },
    backwardLogits: {
      shape: [count, backwardActionCount],
      values: walked.flatMap(({ child }) => of.backwardLogits(child)),
    },
    logFlow: { shape: [count], values: walked.map(({ state }) => of.logFlow(state)) },
    logPartition: { shape: [1], values: [logPartition] },
  };
}

const problems: readonly [string, Problem][] = [
  ['a hypergrid', gridProblem(2, 4)],
  ['pairs, with two edges between two states', pairsProblem()],
];

describe.each(problems)('on %s', (_, problem) => {
  const walked = walkSteps(problem, 12, 3);

  onEach(testDevices, (open) => {
    test.each(Object.keys(losses))(
      '%s is 0, with no gradient, at the solution of any backward policy',
      async (name) => {
        const device = await open();
        const exact = device.kind === 'reference';
        for (const spread of [0, 2]) {
          const tape = createTape();
          const numbers = Object.entries(numbersOf(problem, walked, solutionOf(problem, spread)));
          const inputs = numbers.map(([what, { shape, values }]) =>
            tape.read(variable(what, 'f32', shape, Float32Array.from(values))),
          );
          const [logits, backwardLogits, logFlow, logPartition] = inputs;
          const input = inputOf(walksOnTape(tape, problem, walked), { logits, backwardLogits, logFlow, logPartition });
          const loss = losses[name](input, logPartition);
          const gradients = gradient(loss, inputs);
          const found = await evaluate<string>(device, tape, {
            loss,
            ...Object.fromEntries(gradients.map((tensor, i) => [`gradient ${i}`, tensor])),
          });
          // The inputs are rounded to float32 even on the reference: residuals of 1e-6 for log-flows of up to 10.
          expect(found.loss[0]).toBeLessThan(exact ? 1e-10 : 1e-9);
          for (const i of inputs.keys()) expect(Math.hypot(...found[`gradient ${i}`])).toBeLessThan(1e-4);
        }
      },
    );
  });

  test.each(Object.keys(losses))('%s tells another backward policy from that of the solution', async (name) => {
    const tape = createTape();
    const numbers = numbersOf(problem, walked, {
      ...solutionOf(problem, 0),
      backwardLogits: solutionOf(problem, 2).backwardLogits,
    });
    const [logits, backwardLogits, logFlow, logPartition] = Object.values(numbers).map(({ shape, values }) =>
      tape.constant('f32', shape, values),
    );
    const values = { logits, backwardLogits, logFlow, logPartition };
    const loss = losses[name](inputOf(walksOnTape(tape, problem, walked), values), logPartition);
    expect((await evaluate(await referenceDevice.open(), tape, { loss })).loss[0]).toBeGreaterThan(1e-3);
  });

  test.each(Object.keys(losses))('the gradient of %s is that of differences', async (name) => {
    // The seeds give other logits to the forward policy, to the backward policy, and other flows: nothing balances.
    const numbers = numbersOf(problem, walked, {
      ...solutionOf(problem, 1, 5),
      backwardLogits: solutionOf(problem, 1, 6).backwardLogits,
    });
    await gradcheck(
      (tape, [logits, backwardLogits, logFlow, logPartition]) => {
        const values = { logits, backwardLogits, logFlow, logPartition };
        return losses[name](inputOf(walksOnTape(tape, problem, walked), values), logPartition);
      },
      Object.entries(numbers).map(([what, { shape, values }], i) => ({
        name: what,
        shape,
        values: values.map((value, j) => value + Math.sin(i + 3 * j)),
      })),
    );
  });

  test('log P_B from one pass over the states, and its gradient, are those of a second pass over the children', async () => {
    const context = { environment: problem.environment, batch: 12, seed: 4, network: { hidden: [6] } };
    const network = policyNetwork(context, 1e-3, { backward: true, state: true });
    const settings = { backwardPolicy: 'learned', tlmEpochs: 1, tlmLearningRate: 1e-3 } as const;
    const { logProbability } = backwardPolicy(settings, context, network);
    const tape = createTape();
    const walks = walksOnTape(tape, problem, walked);
    const at = policyOutputsAt(network, walks);
    const { backward } = walks;
    if (!backward) throw new Error('the walks have no backward data');
    const { actionCount, backwardActionCount } = problem.environment;
    const atChildren = slice(
      network.network.apply(at.parameters, backward.observation),
      1,
      actionCount,
      backwardActionCount,
    );
    const weights = tape.constant(
      'f32',
      [walked.length],
      walked.map((_, i) => Math.sin(1 + 3 * i)),
    );
    const [once, twice] = [logProbability(walks, at), backwardLogProbability(atChildren, backward)].map((found) => [
      found,
      ...gradient(sum(multiply(found, weights)), at.parameters),
    ]);
    const found = await evaluate<string>(await referenceDevice.open(), tape, {
      ...Object.fromEntries(once.map((tensor, i) => [`once ${i}`, tensor])),
      ...Object.fromEntries(twice.map((tensor, i) => [`twice ${i}`, tensor])),
    });
    // The same sums of some 1e3 numbers of size 1 in float64, in another order.
    for (const i of twice.keys()) {
      const expected = found[`twice ${i}`];
      expect(Math.hypot(...expected)).toBeGreaterThan(0.01);
      const off = found[`once ${i}`].map((value, k) => Math.abs(value - expected[k]));
      expect(Math.max(...off)).toBeLessThanOrEqual(1e-12);
    }
  });

  test('the gradient of the likelihood loss is that of differences', async () => {
    const { backwardLogits } = numbersOf(problem, walked, solutionOf(problem, 1, 6));
    await gradcheck(
      (tape, [logits]) => {
        const { backward, batch } = walksOnTape(tape, problem, walked);
        if (!backward) throw new Error('the walks have no backward data');
        return trajectoryLikelihoodLoss(backwardLogProbability(logits, backward), batch);
      },
      [{ name: 'backwardLogits', ...backwardLogits }],
    );
  });
});

/** A learner for a small grid, and one update of it on given walks. */
async function prepareLearner(learner: Learner, problem: Problem, walked: readonly Step[]) {
  const device = await referenceDevice.open();
  const tape = createTape();
  const walks = walksOnTape(tape, problem, walked);
  const logits = learner.logits(walks.observation);
  const diagnostics = learner.update({ ...walks, logits });
  return { device, tape, diagnostics };
}

const problem = gridProblem(2, 4);
const walked = walkSteps(problem, 8, 7);
const { actionCount, backwardActionCount } = problem.environment;
const context = { environment: problem.environment, batch: 8, seed: 3, network: { hidden: [6] } };
/** Steps so short that float32 does not change by them: what remains is what TLM did. */
const still = { learningRate: 1e-30, valueLearningRate: 1e-30, valueEpochs: 1, valueChunks: 1 };
const tlm = { backwardPolicy: 'tlm', tlmEpochs: 3, tlmLearningRate: 0.02 } as const;

/** What both policies of a learner with a shared network say of the walks, with its numbers as they are. */
function policiesOf(tape: Tape, learner: Learner, walks: Trajectories) {
  const { parameters } = learner.networks[0];
  const apply = (observation: Tensor) => parameters.network.apply(readParameters(tape, parameters), observation);
  if (!walks.backward) throw new Error('the walks have no backward data');
  const backwardLogits = slice(apply(walks.backward.observation), 1, actionCount, backwardActionCount);
  return {
    logForward: categorical(slice(apply(walks.observation), 1, 0, actionCount), walks.mask, walks.action)
      .logProbability,
    logBackward: backwardLogProbability(backwardLogits, walks.backward),
  };
}

describe('trajectory-likelihood maximisation', () => {
  test('is steps of Adam on the likelihood over all of the policy, which leave the forward logits’ own weights', async () => {
    const learner = entPpo({ ...tlm, ...still, policyUpdates: 1 }).learner(context);
    const { device, tape, diagnostics } = await prepareLearner(learner, problem, walked);
    const { parameters } = learner.networks[0];
    const initial = Float64Array.from(parameters.values.initial ?? []);
    await evaluate(device, tape, diagnostics);
    const after = Float64Array.from(await device.read(parameters.values));

    // The same in plain numbers: Adam with a rate that falls by 0.999 with each step, on the gradient of a fresh tape.
    const plain = { values: initial.slice(), first: initial.map(() => 0), second: initial.map(() => 0) };
    for (let step = 1; step <= tlm.tlmEpochs; step++) {
      const fresh = createTape();
      const values = variable('values', 'f32', parameters.values.shape, Float32Array.from(plain.values));
      const tensors = readParameters(fresh, { ...parameters, values });
      const { backward, batch } = walksOnTape(fresh, problem, walked);
      if (!backward) throw new Error('the walks have no backward data');
      const output = parameters.network.apply(tensors, backward.observation);
      const logits = slice(output, 1, actionCount, backwardActionCount);
      const gradients = gradient(trajectoryLikelihoodLoss(backwardLogProbability(logits, backward), batch), tensors);
      const found = await evaluate<string>(device, fresh, Object.fromEntries(gradients.map((g, i) => [`${i}`, g])));
      const rate = tlm.tlmLearningRate * 0.999 ** (step - 1);
      parameters.offsets.forEach((offset, i) => {
        found[i].forEach((g, k) => {
          const at = offset + k;
          plain.first[at] = 0.9 * plain.first[at] + 0.1 * g;
          plain.second[at] = 0.999 * plain.second[at] + 0.001 * g * g;
          const [m, v] = [plain.first[at] / (1 - 0.9 ** step), plain.second[at] / (1 - 0.999 ** step)];
          plain.values[at] -= (rate * m) / (Math.sqrt(v) + 1e-8);
        });
      });
    }
    // The start values of each plain step are rounded to float32: a part of 1e-7, through gradients of size 1.
    after.forEach((value, i) => {
      expect(Math.abs(value - plain.values[i])).toBeLessThan(1e-5);
    });
    const width = actionCount + backwardActionCount;
    const [, , weights, biases] = parameters.offsets;
    const moved = (at: number) => after[at] !== initial[at];
    for (let unit = 0; unit <= 6; unit++) {
      const row = unit === 6 ? biases : weights + unit * width;
      for (let action = 0; action < actionCount; action++) expect(moved(row + action)).toBe(false);
    }
    for (let b = 0; b < backwardActionCount; b++) expect(moved(biases + actionCount + b)).toBe(true);
    const trunk = Array.from({ length: weights }, (_, i) => moved(i));
    expect(trunk).toContain(true);
  });

  test('comes before the advantages, which take both policies as it leaves them', async () => {
    for (const objective of [entPpo({ ...tlm, ...still, policyUpdates: 1 }), gae({ ...tlm, ...still })]) {
      const learner = objective.learner(context);
      const { device, tape, diagnostics } = await prepareLearner(learner, problem, walked);
      const { meanSoftReturn } = await evaluate<string>(device, tape, diagnostics);
      const after = createTape();
      const walks = walksOnTape(after, problem, walked);
      const { logForward, logBackward } = policiesOf(after, learner, walks);
      const returned = (backward: Tensor) => multiply(sum(subtract(add(backward, walks.logReward), logForward)), 1 / 8);
      const expected = await evaluate(device, after, {
        learnt: returned(logBackward),
        uniform: returned(walks.logBackward),
      });
      // Both are sums of the same numbers in float64; the policy's own step of 1e-30 does not show.
      expect(Math.abs(meanSoftReturn[0] - expected.learnt[0])).toBeLessThan(1e-9);
      expect(Math.abs(meanSoftReturn[0] - expected.uniform[0])).toBeGreaterThan(1e-3);
    }
  });

  test('gives the old policy of the updates that follow it', async () => {
    const learner = entPpo({ ...tlm, ...still, policyUpdates: 1 }).learner(context);
    const { device, tape, diagnostics } = await prepareLearner(learner, problem, walked);
    const found = await evaluate<string>(device, tape, diagnostics);
    // One policy against itself in float64; means take the float32 nearest to 1 / rows, which is 6e-8 off at most.
    expect(Math.abs(found.meanRatio[0] - 1)).toBeLessThan(6e-8);
    expect(Math.abs(found.maxRatio[0] - 1)).toBeLessThan(1e-12);
    expect(Math.abs(found.meanDivergence[0])).toBeLessThan(1e-12);
  });

  test('lasts: the likelihood of the same walks rises from iteration to iteration', async () => {
    for (const name of ['ent-ppo', 'gae', 'tb', 'db', 'subtb', 'vargrad']) {
      const learner = objectiveNamed(name, { ...tlm, learningRate: 1e-6 }).learner(context);
      const { device, tape, diagnostics } = await prepareLearner(learner, problem, walked);
      const losses: number[] = [];
      for (let iteration = 0; iteration < 4; iteration++) {
        losses.push((await evaluate<string>(device, tape, diagnostics)).backwardLoss[0]);
      }
      for (let i = 1; i < losses.length; i++) expect(losses[i], name).toBeLessThan(losses[i - 1]);
      expect(losses[0] - losses[3], name).toBeGreaterThan(0.1);
    }
  });

  test('continues after a checkpoint as if it had never stopped', async () => {
    const device = await trainingDevices[0].open();
    const options = { device, problem, objective: entPpo(tlm), batch: 4, network: { hidden: [6] }, seed: 2 };
    const run = async (steps: number, from?: Snapshot) => {
      const trainer = await createTrainer({ ...options, steps, ...(from ? { from } : {}) });
      for await (const _ of trainer);
      return trainer;
    };
    const whole = await run(6);
    const half = await run(3);
    const resumed = await run(6, await half.snapshot());
    const names = arraysOf(await whole.snapshot()).map(({ name }) => name);
    expect(names).toContain('objective/policy/likelihood/updates');
    expect(await resumed.snapshot()).toEqual(await whole.snapshot());
  });
});

describe('learned jointly', () => {
  test.each(['tb', 'db', 'subtb', 'vargrad'])('%s updates the backward logits by its own gradient', async (name) => {
    const learner = objectiveNamed(name, { backwardPolicy: 'learned' }).learner(context);
    const { device, tape, diagnostics } = await prepareLearner(learner, problem, walked);
    const { parameters } = learner.networks[0];
    await evaluate<string>(device, tape, diagnostics);
    const [, , , biases] = parameters.offsets;
    const after = await device.read(parameters.values);
    for (let b = 0; b < backwardActionCount; b++) {
      const at = biases + actionCount + b;
      // Adam's first step is the whole learning rate, 1e-3, wherever there is a gradient.
      expect(Math.abs(after[at] - (parameters.values.initial?.[at] ?? 0))).toBeGreaterThan(0.9e-3);
    }
  });

  test('the gradient of trajectory balance through the shared network is that of differences', async () => {
    const outputs = actionCount + backwardActionCount;
    const network = perceptron({
      name: 'policy',
      observation: problem.environment.observation,
      hidden: [5],
      outputs,
      activation: 'tanh',
    });
    const { values, offsets } = initializeParameters(network, 1, 1);
    await gradcheck(
      (tape, tensors) => {
        const walks = walksOnTape(tape, problem, walked);
        if (!walks.backward) throw new Error('the walks have no backward data');
        const logits = slice(network.apply(tensors, walks.observation), 1, 0, actionCount);
        const seen = network.apply(tensors, walks.backward.observation);
        const backwardLogits = slice(seen, 1, actionCount, backwardActionCount);
        const input = inputOf(walks, { logits, backwardLogits, logFlow: walks.logReward, logPartition: logits });
        return reshape(square(add(trajectoryScore(input), 1)), [8]);
      },
      network.parameters.map(({ name, shape }, i) => ({
        name,
        shape,
        values: Float64Array.from(values.initial ?? []).slice(
          offsets[i],
          offsets[i] + shape.reduce((a, b) => a * b, 1),
        ),
      })),
    );
  });
});

test('a uniform backward policy costs the network nothing and asks nothing of rollouts', () => {
  for (const name of ['ent-ppo', 'gae', 'tb', 'db', 'subtb', 'vargrad']) {
    const learner = objectiveNamed(name).learner(context);
    const [, bias] = learner.networks[0].network.parameters.slice(-2);
    expect(bias.shape[0], name).toBe(actionCount + (name === 'db' || name === 'subtb' ? 1 : 0));
    expect(learner.needs, name).toEqual({});
    expect(learner.variables, name).toEqual([]);
  }
});

test('settings that cannot be learnt are refused with the reason', () => {
  expect(() => entPpo({ backwardPolicy: 'learned' as 'tlm' })).toThrow(
    /ent-ppo: backwardPolicy must be one of uniform, tlm, not "learned": a policy gradient has no gradient/,
  );
  expect(() => trajectoryBalance({ backwardPolicy: 'learnt' as 'learned' })).toThrow(
    /tb: backwardPolicy must be one of/,
  );
  expect(() => trajectoryBalance({ tlmEpochs: 0 })).toThrow(/tlmEpochs/);
  expect(() => gae({ tlmLearningRate: 0 })).toThrow(/tlmLearningRate/);
  const learner = trajectoryBalance({ backwardPolicy: 'learned' }).learner(context);
  const { backward: _, ...walks } = walksOnTape(createTape(), problem, walked);
  expect(() => learner.update(walks)).toThrow(/does not record/);
});

const learners = [
  ['tb', { backwardPolicy: 'learned' }],
  ['subtb', { backwardPolicy: 'learned' }],
  ['ent-ppo', { backwardPolicy: 'tlm' }],
] as const;

onEach(trainingDevices, (open) => {
  test.each(learners)('an iteration of %s with %o is that of the reference', async (name, options) => {
    const diagnostics = async (device: Awaited<ReturnType<typeof open>>) => {
      const learner = objectiveNamed(name, options).learner(context);
      const iteration = await prepareIteration(device, { problem, learner, batch: 8, seed: 1, stream: 3 });
      await iteration.run(2);
      return iteration.diagnostics();
    };
    const [found, expected] = [await diagnostics(await open()), await diagnostics(await referenceDevice.open())];
    for (const what of Object.keys(expected)) {
      // The same trajectories; two iterations of float32 on losses of up to 100, with steps of 1e-3.
      expect(Math.abs(found[what] - expected[what]), what).toBeLessThan(1e-3 * Math.max(1, Math.abs(expected[what])));
    }
  });
});

const exploring = { exploration: { start: 0.3, end: 0, iterations: 500, temperature: 1 } };

test.each([
  // On its own trajectories alone, trajectory balance with a learnt backward policy may settle on part of the modes.
  ['tb', { backwardPolicy: 'learned', learningRate: 3e-3 }, 800, exploring],
  ['db', { backwardPolicy: 'learned', learningRate: 3e-3 }, 800, {}],
  ['subtb', { backwardPolicy: 'learned', learningRate: 3e-3 }, 800, {}],
  ['vargrad', { backwardPolicy: 'learned', learningRate: 3e-3 }, 800, exploring],
  ['tb', { backwardPolicy: 'tlm', learningRate: 3e-3 }, 800, exploring],
  ['ent-ppo', { backwardPolicy: 'tlm', learningRate: 3e-3, valueLearningRate: 3e-3 }, 400, {}],
  ['gae', { backwardPolicy: 'tlm', learningRate: 3e-3, valueLearningRate: 3e-3 }, 400, {}],
] as const)('%s with %o reaches the target on a grid of 8 x 8', async (name, options, steps, more) => {
  const trainer = await createTrainer({
    device: await trainingDevices[0].open(),
    problem: gridProblem(2, 8),
    objective: objectiveNamed(name, options),
    steps,
    batch: 16,
    seed: 1,
    network: { hidden: [32, 32] },
    ...more,
  });
  for await (const _ of trainer);
  const { metrics } = await trainer.evaluate();
  // It begins above 0.8, and five seeds end between 0.005 and 0.08.
  expect(metrics.totalVariation).toBeLessThan(0.1);
});
