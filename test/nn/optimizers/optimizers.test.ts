import { describe, expect, test } from 'vitest';
import type { Device } from '../../../src/device/device.ts';
import {
  adam,
  adamw,
  addDecayedWeights,
  addMomentum,
  averageParameters,
  chain,
  clipByGlobalNorm,
  clipByParameterNorm,
  exponential,
  initializeParameters,
  linear,
  type Network,
  normOf,
  type Optimizer,
  optimizer,
  type Parameters,
  readParameters,
  recipeOf,
  scaleByAdam,
  scaleByLearningRate,
  sgd,
  warmup,
} from '../../../src/nn/index.ts';
import { add, multiply, square, subtract, sum } from '../../../src/ops/index.ts';
import { compile } from '../../../src/plan/index.ts';
import { createTape, type Tape, type Tensor } from '../../../src/tape/index.ts';
import { openTestCpuDevice } from '../../setup/cpu.ts';
import { onEach, referenceDevice, testDevices } from '../../setup/devices.ts';
import {
  plainAdam,
  plainAverage,
  plainChain,
  plainClip,
  plainDecay,
  plainMomentum,
  plainRate,
} from './plain-optimizers.ts';

/** Two parameters in one vector with a gap between them. */
const network: Network = {
  name: 'pair',
  parameters: [
    { name: 'a', shape: [2, 3], bound: 1 },
    { name: 'b', shape: [2], bound: 1 },
  ],
  apply: ([a]) => a,
};

const curvature = [
  [1, 2, 3, 4, 5, 6],
  [0.5, 7],
];
const centre = [
  [0.3, -0.2, 0.9, 1.5, -2, 0.1],
  [2, -0.7],
];
const updates = 6;

/** 1/2 sum of curvature * (parameter - centre)^2, whose gradient is curvature * (parameter - centre). */
function lossOf(tape: Tape, parameters: Parameters): Tensor {
  const parts = readParameters(tape, parameters).map((tensor, i) => {
    const [c, k] = [centre[i], curvature[i]].map((numbers) => tape.constant('f32', tensor.shape, numbers));
    const flat = multiply(multiply(square(subtract(tensor, c)), k), 0.5);
    return sum(flat);
  });
  return parts.reduce(add);
}

/** The two parameters after each update. */
async function trained(device: Device, { parameters, minimize, state }: Optimizer, kept = parameters.values) {
  const tape = createTape();
  const loss = lossOf(tape, parameters);
  minimize(loss);
  const plan = await device.prepare(compile(tape, { loss }));
  const steps: number[][][] = [];
  for (let n = 0; n < updates; n++) {
    plan.run();
    const values = Array.from(await device.read(kept));
    steps.push(curvature.map((part, i) => values.slice(parameters.offsets[i], parameters.offsets[i] + part.length)));
  }
  plan.release();
  for (const each of [parameters.values, ...Object.values(state)]) device.forget(each);
  return steps;
}

const fresh = () => initializeParameters(network, 3, 0);

function plainStart(): number[][] {
  const { values, offsets } = fresh();
  return curvature.map((part, i) => Array.from((values.initial ?? []).slice(offsets[i], offsets[i] + part.length)));
}

function plainTrained(step: ReturnType<typeof plainChain>): number[][][] {
  let parameters = plainStart();
  return Array.from({ length: updates }, (_, count) => {
    const gradients = parameters.map((part, i) => part.map((p, k) => curvature[i][k] * (p - float32(centre[i][k]))));
    parameters = step(gradients, parameters, count);
    return parameters;
  });
}

/** Constants of a tape are float32 on every device; those of these recipes that are not are rounded here. */
const float32 = Math.fround;

const rate = 0.125;
const recipes: Readonly<
  Record<string, [make: (parameters: Parameters) => Optimizer, plain: () => ReturnType<typeof plainChain>]>
> = {
  sgd: [(p) => sgd(p, { learningRate: rate }), () => plainChain(plainRate(() => rate))],
  'sgd with momentum': [
    (p) => sgd(p, { learningRate: rate, momentum: 0.75 }),
    () =>
      plainChain(
        plainMomentum(0.75, false),
        plainRate(() => rate),
      ),
  ],
  'sgd with Nesterov momentum': [
    (p) => sgd(p, { learningRate: rate, momentum: 0.75, nesterov: true }),
    () =>
      plainChain(
        plainMomentum(0.75, true),
        plainRate(() => rate),
      ),
  ],
  adam: [
    (p) => adam(p, { learningRate: rate, beta1: 0.75, beta2: 0.875, epsilon: 2 ** -10 }),
    () =>
      plainChain(
        plainAdam(0.75, 0.875, 2 ** -10),
        plainRate(() => rate),
      ),
  ],
  adamw: [
    (p) => adamw(p, { learningRate: rate, weightDecay: 0.25 }),
    () =>
      plainChain(
        plainAdam(0.9, 0.999, 1e-8),
        plainDecay(0.25),
        plainRate(() => rate),
      ),
  ],
  'adam with L2': [
    (p) => optimizer(p, recipeOf({ weightDecay: 0.25 })(rate)),
    () =>
      plainChain(
        plainDecay(0.25),
        plainAdam(0.9, 0.999, 1e-8),
        plainRate(() => rate),
      ),
  ],
  'adam with L2 and a decoupled decay': [
    (p) =>
      optimizer(p, chain(addDecayedWeights(0.25), scaleByAdam(), addDecayedWeights(0.5), scaleByLearningRate(rate))),
    () =>
      plainChain(
        plainDecay(0.25),
        plainAdam(0.9, 0.999, 1e-8),
        plainDecay(0.5),
        plainRate(() => rate),
      ),
  ],
  'two decays behind each other': [
    (p) => optimizer(p, chain(addDecayedWeights(0.25), addDecayedWeights(0.5), scaleByLearningRate(rate))),
    () =>
      plainChain(
        plainDecay(0.25),
        plainDecay(0.5),
        plainRate(() => rate),
      ),
  ],
  'clipping by both norms ahead of adam': [
    (p) => optimizer(p, recipeOf({ clipParameterNorm: 2, clipNorm: 2.5 })(rate)),
    () =>
      plainChain(
        plainClip(2, false),
        plainClip(2.5, true),
        plainAdam(0.9, 0.999, 1e-8),
        plainRate(() => rate),
      ),
  ],
  'clipping by a norm that nothing reaches': [
    (p) => optimizer(p, recipeOf({ kind: 'sgd', clipNorm: 1e6, clipParameterNorm: 1e6 })(rate)),
    () => plainChain(plainRate(() => rate)),
  ],
  'clipping behind adam': [
    (p) => optimizer(p, chain(scaleByAdam(), clipByGlobalNorm(0.5), scaleByLearningRate(rate))),
    () =>
      plainChain(
        plainAdam(0.9, 0.999, 1e-8),
        plainClip(0.5, true),
        plainRate(() => rate),
      ),
  ],
  'clipping parts of a decayed and clipped direction': [
    (p) =>
      optimizer(
        p,
        chain(addDecayedWeights(0.25), clipByGlobalNorm(3), clipByParameterNorm(1), scaleByLearningRate(rate)),
      ),
    () =>
      plainChain(
        plainDecay(0.25),
        plainClip(3, true),
        plainClip(1, false),
        plainRate(() => rate),
      ),
  ],
  'adam along adam, scaled in between': [
    (p) => optimizer(p, chain(scaleByLearningRate(rate), addDecayedWeights(0.5), scaleByAdam())),
    () =>
      plainChain(
        plainRate(() => rate),
        plainDecay(0.5),
        plainAdam(0.9, 0.999, 1e-8),
      ),
  ],
  'a linear schedule': [
    (p) => sgd(p, { learningRate: linear(rate, 0, 4) }),
    () => plainChain(plainRate((count) => rate * Math.max(1 - count / 4, 0))),
  ],
  'an exponential schedule, on adam': [
    (p) => adam(p, { learningRate: exponential(rate, 0.5) }),
    () =>
      plainChain(
        plainAdam(0.9, 0.999, 1e-8),
        plainRate((count) => rate * Math.exp(count * float32(Math.log(0.5)))),
      ),
  ],
  'a half-life': [
    (p) => optimizer(p, recipeOf({ kind: 'sgd', halfLife: 2 })(rate)),
    () => plainChain(plainRate((count) => rate * Math.exp(count * float32(-Math.LN2 / 2)))),
  ],
  'a warmup': [
    (p) => sgd(p, { learningRate: warmup(4, rate) }),
    () => plainChain(plainRate((count) => rate * Math.min((count + 1) / 4, 1))),
  ],
};

describe('in float64, as plain loops do it', () => {
  test.each(Object.entries(recipes))('%s', async (_, [make, plain]) => {
    const found = await trained(await referenceDevice.open(), make(fresh()));
    const expected = plainTrained(plain());
    // Numbers of about 1 after some hundred operations of float64, none of which makes errors grow by more than the
    // largest curvature.
    found.flat(2).forEach((value, i) => {
      expect(Math.abs(value - expected.flat(2)[i])).toBeLessThanOrEqual(1e-12);
    });
  });

  test('averaged parameters: the weights of the kept and the new values add up to 1', async () => {
    const device = await referenceDevice.open();
    const make = () => optimizer(fresh(), chain(scaleByLearningRate(rate), averageParameters(0.75)));
    const plain = make();
    const found = await trained(device, plain, plain.state.average);
    const parameters = plainTrained(plainChain(plainRate(() => rate)));
    const expected = plainAverage(0.75, plainStart(), parameters);
    found.flat(2).forEach((value, i) => {
      expect(Math.abs(value - expected.flat(2)[i])).toBeLessThanOrEqual(1e-12);
    });
  });
});

test('the average of parameters that stay is those parameters', async () => {
  const device = await referenceDevice.open();
  const parameters = fresh();
  const still = optimizer(parameters, chain(scaleByLearningRate(rate), averageParameters(0.875)));
  const tape = createTape();
  const loss = multiply(lossOf(tape, parameters), 0);
  still.minimize(loss);
  const plan = await device.prepare(compile(tape, { loss }));
  plan.run(3);
  const [kept, values] = await Promise.all([device.read(still.state.average), device.read(parameters.values)]);
  // Two products and a sum, three times.
  kept.forEach((value, i) => {
    expect(Math.abs(value - values[i])).toBeLessThanOrEqual(9 * 2 ** -53);
  });
  plan.release();
});

onEach(testDevices, (open) => {
  test.each(Object.entries(recipes))('%s equals its reference in float64', async (_, [make, plain]) => {
    const device = await open();
    const found = await trained(device, make(fresh()));
    const expected = plainTrained(plain());
    // Adam divides gradients by their own size, and the steps are at most 1 / 8 (1 without a learning rate behind it):
    // six updates of some thirty roundings of 2^-24 each, times the largest curvature; ten times that for a GPU.
    found.flat(2).forEach((value, i) => {
      expect(Math.abs(value - expected.flat(2)[i])).toBeLessThanOrEqual(1e-4);
    });
  });
});

test('the first update takes the first value of a schedule, the second the second', async () => {
  const device = await referenceDevice.open();
  const parameters = fresh();
  const [start] = [Array.from(parameters.values.initial ?? [])];
  const falling = sgd(parameters, { learningRate: linear(1, 0, 2) });
  const tape = createTape();
  const loss = sum(readParameters(tape, parameters)[1]);
  falling.minimize(loss);
  const plan = await device.prepare(compile(tape, { loss }));
  const at = parameters.offsets[1];
  const moved: number[] = [];
  for (let n = 0; n < 3; n++) {
    plan.run();
    moved.push(start[at] - (await device.read(parameters.values))[at]);
  }
  // The gradient is 1, so the way so far is the sum of the rates: 1, then 1/2, then 0; exact but for one rounding.
  [1, 1.5, 1.5].forEach((sum, n) => {
    expect(Math.abs(moved[n] - sum)).toBeLessThanOrEqual(4 * 2 ** -53);
  });
  plan.release();
});

test('a rate that is written between runs counts from the next update on', async () => {
  const device = await openTestCpuDevice();
  const parameters = fresh();
  const plainRateOf = sgd(parameters, { learningRate: 1 });
  const tape = createTape();
  const loss = sum(readParameters(tape, parameters)[0]);
  plainRateOf.minimize(loss);
  const plan = await device.prepare(compile(tape, { loss }));
  const valueAt = async () => (await device.read(parameters.values))[0];
  const before = await valueAt();
  plan.run();
  const after = await valueAt();
  device.write(plainRateOf.state['learning-rate'], [0.25]);
  plan.run();
  // Differences of numbers below 4 in float32.
  expect(Math.abs(before - after - 1)).toBeLessThanOrEqual(4 * 2 ** -24);
  expect(Math.abs(after - (await valueAt()) - 0.25)).toBeLessThanOrEqual(4 * 2 ** -24);
  device.destroy();
});

describe('minimize', () => {
  test('adds up the gradients of all places where the loss read a parameter', async () => {
    const device = await referenceDevice.open();
    const parameters = fresh();
    const { minimize } = sgd(parameters, { learningRate: 1 });
    const tape = createTape();
    const [once, twice] = [readParameters(tape, parameters), readParameters(tape, parameters)];
    const loss = add(sum(once[1]), multiply(sum(twice[1]), 3));
    minimize(loss);
    const plan = await device.prepare(compile(tape, { loss }));
    const before = Array.from(parameters.values.initial ?? []);
    plan.run();
    const after = await device.read(parameters.values);
    // 1 + 3 for both numbers of the second parameter; the first, which the loss did not read, stays.
    const at = parameters.offsets[1];
    expect(Math.abs(before[at] - after[at] - 4)).toBeLessThanOrEqual(8 * 2 ** -53);
    expect(after[0]).toBe(before[0]);
    plan.release();
  });

  test('tells the norm of the gradient before it is clipped, which clipping by norm has computed already', async () => {
    const device = await referenceDevice.open();
    const planOf = (norm: number | undefined, isTold: boolean) => {
      const parameters = fresh();
      const tape = createTape();
      const given = tape.constant('f32', [2, 3], [0, 3, 0, 0, 0, 0]);
      const { update } = optimizer(
        parameters,
        norm === undefined ? scaleByLearningRate(1) : chain(clipByGlobalNorm(norm), scaleByLearningRate(1)),
      );
      const gradient = update([given, tape.constant('f32', [2], [-4, 0])]);
      return compile(tape, { told: isTold ? normOf(gradient) : given });
    };
    for (const norm of [0.1, 10, undefined]) {
      const executable = await device.prepare(planOf(norm, true));
      executable.run();
      expect(Array.from(await executable.read('told'))).toEqual([5]);
      executable.release();
    }
    expect(planOf(1, true).steps.length).toBe(planOf(1, false).steps.length);
  });

  test('refuses a loss that the parameters have no part in, and parameters written since', () => {
    const parameters = fresh();
    const { minimize } = sgd(parameters, { learningRate: 1 });
    const tape = createTape();
    expect(() => minimize(tape.constant('f32', [], [1]))).toThrow(
      'minimize: the loss was not computed from the parameters of pair as they now are.',
    );
    const loss = lossOf(tape, parameters);
    minimize(loss);
    expect(() => minimize(loss)).toThrow('Record it on this tape after their last update.');
  });
});

test.each([
  [
    'scaleByLearningRate: the learning rate must be a positive number that float32 holds, not 1e+39.',
    () => scaleByLearningRate(1e39),
  ],
  [
    'scaleByLearningRate: the learning rate must be a positive number that float32 holds, not 1e-50.',
    () => scaleByLearningRate(1e-50),
  ],
  [
    'scaleByAdam: beta2 must be from 0 to below 1 in float32, not 0.99999999999.',
    () => scaleByAdam({ beta2: 0.99999999999 }),
  ],
  ['scaleByAdam: epsilon must be a positive number, not 0.', () => scaleByAdam({ epsilon: 0 })],
  ['addDecayedWeights: the decay must be a number of at least 0, not NaN.', () => addDecayedWeights(Number.NaN)],
  ['addMomentum: the momentum must be from 0 to below 1 in float32, not 1.', () => addMomentum(1)],
  ['averageParameters: the decay must be from 0 to below 1 in float32, not -1.', () => averageParameters(-1)],
  ['clipByGlobalNorm: the norm must be a positive number, not 0.', () => clipByGlobalNorm(0)],
  ['clipByParameterNorm: the norm must be a positive number, not NaN.', () => clipByParameterNorm(Number.NaN)],
  [
    'chain: two transformations keep a variable called momentum.',
    () => optimizer(fresh(), chain(addMomentum(0.5), addMomentum(0.5))),
  ],
])('refuses: %s', (message, make) => {
  expect(make).toThrow(message);
});
