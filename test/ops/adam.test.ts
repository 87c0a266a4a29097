import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds, size } from '../setup/arbitraries.ts';
import { expectClose } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';

const defaults: ops.AdamAttributes = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/** Kingma & Ba 2015, algorithm 1, as it is printed. */
function textbook(
  theta: Float64Array,
  gradients: readonly Float32Array[],
  rate: number,
  factor: number,
  attributes: ops.AdamAttributes,
) {
  const { beta1, beta2, epsilon, weightDecay } = attributes;
  const m = new Float64Array(theta.length);
  const v = new Float64Array(theta.length);
  gradients.forEach((gradient, step) => {
    const t = step + 1;
    for (let i = 0; i < theta.length; i++) {
      const g = factor * gradient[i] + weightDecay * theta[i];
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g ** 2;
      const mHat = m[i] / (1 - beta1 ** t);
      const vHat = v[i] / (1 - beta2 ** t);
      theta[i] -= (rate * mHat) / (Math.sqrt(vHat) + epsilon);
    }
  });
  return { theta, m, v };
}

onEach(testDevices, (open) => {
  test('five steps are those of the textbook', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(size, fc.constantFrom(1000, 4097)),
        fc.constantFrom(0, 0.1),
        fc.constantFrom(undefined, 0.25),
        fc.constantFrom(1e-8, 1e-2),
        seeds,
        async (count, weightDecay, factor, epsilon, seed) => {
          const attributes = { ...defaults, weightDecay, epsilon };
          const draw = createDraw(seed);
          const start = draw.numbers(count);
          const gradients = Array.from({ length: 5 }, () => draw.awayFromZero(count, 0.05, 2));
          const state = {
            parameters: variable('parameters', 'f32', [count], start),
            firstMoment: variable('first moment', 'f32', [count]),
            secondMoment: variable('second moment', 'f32', [count]),
          };
          const gradient = variable('gradient', 'f32', [count]);
          const step = variable('step', 'i32', [1]);
          const tape = createTape();
          const now = ops.add(tape.read(step), 1);
          ops.assign(step, now);
          const scale = factor === undefined ? undefined : given(tape, [1], Float32Array.of(factor));
          ops.adamStep(state, tape.read(gradient), now, given(tape, [1], Float32Array.of(0.125)), attributes, scale);
          const executable = await device.prepare(compile(tape, {}));
          for (const numbers of gradients) {
            device.write(gradient, numbers);
            executable.run();
          }
          const expected = textbook(Float64Array.from(start), gradients, 0.125, factor ?? 1, attributes);
          expectClose(await device.read(state.firstMoment), expected.m, {}, 'the first moments');
          // Their size is a thousandth of a squared gradient's: in units of that.
          const thousandfold = (numbers: ArrayLike<number>) => Array.from(numbers, (value) => 1000 * value);
          expectClose(
            thousandfold(await device.read(state.secondMoment)),
            thousandfold(expected.v),
            {},
            'the second moments',
          );
          // 1 - beta2 is a thousandth, so float32's rounding of beta2 is 3e-5 of it; half of that under the root.
          expectClose(await device.read(state.parameters), expected.theta, { roundings: 600 }, 'the parameters');
          executable.release();
        },
      ),
      cases(3, device),
    );
  });

  test('without a gradient nothing moves, and nothing divides by zero', async () => {
    const device = await open();
    const state = {
      parameters: variable('parameters', 'f32', [3], Float32Array.of(1, -2, 0)),
      firstMoment: variable('first moment', 'f32', [3]),
      secondMoment: variable('second moment', 'f32', [3]),
    };
    const tape = createTape();
    const [step, rate] = [given(tape, [1], Int32Array.of(1)), given(tape, [1], Float32Array.of(0.1))];
    ops.adamStep(state, given(tape, [3], new Float32Array(3)), step, rate, defaults);
    await evaluate(device, tape, {});
    expect(Array.from(await device.read(state.parameters))).toEqual([1, -2, 0]);
  });

  test('the first step moves every parameter by the learning rate, against the sign of its gradient', async () => {
    const device = await open();
    const state = {
      parameters: variable('parameters', 'f32', [4]),
      firstMoment: variable('first moment', 'f32', [4]),
      secondMoment: variable('second moment', 'f32', [4]),
    };
    const tape = createTape();
    const [step, rate] = [given(tape, [1], Int32Array.of(1)), given(tape, [1], Float32Array.of(0.5))];
    const exact = { ...defaults, epsilon: 1e-20 };
    ops.adamStep(state, given(tape, [4], Float32Array.of(1e-3, -1, 100, -1e4)), step, rate, exact);
    await evaluate(device, tape, {});
    // A dozen operations, of which a GPU may round its two divisions and the root two or three times as much. By a
    // difference 1 - 0.999 would be wrong by 200 roundings.
    expectClose(await device.read(state.parameters), [-0.5, 0.5, -0.5, 0.5], { roundings: 25 }, 'the parameters');
  });
});

describe('recording', () => {
  test('inputs of the wrong types are refused', () => {
    const tape = createTape();
    const [x, whole] = [tape.constant('f32', [1], [1]), tape.constant('i32', [1], [1])];
    const one = variable('one', 'f32', [1]);
    const state = { parameters: one, firstMoment: one, secondMoment: one };
    expect(() => ops.adamStep(state, x, x, x, defaults)).toThrow(/takes f32 gradient \[P\], i32 step \[1\]/);
    expect(() => ops.adamStep(state, whole, whole, x, defaults)).toThrow(/takes f32 gradient/);
  });
});

test('on the cpu, moments of parameters without gradients do not become slow subnormal numbers', async () => {
  const cpu = testDevices.find(({ name }) => name === 'cpu');
  const device = await cpu?.open();
  if (!device) throw new Error('no cpu device');
  const count = 40;
  const state = {
    parameters: variable('parameters', 'f32', [count], createDraw(1).numbers(count)),
    firstMoment: variable('first moment', 'f32', [count]),
    secondMoment: variable('second moment', 'f32', [count]),
  };
  const gradient = variable('gradient', 'f32', [count], createDraw(2).awayFromZero(count));
  const step = variable('step', 'i32', [1]);
  const tape = createTape();
  const now = ops.add(tape.read(step), 1);
  ops.assign(step, now);
  ops.adamStep(state, tape.read(gradient), now, given(tape, [1], Float32Array.of(0.01)), defaults);
  const executable = await device.prepare(compile(tape, {}));
  executable.run();
  const moved = await device.read(state.parameters);
  // From nothing at all to a gradient whose square float32 does not hold.
  const tiny = Float32Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 0 : 10 ** -(i / 2 + 5)));
  device.write(gradient, tiny);
  // 0.9^1000 is 2e-46, less than the smallest float32.
  executable.run(1000);
  const smallestNormal = 2 ** -126;
  for (const moment of [state.firstMoment, state.secondMoment]) {
    const numbers = Array.from(await device.read(moment), Math.abs);
    expect(numbers.filter((value) => value > 0 && value < smallestNormal)).toEqual([]);
  }
  const after = await device.read(state.parameters);
  expect(after.every(Number.isFinite)).toBe(true);
  expect(after).not.toEqual(moved);
  executable.release();
});
