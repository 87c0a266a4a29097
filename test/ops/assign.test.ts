import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds, size, windows } from '../setup/arbitraries.ts';
import { windowOf, withGarbage } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';

onEach(testDevices, (open) => {
  test('assign copies a tensor into a part of a variable and leaves the rest alone', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(size, size, fc.nat(2), fc.boolean(), seeds, async (n, c, block, whole, seed) => {
        const draw = createDraw(seed);
        const numbers = whole ? draw.integers(n * c, -99, 99) : draw.numbers(n * c);
        // Parts of variables start where every WebGPU device can bind them, at multiples of 64 numbers.
        const target = variable('target', whole ? 'i32' : 'f32', [n * c + 200]);
        const tape = createTape();
        ops.assign(target, given(tape, [n, c], numbers), 64 * block);
        await evaluate(device, tape, {});
        const expected = new Array<number>(n * c + 200).fill(0);
        numbers.forEach((value, i) => {
          expected[64 * block + i] = value;
        });
        expect(Array.from(await device.read(target))).toEqual(expected);
      }),
      cases(3, device),
    );
  });

  test('reads before and after a write see the old and the new numbers', async () => {
    const device = await open();
    const counter = variable('counter', 'i32', [3], Int32Array.of(1, 2, 3));
    const tape = createTape();
    const before = tape.read(counter);
    const next = ops.multiply(before, 10);
    const old = ops.add(before, 0);
    ops.assign(counter, next);
    const after = ops.add(tape.read(counter), 0);
    const executable = await device.prepare(compile(tape, { old, after }));
    for (const factor of [1, 10]) {
      executable.run();
      expect(Array.from(await executable.read('old'))).toEqual([factor, 2 * factor, 3 * factor]);
      expect(Array.from(await executable.read('after'))).toEqual([10 * factor, 20 * factor, 30 * factor]);
    }
    executable.release();
  });

  test('of a tensor by rows only the rows in use are copied', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(windows, size, seeds, async ({ capacity, start, count }, c, seed) => {
        const numbers = createDraw(seed).numbers(capacity * c);
        const target = variable('target', 'f32', [capacity, c], new Float32Array(capacity * c).fill(7));
        const tape = createTape();
        const rows = windowOf(tape, { capacity, start, count });
        ops.assign(target, { ...given(tape, [capacity, c], withGarbage(numbers, c, start, count)), rows });
        await evaluate(device, tape, {});
        const expected = Array.from(numbers, (value, i) => (i >= start * c && i < (start + count) * c ? value : 7));
        expect(Array.from(await device.read(target))).toEqual(expected);
      }),
      cases(3, device),
    );
  });

  test('pack lays tensors at their offsets, with zeros between, in every run', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(size, size, seeds, async (a, b, seed) => {
        const draw = createDraw(seed);
        const [x, y] = [draw.numbers(a), draw.numbers(b)];
        const tape = createTape();
        const [tx, ty] = [given(tape, [a], x), given(tape, [b, 1], y)];
        const second = 64 * Math.ceil(a / 64);
        const third = second + 64 * Math.ceil(b / 64);
        const doubled = ops.multiply(tx, 2);
        // A computed tensor, the same one again, and one that lies in a variable.
        const packed = ops.pack([doubled, ops.negate(ty), ty, doubled], [0, second, third, third + 128], third + 256);
        const executable = await device.prepare(compile(tape, { packed, sum: ops.add(packed, 0) }));
        const expected = new Array<number>(third + 256).fill(0);
        x.forEach((value, i) => {
          expected[i] = 2 * value;
          expected[third + 128 + i] = 2 * value;
        });
        y.forEach((value, i) => {
          expected[second + i] = -value;
          expected[third + i] = value;
        });
        for (let times = 0; times < 2; times++) {
          executable.run();
          expect(Array.from(await executable.read('packed'))).toEqual(expected);
          expect(Array.from(await executable.read('sum'))).toEqual(expected);
        }
        executable.release();
      }),
      cases(2, device),
    );
  });
});

describe('recording', () => {
  test('a tensor that does not fit is refused, naming the variable', () => {
    const tape = createTape();
    const target = variable('weights', 'f32', [4]);
    expect(() => ops.assign(target, tape.constant('f32', [2], [1, 2]), 3)).toThrow(
      /f32\[2\] at 3 does not fit into variable weights/,
    );
    expect(() => ops.assign(target, tape.constant('i32', [2], [1, 2]))).toThrow(/i32\[2\] at 0 does not fit/);
  });

  test('a variable that has been written since it was read is refused, with what to do', () => {
    const tape = createTape();
    const target = variable('weights', 'f32', [2]);
    const before = tape.read(target);
    ops.assign(target, tape.constant('f32', [2], [1, 2]));
    expect(() => ops.add(before, 1)).toThrow(/variable weights has been written since it was read. Read it again/);
  });
});
