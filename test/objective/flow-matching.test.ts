import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/environment/environment.ts';
import { evaluate, gradcheck } from '../../src/gradcheck/index.ts';
import { initializeParameters, perceptron } from '../../src/nn/index.ts';
import { edgesFromParents, flowMatching, flowMatchingLoss, logSumExp } from '../../src/objective/index.ts';
import { gradient, slice, sum } from '../../src/ops/index.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { createTape, type Tensor, variable } from '../../src/tape/index.ts';
import { createTrainer } from '../../src/train/index.ts';
import { prepareIteration } from '../../src/train/iteration.ts';
import { gridProblem, pairsProblem, tabularProblem } from '../rollout/problems.ts';
import { onEach, referenceDevice, testDevices, trainingDevices } from '../setup/devices.ts';
import { objectiveNamed } from '../setup/objectives.ts';
import { maskAt, parentsAt, type Step, solutionOf, walkSteps, walksOnTape } from './walks.ts';

describe('the logarithm of a sum of exponentials', () => {
  const width = 5;
  const rows = [
    { x: [0.3, -1.2, 2, 0.7, -0.4], mask: [1, 0, 1, 1, 0] },
    { x: [500, -500, 499, 400, 3], mask: [1, 1, 1, 0, 0] },
    { x: [-80, -81, 900, -82, -90], mask: [1, 1, 0, 1, 1] },
    { x: [1, 2, 3, 4, 5], mask: [0, 0, 0, 0, 1] },
  ];
  const record = (of: typeof rows) => {
    const tape = createTape();
    const x = tape.read(variable('x', 'f32', [of.length, width], Float32Array.from(of.flatMap(({ x }) => x))));
    const mask = tape.read(
      variable('mask', 'i32', [of.length, width], Int32Array.from(of.flatMap(({ mask }) => mask))),
    );
    const y = logSumExp(x, mask);
    return { tape, y, slope: gradient(sum(y), [x])[0] };
  };

  onEach(testDevices, (open) => {
    test('runs over the entries allowed, and does not overflow', async () => {
      const { tape, ...outputs } = record(rows);
      const { y, slope } = await evaluate(await open(), tape, outputs);
      rows.forEach(({ x, mask }, n) => {
        const largest = Math.max(...x.filter((_, i) => mask[i] === 1));
        const total = x.reduce((sum, value, i) => sum + mask[i] * Math.exp(Math.min(value - largest, 0)), 0);
        // Numbers of up to 500 in float32 are good to 3e-5.
        expect(Math.abs(y[n] - largest - Math.log(total))).toBeLessThan(1e-4);
        x.forEach((value, i) => {
          const expected = mask[i] === 1 ? Math.exp(value - largest) / total : 0;
          // A quotient of exponentials of differences that float32 holds to 1e-5 or exactly.
          expect(Math.abs(slope[n * width + i] - expected)).toBeLessThan(1e-5);
        });
      });
    });

    test('over nothing is finite, without a gradient', async () => {
      const { tape, ...outputs } = record([{ x: [1, 2, 3, 4, 5], mask: [0, 0, 0, 0, 0] }]);
      const { y, slope } = await evaluate(await open(), tape, outputs);
      expect(Number.isFinite(y[0])).toBe(true);
      expect(Array.from(slope)).toEqual([0, 0, 0, 0, 0]);
    });
  });

  test('has the gradient of differences', async () => {
    await gradcheck(
      (tape, [x]) => logSumExp(x, tape.constant('i32', [2, width], [1, 0, 1, 1, 0, 0, 1, 1, 1, 1])),
      [{ name: 'x', shape: [2, width], values: [0.3, -1.2, 2, 0.7, -0.4, 1.5, -0.5, 0.2, -2, 0.9] }],
    );
  });
});

const problems: readonly [string, Problem][] = [
  ['a hypergrid', gridProblem(2, 4)],
  ['pairs, with two edges between two states', pairsProblem()],
];

/** The loss, in plain loops over the environment, of flows that are given state by state. */
function plainLoss(
  { environment, reward }: Problem,
  walked: readonly Step[],
  logEdges: (state: Int32Array) => readonly number[],
): number {
  const squares = walked.map(({ child }) => {
    let [inflow, outflow] = [0, 0];
    for (const { state, action } of parentsAt(environment, child)) {
      if (state) inflow += Math.exp(logEdges(state)[action]);
    }
    const mask = maskAt(environment.forwardMask.bind(environment), child, environment.actionCount);
    if (environment.isTerminal(child)) outflow = Math.exp(reward.logReward(child));
    else for (const [action, bit] of mask.entries()) outflow += bit * Math.exp(logEdges(child)[action]);
    return (Math.log(inflow) - Math.log(outflow)) ** 2;
  });
  return squares.reduce((a, b) => a + b, 0) / squares.length;
}

describe.each(problems)('on %s', (_, problem) => {
  const { environment } = problem;
  const walked = walkSteps(problem, 12, 3);
  const tabular = tabularProblem(problem);

  /** A learner whose network is a table of log-edge-flows, and its update on the walks. */
  const update = (logEdges: (state: Int32Array) => readonly number[]) => {
    if ('reason' in environment.enumeration) throw new Error(environment.enumeration.reason);
    const { stateCount, stateAt } = environment.enumeration;
    const learner = flowMatching().learner({
      environment: tabular.environment,
      batch: 12,
      seed: 1,
      network: { hidden: [] },
    });
    const [{ parameters, optimizer }] = learner.networks;
    const table = new Float32Array(parameters.values.shape[0]);
    for (let index = 0; index < stateCount; index++) {
      const state = new Int32Array(environment.stateSize);
      stateAt(index, state);
      table.set(logEdges(state), index * environment.actionCount);
    }
    const tape = createTape();
    const walks = walksOnTape(tape, tabular, walked);
    const initial = slice(walks.observation, 0, 0, 1);
    const before = { logPartition: learner.logPartition?.(initial) as Tensor };
    return { tape, learner, parameters, table, firstMoment: optimizer.state['first-moment'], before, walks };
  };

  onEach(testDevices, (open) => {
    test('the loss is 0, with no gradient, at the flows of any backward policy, and log Z is exact', async () => {
      const device = await open();
      const exact = device.kind === 'reference';
      for (const spread of [0, 2]) {
        const { logEdges, logPartition } = solutionOf(problem, spread);
        const { tape, learner, parameters, table, firstMoment, before, walks } = update(logEdges);
        device.write(parameters.values, table);
        const found = await evaluate<string>(device, tape, before);
        // Log-flows of up to 10, held in float32.
        expect(Math.abs(found.logPartition[0] - logPartition)).toBeLessThan(2e-6);
        const { loss } = await evaluate<string>(device, tape, learner.update(walks));
        // The table is float32 even on the reference: residuals of 1e-6.
        expect(loss[0]).toBeLessThan(exact ? 1e-10 : 1e-9);
        // Adam's first moment is a tenth of the gradient.
        const gradients = Array.from(await device.read(firstMoment), (moment) => 10 * moment);
        expect(Math.hypot(...gradients)).toBeLessThan(1e-4);
      }
    });

    test('the loss of other flows is the mean over the steps that plain loops give', async () => {
      const device = await open();
      const random = randomFrom(4);
      const rows = new Map<string, number[]>();
      const logEdges = (state: Int32Array) => {
        const key = state.join();
        const row = rows.get(key) ?? Array.from({ length: environment.actionCount }, () => 4 * random() - 2);
        rows.set(key, row);
        return row;
      };
      const { tape, learner, parameters, table, walks } = update(logEdges);
      device.write(parameters.values, table);
      const { loss } = await evaluate<string>(device, tape, learner.update(walks));
      const expected = plainLoss(problem, walked, logEdges);
      expect(expected).toBeGreaterThan(1);
      // A mean of some 50 squares of numbers of up to 6 in float32.
      expect(Math.abs(loss[0] - expected)).toBeLessThan(1e-4);
    });
  });

  test('the gradient of the loss is that of differences, through the network at states and parents', async () => {
    const { observation, actionCount: outputs } = environment;
    const network = perceptron({ name: 'policy', observation, hidden: [5], outputs, activation: 'tanh' });
    const { values, offsets } = initializeParameters(network, 1, 1);
    await gradcheck(
      (tape, tensors) => {
        const trajectories = walksOnTape(tape, problem, walked);
        const { parents } = trajectories;
        if (!parents) throw new Error('the walks have no parents');
        const logEdgeFlow = (seen: Tensor) => network.apply(tensors, seen);
        return flowMatchingLoss({
          logOutflow: logSumExp(logEdgeFlow(trajectories.observation), trajectories.mask),
          logInflow: logSumExp(edgesFromParents(parents, logEdgeFlow), parents.mask),
          trajectories,
        });
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

test('a rollout without parents is refused with the reason', () => {
  const problem = gridProblem(2, 3);
  const learner = flowMatching().learner({ environment: problem.environment, batch: 4, seed: 1 });
  const { parents: _, ...walks } = walksOnTape(createTape(), problem, walkSteps(problem, 4, 1));
  expect(() => learner.update(walks)).toThrow(/needs all parents/);
  expect(() => flowMatching({ learningRate: 0 })).toThrow(/learningRate/);
});

onEach(trainingDevices, (open) => {
  test.each([
    ['a hypergrid', gridProblem(2, 4)],
    ['pairs, on a GPU stepped on the host', pairsProblem()],
  ])('an iteration on %s is that of the reference', async (_, problem) => {
    const diagnostics = async (device: Awaited<ReturnType<typeof open>>) => {
      const { environment } = problem;
      const learner = flowMatching().learner({ environment, batch: 8, seed: 1, network: { hidden: [6] } });
      const iteration = await prepareIteration(device, { problem, learner, batch: 8, seed: 1, stream: 3 });
      await iteration.run(2);
      return iteration.diagnostics();
    };
    const [found, expected] = [await diagnostics(await open()), await diagnostics(await referenceDevice.open())];
    // The same trajectories; two iterations of float32 on losses of up to 30, with steps of 1e-3.
    expect(Math.abs(found.loss - expected.loss)).toBeLessThan(1e-3 * Math.max(1, expected.loss));
  });
});

test('reaches the target on a grid of 8 x 8', async () => {
  const trainer = await createTrainer({
    device: await trainingDevices[0].open(),
    problem: gridProblem(2, 8),
    objective: objectiveNamed('fm', { learningRate: 5e-3 }),
    steps: 400,
    batch: 16,
    seed: 1,
    network: { hidden: [32, 32] },
  });
  for await (const _ of trainer);
  const { metrics } = await trainer.evaluate();
  // It begins above 0.8, and five seeds end near 0.02.
  expect(metrics.totalVariation).toBeLessThan(0.1);
  // The flow out of the initial state is good to about 0.02 by then.
  expect(Math.abs(Number(metrics.logPartition) - Number(metrics.logPartitionExact))).toBeLessThan(0.1);
});
