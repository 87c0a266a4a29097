import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import { exp, gradient, multiply, sum, withPullback } from '../../src/ops/index.ts';
import { compile, kernelSteps } from '../../src/plan/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { createDraw, drawn, given } from '../setup/arbitraries.ts';
import { expectGradient } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';

onEach(testDevices, (open) => {
  test('a custom derivative is the given rule, for each source alone', async () => {
    const tape = createTape();
    const [x, a, b] = [[2, 3], [3], [2]].map((shape) => drawn(tape, shape, createDraw(2)));
    const y = withPullback(exp(x), [a, b], (u) => [multiply(sum(u, 0), 3), undefined]);
    const [dx, da, db] = gradient(sum(multiply(y, 2)), [x, a, b]);
    const found = await evaluate(await open(), tape, { y, plain: exp(x), dx, da, db });
    expect(found.y).toEqual(found.plain);
    expect(Array.from(found.dx)).toEqual(new Array(6).fill(0));
    expect(Array.from(found.da)).toEqual([12, 12, 12]);
    expect(Array.from(found.db)).toEqual([0, 0]);
  });

  test("a rule equal to the operation's own passes as its derivative", async () => {
    const draw = createDraw(3);
    await expectGradient(
      await open(),
      (_, [x, w]) => {
        const y = exp(x);
        return multiply(
          withPullback(y, [x], (u) => [multiply(u, y)]),
          w,
        );
      },
      [
        { name: 'x', shape: [4], values: draw.numbers(4) },
        { name: 'w', shape: [4], values: draw.numbers(4) },
      ],
    );
  });
});

describe('recording', () => {
  test('an operation that no gradient needs is not run, and its rule is not called', () => {
    const tape = createTape();
    const x = given(tape, [2], Float32Array.of(1, 2));
    const steps = (y: typeof x) => kernelSteps(compile(tape, { y })).map(({ kernel }) => kernel);
    const y = withPullback(exp(x), [x], () => {
      throw new Error('called');
    });
    expect(steps(y)).toEqual(['fused']);
  });

  test('integers are refused, and products of another shape than their source', () => {
    const tape = createTape();
    const x = given(tape, [2], Float32Array.of(1, 2));
    const whole = given(tape, [2], Int32Array.of(1, 2));
    expect(() => withPullback(x, [whole], () => [])).toThrow(
      'withPullback(f32[2], i32[2]): derivatives are of f32 tensors',
    );
    const wrong = withPullback(exp(x), [x], (u) => [sum(u)]);
    expect(() => gradient(sum(wrong), [x])).toThrow(
      'withPullback: the pullback gives f32[] as the derivative by source 0, which is f32[2]',
    );
  });
});
