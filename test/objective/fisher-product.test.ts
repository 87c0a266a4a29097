import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import { conjugateGradient, readParameters } from '../../src/nn/index.ts';
import { fisherProduct, type NetworkShape, policyNetwork } from '../../src/objective/index.ts';
import { add, multiply } from '../../src/ops/index.ts';
import { createTape, type Tensor } from '../../src/tape/index.ts';
import { plainConjugateGradient, product, solve } from '../nn/plain-linear.ts';
import { prepareSample, sample } from '../rollout/batch.ts';
import { gridProblem, stringsProblem, tabularProblem } from '../rollout/problems.ts';
import { createDraw } from '../setup/arbitraries.ts';
import { referenceDevice } from '../setup/devices.ts';
import { plainTrajectories } from './plain-ent-ppo.ts';
import { denseFisher, divergenceGradient } from './plain-ent-trpo.ts';
import { type PlainNetwork, plainNetwork } from './plain-network.ts';
import { trajectorySlots } from './recorded.ts';

interface Case {
  readonly name: string;
  readonly problem: Problem;
  readonly batch: number;
  readonly network: NetworkShape;
}

/** A policy on a batch that it sampled, with the product of its Fisher matrix, on a device. */
async function prepareFisher(device: Device, { problem, batch, network: architecture }: Omit<Case, 'name'>, scale = 3) {
  const { environment } = problem;
  const policy = policyNetwork({ environment, seed: 3, network: architecture }, 1);
  const { parameters, network } = policy;
  // Start values enlarged, so that the distributions are far from uniform.
  const values = (parameters.values.initial as Float32Array).map((value) => scale * value);
  device.write(parameters.values, values);
  const options = {
    ...prepareSample(problem, { batch }),
    policy: (x: Tensor) => network.apply(readParameters(x.tape, parameters), x),
  };
  const sampled = await sample(device, options);
  const tape = createTape();
  const { trajectories, load } = trajectorySlots(tape, problem, batch, environment.maxSteps);
  load(device, sampled);
  const tensors = readParameters(tape, parameters);
  const logits = network.apply(tensors, trajectories.observation);
  return {
    tape,
    size: parameters.values.shape[0],
    product: fisherProduct(logits, trajectories.mask, tensors, parameters, batch),
    plain: plainNetwork(parameters, architecture, values),
    trajectories: plainTrajectories(environment, sampled),
  };
}

/** Numbers where parameters are, 0 in the gaps between them. */
function direction({ layers, values }: PlainNetwork, seed: number): number[] {
  const random = createDraw(seed).numbers(values.length);
  const used = (i: number) =>
    layers.some(
      ({ weight, bias, inputs, outputs }) =>
        (i >= weight && i < weight + inputs * outputs) || (i >= bias && i < bias + outputs),
    );
  return Array.from(random, (value, i) => (used(i) ? value : 0));
}

const inner = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.hypot(...Array.from(a, (value, i) => value - b[i]));

/** Batches here are powers of two, so that float32 holds 1 / batch. */
const networks: readonly Case[] = [
  { name: 'a hypergrid', problem: gridProblem(2, 4), batch: 8, network: { hidden: [7, 5] } },
  { name: 'strings, with a projection', problem: stringsProblem(), batch: 4, network: { hidden: [5], projection: 3 } },
];

describe('the product with the Fisher matrix of a policy', () => {
  test.each(networks)('is that with the matrix in full, on $name', async (each) => {
    const device = await referenceDevice.open();
    const { tape, size, product: fisher, plain, trajectories } = await prepareFisher(device, each);
    const matrix = denseFisher(plain, trajectories);
    const v = createDraw(5).numbers(size);
    const found = await evaluate(device, tape, { h: fisher(tape.constant('f32', [size], v)) });
    const expected = product(matrix, Array.from(v));
    // Float64 sums of some thousand terms.
    expect(distance(found.h, expected)).toBeLessThan(1e-12 * Math.hypot(...expected));
    // What v holds between parameters has no influence, and nothing stands there in the product.
    const between = await evaluate(device, tape, {
      h: fisher(
        tape.constant(
          'f32',
          [size],
          v.map((value, i) => value - direction(plain, 5)[i]),
        ),
      ),
    });
    expect(Array.from(between.h).every((value) => value === 0)).toBe(true);
  });

  test('is symmetric and positive semidefinite', async () => {
    const device = await referenceDevice.open();
    const { tape, size, product: fisher, plain } = await prepareFisher(device, networks[0]);
    for (let seed = 0; seed < 10; seed++) {
      const [u, v] = [direction(plain, seed), direction(plain, seed + 100)];
      const [hu, hv] = [u, v].map((each) => fisher(tape.constant('f32', [size], each)));
      const found = await evaluate(device, tape, { hu, hv });
      const scale = Math.hypot(...found.hu) * Math.hypot(...v);
      // Float64 rounds each of some thousand terms by 1e-16.
      expect(Math.abs(inner(found.hu, v) - inner(u, found.hv))).toBeLessThan(1e-13 * scale);
      expect(inner(found.hu, u)).toBeGreaterThan(0);
    }
    // A number added to all logits of a state changes no probability: the last layer's biases, all alike.
    const { bias, outputs } = plain.layers[plain.layers.length - 1];
    const shift = Array.from({ length: size }, (_, i) => (i >= bias && i < bias + outputs ? 1 : 0));
    const { h } = await evaluate(device, tape, { h: fisher(tape.constant('f32', [size], shift)) });
    expect(Math.hypot(...h)).toBeLessThan(1e-13);
  });

  test('is the second derivative of the mean divergence from the old policy to the new, by differences', async () => {
    const device = await referenceDevice.open();
    const { tape, size, product: fisher, plain, trajectories } = await prepareFisher(device, networks[0]);
    const v = direction(plain, 8);
    const { h } = await evaluate(device, tape, { h: fisher(tape.constant('f32', [size], v)) });
    const slopeAt = (t: number) =>
      divergenceGradient({ ...plain, values: plain.values.map((value, i) => value + t * v[i]) }, trajectories);
    // Central differences of the gradient at steps h and h / 2, extrapolated: off by h^4 times a fifth derivative, and
    // by float64's rounding over h. No unit of this network switches that near.
    const step = 1e-3;
    const central = (t: number) => slopeAt(t).map((value, i) => (value - slopeAt(-t)[i]) / (2 * t));
    const [wide, narrow] = [central(step), central(step / 2)];
    const expected = narrow.map((value, i) => (4 * value - wide[i]) / 3);
    expect(distance(h, expected)).toBeLessThan(1e-8 * Math.hypot(...expected));
    expect(slopeAt(0).every((value) => Math.abs(value) < 1e-14)).toBe(true);
  });

  test('lets conjugate gradients find what elimination finds for a tabular policy', async () => {
    const device = await referenceDevice.open();
    const each = { problem: tabularProblem(gridProblem(2, 3)), batch: 16, network: { hidden: [] } };
    const { tape, size, product: fisher, plain, trajectories } = await prepareFisher(device, each, 1);
    const matrix = denseFisher(plain, trajectories);
    // In the matrix's range, and so long that what is added to denominators does not show.
    const u = direction(plain, 9).map((value) => Math.fround(1e5 * value));
    const [b, right] = [product(matrix, u), fisher(tape.constant('f32', [size], u))];
    const damping = 0.125;
    const damped = (v: typeof right) => add(fisher(v), multiply(v, damping));
    const found = await evaluate(device, tape, {
      regular: conjugateGradient(damped, right, { iterations: 80 }),
      singular: conjugateGradient(fisher, right, { iterations: 80 }),
    });
    const expected = solve(
      matrix.map((row, i) => row.map((value, j) => value + (i === j ? damping : 0))),
      b,
    );
    expect(distance(found.regular, expected)).toBeLessThan(1e-8 * Math.hypot(...expected));
    expect(distance(product(matrix, Array.from(found.singular)), b)).toBeLessThan(1e-8 * Math.hypot(...b));
    const plainly = plainConjugateGradient((v) => product(matrix, v), b, 10);
    const ten = await evaluate(device, tape, { x: conjugateGradient(fisher, right, { iterations: 10 }) });
    expect(distance(ten.x, plainly)).toBeLessThan(1e-8 * Math.hypot(...plainly));
  });
});
