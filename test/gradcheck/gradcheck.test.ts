import { describe, expect, test } from 'vitest';
import { compareDevices, type GradcheckFunction, gradcheck } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { createDraw, given } from '../setup/arbitraries.ts';
import { windowOf } from '../setup/compare.ts';
import { fastDevices, onEach, referenceDevice } from '../setup/devices.ts';

const input = (name: string, ...shape: number[]) => ({
  name,
  shape,
  values: createDraw(shape.length).numbers(shape.reduce((a, b) => a * b, 1)),
});

describe('gradcheck', () => {
  test('finds right derivatives right, to nine digits', async () => {
    const report = await gradcheck(
      (_, [x, w]) => ops.tanh(ops.dense(ops.exp(x), w)),
      [input('x', 4, 3), input('w', 3, 5)],
      { directions: 3 },
    );
    // For each direction one comparison for each input and one for both together.
    expect(report.comparisons).toBe(9);
    expect(report.worst).toBeLessThan(1e-9);
  });

  test('names the input whose derivative is wrong, both numbers and the worst element', async () => {
    // The square's derivative, 2 w, is hidden in part: what is recorded is w.
    const wrong = gradcheck(
      (_, [x, w]) => ops.add(ops.square(x), ops.multiply(w, ops.stopGradient(w))),
      [input('states', 2, 3), { name: 'weights', shape: [3], values: [0.5, -1, 4] }],
    );
    await expect(wrong).rejects.toThrow(/derivative with respect to input 1 \(weights, f32\[3\]\) is wrong/);
    await expect(wrong).rejects.toThrow(
      /recorded gradient gives \S+, central differences \S+: relative error \S+e[-+]\d+, allowed 1.0e-6/,
    );
    await expect(wrong).rejects.toThrow(/Worst element \[\d\], where the input is (0.5|-1|4): recorded/);
  });

  test('finds a single wrong element among many', async () => {
    const choose = Int32Array.from({ length: 400 }, (_, i) => (i === 123 ? 1 : 0));
    const wrong = gradcheck(
      (tape, [x]) => ops.select(given(tape, [400], choose), ops.stopGradient(ops.square(x)), ops.square(x)),
      [input('x', 400)],
    );
    await expect(wrong).rejects.toThrow(/Worst element \[123\]/);
  });

  test('says so when the function jumps where it is checked', async () => {
    const jump = gradcheck((_, [x]) => ops.toFloat(ops.less(x, 1)), [{ name: 'x', shape: [2], values: [1, 0] }]);
    await expect(jump).rejects.toThrow(/with respect to input 0 \(x, f32\[2\]\) do not settle .* choose other inputs/);
  });

  test('tolerates kinks a thousandth away', async () => {
    const values = [0.001, -0.002, 0.5, 1.001];
    const report = await gradcheck(
      (_, [x]) => ops.add(ops.relu(x), ops.square(ops.minimum(x, 1))),
      [{ shape: [4], values }],
    );
    expect(report.worst).toBeLessThan(1e-7);
  });

  test('compares only the rows in use', async () => {
    const values = [Number.NaN, Number.NaN, 1, 2, 3, 4, 1e30, Number.NaN];
    const report = await gradcheck(
      (_, [x, w]) => ops.multiply(ops.square(x), w),
      [{ shape: [4, 2], values, byRows: true }, input('w', 1, 2)],
      { rows: { start: 1, count: 2 } },
    );
    expect(report.worst).toBeLessThan(1e-9);
  });

  test('reports that there is nothing to compare, unless that is allowed', async () => {
    const empty = { name: 'x', shape: [0, 3], values: [] };
    const square: GradcheckFunction = (_, [x]) => ops.square(x);
    await expect(gradcheck(square, [empty])).rejects.toThrow(
      /nothing to compare.*input 0 \(x, f32\[0, 3\]\).*cannot fail/,
    );
    expect(await gradcheck(square, [empty], { allowEmpty: true })).toEqual({ worst: 0, comparisons: 0 });
    const unused = { rows: { start: 1, count: 0 } };
    await expect(gradcheck(square, [{ ...input('x', 2, 2), byRows: true }], unused)).rejects.toThrow(
      /nothing to compare/,
    );
    // What has no elements beside what has some is no comparison of its own.
    const beside = await gradcheck((_, [x, y]) => ops.concat([ops.square(x), y], 0), [empty, input('y', 2, 3)]);
    expect(beside.comparisons).toBe(4);
    await expect(gradcheck(square, [input('x', 2)], { directions: 0 })).rejects.toThrow(/0 directions compare nothing/);
    await expect(gradcheck((_, [x]) => [x] as never, [input('x', 2)])).rejects.toThrow(/has to return one tensor/);
  });

  test('passes no gradient beside numbers that are not finite', async () => {
    const wrong: GradcheckFunction = (_, [x]) => ops.stopGradient(ops.multiply(x, 1e300));
    // <u, f> overflows: infinite both above and below, so that no difference is a number.
    const overflowing = gradcheck((_, [x]) => ops.square(wrong(_, [x])), [input('x', 3)]);
    await expect(overflowing).rejects.toThrow(/gradcheck/);
    const notANumber = gradcheck(
      (_, [x]) => ops.add(x, ops.stopGradient(ops.log(ops.subtract(x, 10)))),
      [input('x', 3)],
    );
    await expect(notANumber).rejects.toThrow(/gradcheck/);
  });

  test('refuses inputs without a number for each element, and functions that give integers', async () => {
    const short = gradcheck((_, [x]) => x, [{ name: 'x', shape: [2, 2], values: [1, 2, 3] }]);
    await expect(short).rejects.toThrow(/input 0 \(x, f32\[2, 2\]\) needs 4 values, not 3/);
    const whole = gradcheck((_, [x]) => ops.toInt(x), [input('x', 3)]);
    await expect(whole).rejects.toThrow(/i32\[3\] is integer and has no derivative/);
  });
});

onEach(fastDevices, (open) => {
  test('comparing devices gives the error of each output, of rows in use only', async () => {
    const tape = createTape();
    const x = {
      ...given(tape, [4, 2], createDraw(1).numbers(8)),
      rows: windowOf(tape, { capacity: 4, start: 1, count: 2 }),
    };
    const outputs = { y: ops.tanh(x), rows: ops.less(x, 0) };
    const errors = await compareDevices(tape, outputs, [await open(), await referenceDevice.open()]);
    expect(errors.y).toBeLessThan(1e-5);
    expect(errors.rows).toBe(0);
  });

  test('an infinity or NaN next to numbers that disagree hides nothing', async () => {
    const devices = [await open(), await referenceDevice.open()] as const;
    const weights = variable('weights', 'f32', [3], Float32Array.of(1, 2, 3));
    const differ = variable('differ', 'f32', [1], Float32Array.of(1));
    devices[0].write(differ, [2]);
    for (const beside of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]) {
      const other = variable('other', 'f32', [1], Float32Array.of(beside));
      const tape = createTape();
      const wrong = { y: ops.concat([tape.read(weights), tape.read(differ), tape.read(other)], 0) };
      await expect(compareDevices(tape, wrong, devices)).rejects.toThrow(/y, f32\[5\]: number \d is/);
      const right = { y: ops.concat([tape.read(weights), tape.read(other)], 0) };
      const agreed = compareDevices(tape, right, devices);
      // The same infinity is right; that two numbers are both NaN says nothing.
      if (Number.isNaN(beside)) await expect(agreed).rejects.toThrow(/number 3 is NaN/);
      else expect((await agreed).y).toBe(0);
    }
    const tape = createTape();
    const outputs = { y: tape.read(weights) };
    await expect(compareDevices(tape, outputs, devices, { tolerance: Number.NaN })).rejects.toThrow(/allowed NaN/);
  });

  test('comparing devices that disagree names the output, the place and both numbers', async () => {
    const [device, reference] = [await open(), await referenceDevice.open()];
    const weights = variable('weights', 'f32', [3], Float32Array.of(1, 2, 3));
    device.write(weights, [1, 2.5, 3]);
    const tape = createTape();
    const outputs = { doubled: ops.multiply(tape.read(weights), 2) };
    await expect(compareDevices(tape, outputs, [device, reference])).rejects.toThrow(
      /doubled, f32\[3\]: number 1 is 5 on (cpu|webgpu) and 4 on reference/,
    );
  });
});

test('devices compared by no number count as not compared', async () => {
  const tape = createTape();
  const device = await referenceDevice.open();
  await expect(compareDevices(tape, {}, [device, device])).rejects.toThrow(
    'no output has a number, so nothing was compared',
  );
});
