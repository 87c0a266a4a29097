import { expect, test } from 'vitest';
import * as ops from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { given } from '../setup/arbitraries.ts';
import { windowOf } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';

onEach(testDevices, (open) => {
  test('a checked run names the first operation that made a number that is not finite', async () => {
    const device = await open();
    const tape = createTape();
    // The fourth squaring is too large for float64 too, in which the reference device computes.
    const x = given(tape, [3], Float32Array.of(1, 1e38, 2));
    const huge = ops.square(ops.square(ops.square(ops.square(x))));
    const y = ops.sum(ops.cumulativeSum(huge));
    const executable = await device.prepare(compile(tape, { y }));
    await expect(executable.runChecked()).rejects.toThrow(/elementwise \(square.*\) \[3\] -> \[3\] made/);
    executable.release();
  });

  test('a checked run of fused operations names the one that made the number, and its inputs', async () => {
    const device = await open();
    const tape = createTape();
    const x = given(tape, [2, 3], Float32Array.of(-1, -2, -3, -4, 0, -6));
    const scale = given(tape, [3], Float32Array.of(1, 2, 3));
    // All of one launch: subtract, multiply, reciprocal, add.
    const fused = ops.add(ops.reciprocal(ops.multiply(ops.subtract(0, x), scale)), 1);
    const executable = await device.prepare(compile(tape, { y: ops.sum(fused) }));
    await expect(executable.runChecked()).rejects.toThrow(
      /elementwise \(.*reciprocal, add\) .* made -?Infinity at element 4: reciprocal\(0\) is Infinity/,
    );
    executable.release();
  });

  test('a checked run finds it also if the result replaces its input', async () => {
    const device = await open();
    const tape = createTape();
    const weights = variable('weights', 'f32', [3], Float32Array.of(1, 0, 4));
    ops.assign(weights, ops.negate(ops.reciprocal(tape.read(weights))));
    const executable = await device.prepare(compile(tape, {}));
    await expect(executable.runChecked()).rejects.toThrow(/at element 1: reciprocal\(0\) is Infinity/);
    executable.release();
  });

  test('a checked run finds it in constants too, which are computed when the plan is made', async () => {
    const device = await open();
    const tape = createTape();
    const made = ops.log(ops.negate(tape.constant('f32', [2], [-1, 1])));
    const executable = await device.prepare(compile(tape, { y: ops.sum(made) }));
    await expect(executable.runChecked()).rejects.toThrow(
      /elementwise \(negate, log\) \[2\] of constants made NaN at element 1/,
    );
    executable.release();
  });

  test('every later call on a released plan is refused by name', async () => {
    const device = await open();
    const tape = createTape();
    const plan = compile(tape, { doubled: ops.multiply(given(tape, [2], Float32Array.of(1, 2)), 2) });
    const executable = await device.prepare(plan);
    executable.run();
    executable.release();
    executable.release();
    // Takes the memory over.
    const other = await device.prepare(plan);
    other.run();
    expect(() => executable.run()).toThrow(/\(outputs: doubled\) has been released.*Prepare its plan again/);
    await expect(executable.read('doubled')).rejects.toThrow(/has been released/);
    await expect(executable.runChecked()).rejects.toThrow(/has been released/);
    expect(Array.from(await other.read('doubled'))).toEqual([2, 4]);
    other.release();
  });

  test('a checked run of finite numbers equals a plain run, whatever the rows out of use hold', async () => {
    const device = await open();
    const tape = createTape();
    const rows = windowOf(tape, { capacity: 4, start: 1, count: 2 });
    const x = { ...given(tape, [4], Float32Array.of(Number.NaN, 3, 4, Number.POSITIVE_INFINITY)), rows };
    const copy = variable('copy', 'f32', [1]);
    const total = ops.sum(ops.square(x), 0, true);
    ops.assign(copy, total);
    const executable = await device.prepare(compile(tape, { total }));
    await executable.runChecked();
    expect(Array.from(await executable.read('total'))).toEqual([25]);
    expect(Array.from(await device.read(copy))).toEqual([25]);
    executable.release();
  });

  test('writing another number of elements than a variable holds is refused by name', async () => {
    const device = await open();
    expect(() => device.write(variable('weights', 'f32', [3]), [1, 2])).toThrow(
      /variable weights holds 3 numbers, but 2/,
    );
  });

  test('variables belong to one device, from their start values on', async () => {
    const device = await open();
    const weights = variable('weights', 'f32', [2], Float32Array.of(1, 2));
    for (const other of testDevices.filter(({ name }) => name !== device.kind))
      (await other.open()).write(weights, [8, 9]);
    expect(Array.from(await device.read(weights))).toEqual([1, 2]);
    device.write(weights, [5, 6]);
    expect(Array.from(await device.read(weights))).toEqual([5, 6]);
  });
});
