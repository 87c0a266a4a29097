import { expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { given } from '../setup/arbitraries.ts';
import { expectClose } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';

onEach(testDevices, (open) => {
  test('functions stay finite, and right, where float32 would overflow', async () => {
    const device = await open();
    const far = [-500, -100, -88, 0, 88, 100, 500];
    const tape = createTape();
    const x = given(tape, [7], Float32Array.from(far));
    const [dx] = ops.gradient(ops.sum(ops.add(ops.add(ops.sigmoid(x), ops.softplus(x)), ops.tanh(x))), [x]);
    const result = await evaluate(device, tape, {
      exp: ops.exp(x),
      sigmoid: ops.sigmoid(x),
      softplus: ops.softplus(x),
      tanh: ops.tanh(x),
      dx,
    });
    for (const numbers of Object.values(result)) expect(Array.from(numbers).every(Number.isFinite)).toBe(true);
    expectClose(
      result.sigmoid,
      far.map((v) => 1 / (1 + Math.exp(-v))),
      {},
      'sigmoid',
    );
    expectClose(result.tanh, far.map(Math.tanh), {}, 'tanh');
    expectClose(
      result.softplus,
      far.map((v) => (v > 50 ? v : Math.log1p(Math.exp(v)))),
      {},
      'softplus',
    );
    expectClose(result.dx, [0, 0, 0, 0.25 + 0.5 + 1, 1, 1, 1], {}, 'the derivative');
    expect(result.exp[5]).toBeGreaterThan(3.4e38);
    expect(result.exp[6]).toBeGreaterThan(3.4e38);
    expectClose(result.exp.slice(0, 4), [0, 0, 0, 1], {}, 'exp of what is not positive');
  });

  test('small and large results are right in their leading digits', async () => {
    const device = await open();
    const tape = createTape();
    const list = (...numbers: number[]) => given(tape, [numbers.length], Float32Array.from(numbers));
    const small = [1e-6, -1e-3, 0.01, -0.1, 0.249, 0.251, -0.3];
    const far = [-80, -40, -20, -5, 20, 60, 79, 81, 85, 88.5];
    const wide = [1e-37, 1e-20, 1e-3, 0.4, 2.5, 1e6, 1e30];
    const outputs = {
      tanh: ops.tanh(list(...small)),
      exp: ops.exp(list(...far)),
      sigmoid: ops.sigmoid(list(...far.slice(0, 4))),
      softplus: ops.softplus(list(...far.slice(0, 4))),
      log: ops.log(list(...wide)),
    };
    const found = await evaluate(device, tape, outputs);
    const relative = (numbers: ArrayLike<number>, right: (x: number) => number, at: readonly number[]) =>
      Array.from(numbers, (value, i) => value / right(Math.fround(at[i])));
    const ones = new Array<number>(10).fill(1);
    expectClose(relative(found.tanh, Math.tanh, small), ones.slice(0, 7), {}, 'tanh of small numbers');
    expectClose(relative(found.exp, Math.exp, far), ones, {}, 'exp');
    expectClose(
      relative(found.sigmoid, (x) => Math.exp(x) / (1 + Math.exp(x)), far),
      ones.slice(0, 4),
      {},
      'sigmoid',
    );
    expectClose(
      relative(found.softplus, (x) => Math.log1p(Math.exp(x)), far),
      ones.slice(0, 4),
      {},
      'softplus',
    );
    expectClose(relative(found.log, Math.log, wide), ones.slice(0, 7), {}, 'log');
  });

  test('a clipped objective with log-ratios of 500 either way is finite, with the gradient of the branch it takes', async () => {
    const device = await open();
    const tape = createTape();
    const logRatio = given(tape, [6], Float32Array.of(-500, -500, 500, 500, 0.05, -0.05));
    const advantage = given(tape, [6], Float32Array.of(1, -1, 1, -1, 2, -2));
    const ratio = ops.exp(ops.clip(logRatio, -20, 20));
    const objective = ops.minimum(ops.multiply(ratio, advantage), ops.multiply(ops.clip(ratio, 0.8, 1.2), advantage));
    const [dLogRatio] = ops.gradient(ops.sum(objective), [logRatio]);
    const { y, dy } = await evaluate(device, tape, { y: objective, dy: dLogRatio });
    const huge = Math.exp(20);
    const expected = [Math.exp(-20), -0.8, 1.2, -huge, 2 * Math.exp(0.05), -2 * Math.exp(-0.05)];
    // Relative to the largest, e^20, the others would not be looked at: two comparisons.
    expectClose(
      [...y.slice(0, 3), ...y.slice(4)],
      [...expected.slice(0, 3), ...expected.slice(4)],
      {},
      'the objective',
    );
    expectClose([y[3] / huge], [-1], {}, 'the objective in units of e^20');
    expectClose(dy, [0, 0, 0, 0, 2 * Math.exp(0.05), -2 * Math.exp(-0.05)], {}, 'its derivative');
  });

  test('at a tie minimum and maximum pass the derivative to their first input', async () => {
    const device = await open();
    const tape = createTape();
    const a = given(tape, [3], Float32Array.of(1, 2, 3));
    const b = given(tape, [3], Float32Array.of(1, 3, 2));
    const [lowA, lowB] = ops.gradient(ops.sum(ops.minimum(a, b)), [a, b]);
    const [highA, highB] = ops.gradient(ops.sum(ops.maximum(a, b)), [a, b]);
    const result = await evaluate(device, tape, { lowA, lowB, highA, highB });
    expect(Array.from(result.lowA)).toEqual([1, 1, 0]);
    expect(Array.from(result.lowB)).toEqual([0, 0, 1]);
    expect(Array.from(result.highA)).toEqual([1, 0, 1]);
    expect(Array.from(result.highB)).toEqual([0, 1, 0]);
  });

  test('clip passes the derivative on its bounds and between them', async () => {
    const device = await open();
    const tape = createTape();
    const x = given(tape, [5], Float32Array.of(-3, -1, 0, 2, 5));
    const y = ops.clip(x, -1, 2);
    const [dx] = ops.gradient(ops.sum(y), [x]);
    const result = await evaluate(device, tape, { y, dx });
    expect(Array.from(result.y)).toEqual([-1, -1, 0, 2, 2]);
    expect(Array.from(result.dx)).toEqual([0, 1, 1, 1, 0]);
  });

  test('entries that select leaves out affect neither the result nor the derivative', async () => {
    const device = await open();
    const tape = createTape();
    const x = given(tape, [4], Float32Array.of(0, 4, 0, 9));
    const y = ops.select(ops.less(0, x), ops.log(ops.maximum(x, 1e-30)), 7);
    const [dx] = ops.gradient(ops.sum(y), [x]);
    const result = await evaluate(device, tape, { y, dx });
    expectClose(result.y, [7, Math.log(4), 7, Math.log(9)], {}, 'the logarithms');
    expectClose(result.dx, [0, 1 / 4, 0, 1 / 9], {}, 'their derivatives');
  });
});
