import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import { add, assign, compact, gatherRows, gradient, multiply, segmentSum, square, sum } from '../../src/ops/index.ts';
import { createTape, type Tape, type Tensor, variable } from '../../src/tape/index.ts';
import { onEach, testDevices } from '../setup/devices.ts';

const integers = (tape: Tape, name: string, numbers: readonly number[]) =>
  tape.read(variable(name, 'i32', [numbers.length], Int32Array.from(numbers)));

describe('rows that are counted on the device', () => {
  test('are refused once their window has been written: the same rows would be other rows', () => {
    const window = variable('window', 'i32', [2], Int32Array.of(0, 1));
    const numbers = variable('numbers', 'f32', [3], Float32Array.of(1, 2, 3));
    const tape = createTape();
    const rows = { capacity: 3, max: 3, window: tape.read(window) };
    const x = tape.read(numbers, { offset: 0, shape: [3], rows });
    assign(window, tape.constant('i32', [2], [1, 2]));
    expect(() => add(x, 1)).toThrow(/variable window has been written since it was read/);
  });

  test('give a tensor of fixed rows no derivative, which would be known only in some of them', () => {
    const tape = createTape();
    const fixed = tape.read(variable('fixed', 'f32', [3], Float32Array.of(1, 2, 3)));
    const { index } = compact(integers(tape, 'mask', [1, 0, 1]));
    const byRows = gatherRows(fixed, index);
    expect(() => gradient(sum(multiply(byRows, fixed)), [fixed])).toThrow(/Gather it into these rows first/);
  });
});

onEach(testDevices, (open) => {
  test('the derivative of a segment sum is in the rows of what was summed, though the segments have fixed rows', async () => {
    const tape = createTape();
    const source = tape.read(variable('source', 'f32', [4, 1], Float32Array.of(1, 2, 3, 4)));
    const { index, rows } = compact(integers(tape, 'mask', [1, 0, 1, 0]));
    const x: Tensor = gatherRows(source, index);
    const segments = { offsets: integers(tape, 'offsets', [0, 1, 2]), ids: integers(tape, 'ids', [0, 1, -9, 99]) };
    const loss = sum(square(segmentSum(x, segments)));
    const [dx] = gradient(loss, [x]);
    expect(dx.rows?.window).toBe(rows.window);
    const { derivative } = await evaluate(await open(), tape, { derivative: sum(dx) });
    expect([...derivative]).toEqual([8]);
  });
});

onEach(testDevices, (open) => {
  test('products of constant integers wrap around at 32 bits, as those of others do', async () => {
    const tape = createTape();
    const factors = [123_456_789, 987_654_321];
    const [a, b] = factors.map((factor) => tape.constant('i32', [2], [factor, factor]));
    const other = integers(tape, 'factor', [factors[0], factors[0]]);
    const { folded, computed } = await evaluate(await open(), tape, {
      folded: multiply(a, b),
      computed: multiply(other, b),
    });
    expect([...folded]).toEqual([...computed]);
    expect(folded[0]).toBe(Math.imul(factors[0], factors[1]));
  });
});
