import { expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import { add, assign, gradient, multiply, pullback, reshape, square, sum, tanh } from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { createDraw, drawn } from '../setup/arbitraries.ts';
import { expectClose } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';

onEach(testDevices, (open) => {
  test('a pullback is the gradient of the inner product with the cotangent', async () => {
    const tape = createTape();
    const draw = createDraw(5);
    const [a, b, unused] = [[3, 4], [4], [2]].map((shape) => drawn(tape, shape, draw));
    const y = tanh(multiply(add(a, b), square(b)));
    const u = drawn(tape, [3, 4], draw);
    const [da, db, none] = pullback(y, u, [a, b, unused]);
    const [ea, eb] = gradient(sum(multiply(y, u)), [a, b]);
    const found = await evaluate(await open(), tape, { da, db, none, ea, eb });
    // The same arithmetic, perhaps fused in other places.
    expectClose(found.da, found.ea, { magnitude: 10 }, 'the derivative by a');
    expectClose(found.db, found.eb, { magnitude: 30 }, 'the derivative by b');
    expect(Array.from(found.none)).toEqual([0, 0]);
  });

  test('a pullback in a loop has a cotangent that changes from run to run', async () => {
    const device = await open();
    const tape = createTape();
    // y = x^2 with J = diag(2, 4, 1): u becomes J u again and again.
    const x = tape.read(variable('x', 'f32', [3], Float32Array.of(1, 2, 0.5)));
    const y = square(x);
    const u = variable('u', 'f32', [3], Float32Array.of(1, 1, 3));
    const window = variable('window', 'i32', [2], Int32Array.of(0, 1));
    tape.loop('powers', 4, window, () => {
      assign(u, pullback(y, tape.read(u), [x])[0]);
    });
    const executable = await device.prepare(compile(tape, { u: tape.read(u) }));
    executable.run();
    expect(Array.from(await executable.read('u'))).toEqual([16, 256, 3]);
    executable.release();
  });
});

test('a pullback is refused for a cotangent of another shape', () => {
  const tape = createTape();
  const x = tape.read(variable('x', 'f32', [3]));
  expect(() => pullback(square(x), reshape(x, [1, 3]), [x])).toThrow(
    'pullback: the cotangent of f32[3] cannot be f32[1, 3]',
  );
});
