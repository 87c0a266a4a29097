import { expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { compile, kernelSteps } from '../../src/plan/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { onEach, testDevices } from '../setup/devices.ts';

const counter = () => variable('counter', 'f32', [3], Float32Array.of(1, 2, 3));

onEach(testDevices, (open) => {
  test('a counter that increments itself is updated in place, in one launch', async () => {
    const device = await open();
    const count = counter();
    const tape = createTape();
    ops.assign(count, ops.add(tape.read(count), 1));
    expect(kernelSteps(compile(tape, {})).map(({ kernel }) => kernel)).toEqual(['fused']);
    await evaluate(device, tape, {});
    expect([...(await device.read(count))]).toEqual([2, 3, 4]);
  });

  test("a launch reads a variable's old number even if it writes the new one", async () => {
    const device = await open();
    const count = counter();
    const kept = variable('kept', 'f32', [3]);
    const tape = createTape();
    const old = tape.read(count);
    const next = ops.add(old, 1);
    // Recorded behind the new number, in the same chain of elementwise operations.
    const product = ops.multiply(ops.multiply(old, 10), next);
    ops.assign(count, next);
    ops.assign(kept, product);
    const plan = compile(tape, {});
    expect(kernelSteps(plan).map(({ kernel }) => kernel)).toEqual(['fused', 'assign']);
    expect(new Set(plan.variables)).toEqual(new Set([count, kept]));
    await evaluate(device, tape, {});
    expect([...(await device.read(count))]).toEqual([2, 3, 4]);
    expect([...(await device.read(kept))]).toEqual([20, 60, 120]);
  });
});
