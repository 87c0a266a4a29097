import { expect, test } from 'vitest';
import { deviceScope } from '../../src/device/index.ts';
import { add, assign } from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { onEach, testDevices } from '../setup/devices.ts';

/** A plan that counts a variable of a few KiB on, through an arena. */
function counting() {
  const counter = variable('counter', 'f32', [3000], new Float32Array(3000).fill(7));
  const tape = createTape();
  const next = add(tape.read(counter), 1);
  assign(counter, next);
  return { counter, plan: compile(tape, { doubled: add(next, next) }) };
}

onEach(testDevices, (open) => {
  test('a scope gives back everything made through it, and leaves the rest of its device', async () => {
    const device = await open();
    const { counter, plan } = counting();
    const kept = await device.prepare(plan);
    kept.run();
    const before = device.counts.bytes;

    for (let round = 0; round < 3; round++) {
      const scope = deviceScope(device);
      const other = counting();
      const executable = await scope.prepare(other.plan);
      const further = variable('written only', 'i32', [500]);
      scope.write(further, new Int32Array(500));
      expect(device.counts.bytes).toBeGreaterThan(before);
      executable.run(2);
      expect((await scope.read(other.counter))[0]).toBe(9);
      expect((await executable.read('doubled'))[0]).toBe(18);
      scope.destroy();
      expect(device.counts.bytes).toBe(before);
    }

    kept.run();
    expect((await device.read(counter))[0]).toBe(9);
    kept.release();
    device.forget(counter);
  });

  test('a scope leaves what was on its device before, and what another scope used first', async () => {
    const device = await open();
    const { counter, plan } = counting();
    const before = device.counts.bytes;
    expect(device.holds(counter)).toBe(false);
    const [first, second] = [deviceScope(device), deviceScope(device)];
    const executable = await first.prepare(plan);
    executable.run();
    const other = await second.prepare(plan);
    other.run();
    second.destroy();
    expect(device.holds(counter)).toBe(true);
    executable.run();
    expect((await first.read(counter))[0]).toBe(10);
    first.destroy();
    expect(device.holds(counter)).toBe(false);
    expect(device.counts.bytes).toBe(before);
  });

  test('a plan that was released is not released again with its scope', async () => {
    const device = await open();
    const before = device.counts.bytes;
    const scope = deviceScope(device);
    const { plan } = counting();
    const [first, second] = [await scope.prepare(plan), await scope.prepare(plan)];
    first.release();
    first.release();
    second.run();
    expect((await second.read('doubled'))[2999]).toBe(16);
    scope.destroy();
    expect(device.counts.bytes).toBe(before);
  });

  test('a forgotten variable has its start values again', async () => {
    const device = await open();
    const counter = variable('counter', 'f32', [3], Float32Array.of(1, 2, 3));
    device.write(counter, [4, 5, 6]);
    device.forget(counter);
    expect(Array.from(await device.read(counter))).toEqual([1, 2, 3]);
    device.forget(counter);
    // Of one that it has never seen there is nothing to free.
    device.forget(variable('another', 'f32', [1]));
  });
});
