import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape, type Rows, type Tape, type Tensor, type Variable, variable } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds } from '../setup/arbitraries.ts';
import { expectClose } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';

const width = 3;

/** Rows of a loop whose windows have these sizes, one behind the other; the last is the empty one that ends it. */
function windowsOf(tape: Tape, sizes: readonly number[]) {
  const capacity = sizes.reduce((a, b) => a + b, 0);
  const window = variable('window', 'i32', [2], Int32Array.of(0, sizes[0]));
  const next = [...sizes.slice(1), 0];
  const table = variable('sizes', 'i32', [sizes.length], Int32Array.from(next));
  const step = variable('step', 'i32', [1]);
  const rows: Rows = { capacity, max: capacity, window: tape.constant('i32', [2], [0, capacity]) };
  /** Opens the next window. */
  const advance = () => {
    const [now, at] = [tape.read(window), tape.read(step)];
    const end = ops.add(ops.slice(now, 0, 0, 1), ops.slice(now, 0, 1, 1));
    const count = ops.gatherRows(tape.read(table), ops.minimum(at, sizes.length - 1));
    ops.assign(step, ops.add(at, 1));
    ops.assign(window, ops.concat([end, count], 0));
  };
  return { capacity, window, rows, advance };
}

/** Reads x by the rows of the present window. */
const present = (tape: Tape, x: Variable, window: Variable, max: number): Tensor => {
  const rows: Rows = { capacity: x.shape[0], max, window: tape.read(window) };
  return tape.read(x, { offset: 0, shape: x.shape, rows });
};

/** A small network with what a body may hold: layers, elementwise chains, a gather, rows read twice. */
function network(x: Tensor, [w, b, scale]: readonly Tensor[]): Tensor {
  const hidden = ops.dense(x, w, b, 'tanh');
  return ops.dense(ops.multiply(ops.add(hidden, ops.square(hidden)), scale), w);
}

async function compareWithSecondPass(device: Device, sizes: readonly number[], seed: number): Promise<void> {
  const draw = createDraw(seed);
  const tape = createTape();
  const { capacity, window, rows, advance } = windowsOf(tape, sizes);
  const x = variable('x', 'f32', [capacity, width], draw.numbers(capacity * width));
  const parameters = [[width, width], [width], [width]].map((shape) =>
    given(
      tape,
      shape,
      draw.numbers(
        shape.reduce((a, b) => a * b, 1),
        -1,
        1,
      ),
    ),
  );
  const filled = tape.loop('windows', sizes.length, window, () => {
    const seen = present(tape, x, window, Math.max(...sizes));
    const y = network(seen, parameters);
    advance();
    return { y, window: seen.rows?.window as Tensor };
  });
  const kept = ops.loopOutput(filled.y, [{ window: filled.window, rows }]);
  if (!kept) throw new Error('nothing in this body changes from window to window but its rows');
  const again = network(tape.read(x, { offset: 0, shape: x.shape, rows }), parameters);
  const cotangent = given(tape, [capacity, width], draw.numbers(capacity * width));
  const lossOf = (y: Tensor) => ops.sum(ops.multiply(ops.withRows(cotangent, rows), y));
  const names = ['w', 'b', 'scale'];
  const named = (name: string, tensors: readonly Tensor[]) =>
    Object.fromEntries(tensors.map((tensor, i) => [`${name} ${names[i]}`, tensor]));
  const found: Record<string, ArrayLike<number>> = await evaluate(device, tape, {
    kept,
    again,
    ...named('kept', ops.gradient(lossOf(kept), parameters)),
    ...named('again', ops.gradient(lossOf(again), parameters)),
  });
  // Rows of 3 to 6 terms below 2 * 6; gradients add such numbers up over all rows.
  expectClose(found.kept, found.again, { magnitude: 24 }, 'the values');
  for (const name of names) {
    const arithmetic = { magnitude: 24 * capacity, terms: capacity };
    expectClose(found[`kept ${name}`], found[`again ${name}`], arithmetic, `the gradient by ${name}`);
    expect(Array.from(found[`again ${name}`]).some((value) => value !== 0)).toBe(true);
  }
}

onEach(testDevices, (open) => {
  test('loopOutput has the values and gradients of a second pass over all rows', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        seeds,
        async (sizes, seed) => compareWithSecondPass(device, sizes, seed),
      ),
      cases(5, device),
    );
  });
});

describe('recording', () => {
  /** What a body of one layer makes, with another input of its own. */
  function seenWith(other: (tape: Tape, seen: Tensor) => Tensor, wrote?: (tape: Tape) => void) {
    const tape = createTape();
    const { window, rows, advance, capacity } = windowsOf(tape, [2, 1]);
    const x = variable('x', 'f32', [capacity, width]);
    const filled = tape.loop('windows', 2, window, () => {
      const seen = present(tape, x, window, 2);
      const y = ops.multiply(seen, other(tape, seen));
      wrote?.(tape);
      advance();
      return { y, window: seen.rows?.window as Tensor };
    });
    return { kept: ops.loopOutput(filled.y, [{ window: filled.window, rows }]) };
  }
  const w = variable('w', 'f32', [width]);
  const square = variable('square', 'f32', [width, width]);

  test('a body that only reads its inputs is differentiated over all of its rows', () => {
    expect(seenWith((tape) => tape.read(w)).kept).toBeDefined();
  });

  test('a body whose numbers change between windows, and not by rows, is refused', () => {
    expect(seenWith((_, seen) => ops.sum(seen, 0)).kept).toBeUndefined();
    const written = seenWith(
      (tape) => tape.read(w),
      (tape) => ops.assign(w, ops.multiply(tape.read(w), 2)),
    );
    expect(written.kept).toBeUndefined();
  });

  test('a gradient that needs inputs of the body is refused once they have been written', () => {
    let read: Tensor | undefined;
    const { kept } = seenWith((on, seen) => {
      read = on.read(square);
      return ops.dense(ops.dense(seen, read), read);
    });
    if (!kept || !read) throw new Error('it is differentiated over all of its rows');
    const [weights] = [read];
    const loss = ops.sum(kept);
    expect(() => ops.gradient(loss, [weights])).not.toThrow();
    ops.assign(square, ops.multiply(weights, 2));
    expect(() => ops.gradient(loss, [weights])).toThrow('variable square has been written since it was read');
  });
});
