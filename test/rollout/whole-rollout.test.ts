import { expect, test } from 'vitest';
import { openWebgpuDevice, type WebgpuOptions } from '../../src/device/index.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { featureObservation } from '../../src/environment/observation.ts';
import { initializeParameters, type PerceptronOptions, perceptron } from '../../src/nn/index.ts';
import { compile } from '../../src/plan/index.ts';
import { recordRollout } from '../../src/rollout/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { expectClose } from '../setup/compare.ts';
import { testAdapter } from '../setup/gpu.ts';
import { type Batch, prepareSample } from './batch.ts';
import { gridInWgsl } from './grid-in-wgsl.ts';
import { gridProblem, stringsProblem } from './problems.ts';
import { sampled } from './whole-batches.ts';

/** Kernels as on a GPU, and as in software with and without subgroups. */
const choices: readonly WebgpuOptions[] = [
  { emulated: false },
  { emulated: true },
  { emulated: true, subgroups: false },
];

/** A grid whose policy sees its coordinates instead of tokens, and whose shader has names that a kernel has too. */
function coordinatesProblem(): Problem {
  const { environment, reward } = gridInWgsl(3, 5);
  const shader = environment.shader && {
    code: `${environment.shader.code}\nconst values = 2.0f;\nconst Value = 1;\nfn feature(state: ptr<function, State>, p: i32) -> f32 { return f32((*state)[p]) - values; }`,
  };
  const encode = (state: Int32Array, features: Float32Array) => {
    for (let p = 0; p < 3; p++) features[p] = state[p] - 2;
  };
  return {
    environment: {
      ...environment,
      observation: featureObservation({ width: 3, encode }),
      ...(shader ? { shader } : {}),
    },
    reward,
  };
}

const problems: readonly [string, Problem, number, Partial<PerceptronOptions>][] = [
  ['a hypergrid of 2 x 8', gridProblem(2, 8), 33, { hidden: [12] }],
  ['a hard hypergrid of 3 x 5, through three layers', gridProblem(3, 5, 'hard'), 7, { hidden: [70, 9, 16] }],
  ['strings', stringsProblem(), 9, { hidden: [32, 20], activation: 'tanh' }],
  ['strings, through layers that are multiplied together', stringsProblem(), 5, { hidden: [16], projection: 12 }],
  ['a hypergrid of 3 x 4 in WGSL of its own', gridInWgsl(3, 4), 11, { hidden: [12] }],
  ['features', coordinatesProblem(), 11, { hidden: [10, 17], activation: 'sigmoid' }],
  ['a hypergrid without a hidden layer', gridProblem(2, 4), 8, { hidden: [] }],
  ['a hypergrid whose policy has further outputs', gridProblem(2, 4), 10, { hidden: [8], outputs: 7 }],
];

/** The same trajectories; logits may round otherwise, being summed in another order over up to 70 numbers. */
function expectSame(found: Batch, expected: Batch): void {
  const { logits, logBackward, logReward, observation, ...integers } = found;
  const { logits: l, logBackward: b, logReward: r, observation: o, ...expectedIntegers } = expected;
  expect(integers).toEqual(expectedIntegers);
  expect(observation).toEqual(o);
  expect(logBackward).toEqual(b);
  expect(logReward).toEqual(r);
  expectClose(logits, l, { terms: 70, magnitude: 30 }, 'logits');
}

for (const choice of choices) {
  // What subgroups change is how a layer is summed, which these problems' three kinds of layers show.
  test.each(choice.subgroups === false ? problems.slice(1, 4) : problems)(
    `a rollout in one launch is that of a launch a layer: %s, ${JSON.stringify(choice)}`,
    async (_, problem, batch, network) => {
      const adapter = () => testAdapter();
      const whole = await openWebgpuDevice(await adapter(), choice);
      const layered = await openWebgpuDevice(await adapter(), { ...choice, wholeRollouts: false });
      const [found, expected] = [
        await sampled(whole, problem, batch, network),
        await sampled(layered, problem, batch, network),
      ];
      found.batches.forEach((sampled, i) => {
        expectSame(sampled, expected.batches[i]);
      });
      expect(found.batches[1].action).not.toEqual(found.batches[0].action);
      // Reset, the first window, the walk, its rows, and two copies of what is read.
      expect(found.launches).toBeLessThan(10);
      expect(expected.launches).toBeGreaterThan(5 * problem.environment.maxSteps);
      whole.destroy();
      layered.destroy();
    },
  );
}

test('a policy too large for a workgroup is launched layer by layer', async () => {
  const device = await openWebgpuDevice(await testAdapter());
  const problem = gridProblem(2, 4);
  const network = perceptron({
    name: 'wide',
    observation: problem.environment.observation,
    hidden: [1100],
    outputs: 3,
  });
  const policy = { network, parameters: initializeParameters(network, 1, 1) };
  const tape = createTape();
  const { logReward } = recordRollout(tape, { ...prepareSample(problem, { batch: 4 }), policy });
  const executable = await device.prepare(compile(tape, { logReward }));
  expect(executable.launches).toBeGreaterThan(5 * problem.environment.maxSteps);
  device.destroy();
});
