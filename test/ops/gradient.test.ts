import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { createDraw, given } from '../setup/arbitraries.ts';
import { expectGradient } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';

onEach(testDevices, (open) => {
  test('a tensor that the scalar does not depend on gets zeros', async () => {
    const device = await open();
    const tape = createTape();
    const [x, unused] = [given(tape, [2], Float32Array.of(3, 4)), given(tape, [2, 2], new Float32Array(4).fill(1))];
    const behind = ops.square(unused);
    const [dx, dUnused, dBehind] = ops.gradient(ops.sum(ops.square(x)), [x, unused, behind]);
    const found = await evaluate(device, tape, { dx, dUnused, dBehind });
    expect(Array.from(found.dx)).toEqual([6, 8]);
    expect(Array.from(found.dUnused)).toEqual([0, 0, 0, 0]);
    expect(Array.from(found.dBehind)).toEqual([0, 0, 0, 0]);
  });

  test('derivatives of several uses add up', async () => {
    const device = await open();
    const tape = createTape();
    const x = given(tape, [3], Float32Array.of(1, 2, -3));
    // x^2 + 3 x + x x / 2, used in four places.
    const y = ops.add(ops.add(ops.square(x), ops.multiply(x, 3)), ops.divide(ops.multiply(x, x), 2));
    const [dx] = ops.gradient(ops.sum(y), [x]);
    expect(Array.from((await evaluate(device, tape, { dx })).dx)).toEqual([6, 9, -6]);
  });

  test('a tensor in the middle of a computation may be a target, together with its inputs', async () => {
    const device = await open();
    const tape = createTape();
    const x = given(tape, [2], Float32Array.of(2, 5));
    const middle = ops.square(x);
    const [dMiddle, dx] = ops.gradient(ops.sum(ops.multiply(middle, 3)), [middle, x]);
    const found = await evaluate(device, tape, { dMiddle, dx });
    expect(Array.from(found.dMiddle)).toEqual([3, 3]);
    expect(Array.from(found.dx)).toEqual([12, 30]);
  });

  test('a derivative can be differentiated again', async () => {
    const device = await open();
    const tape = createTape();
    const x = given(tape, [3], Float32Array.of(1, 2, -3));
    const [first] = ops.gradient(ops.sum(ops.multiply(ops.square(x), x)), [x]);
    const [second] = ops.gradient(ops.sum(first), [x]);
    const found = await evaluate(device, tape, { first, second });
    expect(Array.from(found.first)).toEqual([3, 12, 27]);
    expect(Array.from(found.second)).toEqual([6, 12, -18]);
  });

  test('the derivative of a whole network, its loss made of many operations, is right', async () => {
    const draw = createDraw(12);
    const [n, side, hidden, actions] = [7, 4, 9, 5];
    const tokens = draw.integers(n * 2, 0, 2 * side - 1);
    const mask = draw.mask(n * actions, 0.6).map((allowed, i) => (i % actions === 0 ? 1 : allowed));
    const inputs = [
      { name: 'w1', shape: [2 * side, hidden], values: draw.numbers(2 * side * hidden, -1, 1) },
      { name: 'b1', shape: [hidden], values: draw.numbers(hidden, -1, 1) },
      { name: 'w2', shape: [hidden, actions], values: draw.numbers(hidden * actions, -1, 1) },
      { name: 'b2', shape: [actions], values: draw.numbers(actions, -1, 1) },
      { name: 'flow', shape: [], values: draw.numbers(1) },
    ];
    await expectGradient(
      await open(),
      (tape, [w1, b1, w2, b2, flow]) => {
        const first = ops.oneHotDense(given(tape, [n, 2], tokens), w1, b1, 'leakyRelu');
        const logits = ops.dense(ops.layerNorm(first), w2, b2);
        const allowed = given(tape, [n, actions], mask);
        const { logProbability, entropy } = ops.categorical(logits, allowed, given(tape, [n], new Int32Array(n)));
        const advantage = ops.scan(ops.add(logProbability, ops.multiply(entropy, 0.1)), 0.9, true);
        const ratio = ops.exp(ops.clip(ops.subtract(advantage, flow), -3, 3));
        return ops.mean(ops.minimum(ratio, ops.multiply(ops.clip(ratio, 0.8, 1.2), ops.square(advantage))));
      },
      inputs,
      { terms: 50, magnitude: 20 },
    );
  });
});

describe('recording', () => {
  const tape = createTape();
  const x = tape.read(variable('x', 'f32', [3]));

  test('the derivative of more than one number is refused, with what to do', () => {
    expect(() => ops.gradient(x, [x])).toThrow(/a derivative is of one f32 number, not of f32\[3\]. Sum it first/);
  });

  test('an integer has no derivative', () => {
    const whole = tape.read(variable('n', 'i32', [3]));
    expect(() => ops.gradient(ops.sum(x), [whole])).toThrow(/i32\[3\] is integer and has no derivative/);
  });

  test('a path through an operation without a derivative is refused, with what to do', () => {
    const logPi = ops.logSoftmax(ops.reshape(x, [1, 3]), tape.constant('i32', [1, 3], [1, 1, 1]));
    const [first] = ops.gradient(ops.sum(ops.square(logPi)), [x]);
    expect(() => ops.gradient(ops.sum(first), [x])).toThrow(/logSoftmaxGradient has no derivative. Put stopGradient/);
  });

  test('a tensor of another tape is refused', () => {
    const other = createTape().constant('f32', [3], [1, 2, 3]);
    expect(() => ops.add(x, other)).toThrow(/f32\[3\] belongs to another tape/);
  });
});
