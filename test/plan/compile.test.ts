import { expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { compile, type KernelName, kernelSteps, type Plan } from '../../src/plan/index.ts';
import { createTape, type Tape, type Tensor, type Variable, variable } from '../../src/tape/index.ts';
import { onEach, testDevices } from '../setup/devices.ts';

const floats = (name: string, shape: readonly number[], numbers: readonly number[]) =>
  variable(name, 'f32', shape, Float32Array.from(numbers));

const integers = (name: string, numbers: readonly number[]) =>
  variable(name, 'i32', [numbers.length], Int32Array.from(numbers));

function kernelsOf(tape: Tape, outputs: Record<string, Tensor>): KernelName[] {
  return kernelSteps(compile(tape, outputs) as Plan).map(({ kernel }) => kernel);
}

/** Compiles and runs; the outputs and variables wanted, as plain numbers. */
async function numbersOf(device: Device, tape: Tape, outputs: Record<string, Tensor>, variables: Variable[] = []) {
  const found = await evaluate(device, tape, outputs);
  const after = await Promise.all(variables.map(async (each) => [each.name, [...(await device.read(each))]] as const));
  return {
    ...Object.fromEntries(Object.entries(found).map(([name, numbers]) => [name, [...numbers]])),
    ...Object.fromEntries(after),
  };
}

test('what no output and no variable depends on is dropped', () => {
  const tape = createTape();
  const x = tape.read(floats('x', [2, 2], [1, 2, 3, 4]));
  ops.dense(x, ops.scan(x));
  expect(kernelsOf(tape, { y: ops.sum(x, 0) })).toEqual(['reduce']);
});

test('a write to a variable is kept though nothing reads it', () => {
  const tape = createTape();
  const target = floats('target', [2], [0, 0]);
  ops.assign(target, ops.scan(tape.read(floats('x', [2], [1, 2]))));
  expect(kernelsOf(tape, {})).toEqual(['scan', 'assign']);
});

test('a chain of elementwise operations over one shape is one launch', () => {
  const tape = createTape();
  const x = tape.read(floats('x', [3, 2], [1, 2, 3, 4, 5, 6]));
  const bias = tape.read(floats('bias', [2], [1, 2]));
  expect(kernelsOf(tape, { y: ops.exp(ops.negate(ops.square(ops.add(x, bias)))) })).toEqual(['fused']);
});

onEach(testDevices, (open) => {
  test('results that depend on constants alone are computed while the plan is made', async () => {
    const tape = createTape();
    const ramp = tape.constant('f32', [2, 1], [1, 2]);
    const y = ops.multiply(ops.add(ramp, tape.constant('f32', [3], [10, 20, 30])), 2);
    expect(kernelsOf(tape, { y })).toEqual([]);
    expect((await numbersOf(await open(), tape, { y })).y).toEqual([22, 42, 62, 24, 44, 64]);
  });

  test('a repeated operand of a launch is read once per use', async () => {
    const tape = createTape();
    const x = tape.read(floats('x', [2, 2], [1, 2, 3, 4]));
    const index = tape.read(integers('index', [2, 0, 1]));
    const outputs = {
      product: ops.multiply(x, x),
      power: ops.dense(x, x),
      twice: ops.concat([x, x], 1),
      composed: ops.gatherRows(index, index),
      viewed: ops.multiply(ops.reshape(x, [4]), ops.reshape(x, [4])),
      turned: ops.add(ops.reshape(x, [4, 1]), ops.reshape(x, [1, 4])),
    };
    expect(await numbersOf(await open(), tape, outputs)).toEqual({
      product: [1, 4, 9, 16],
      power: [7, 10, 15, 22],
      twice: [1, 2, 1, 2, 3, 4, 3, 4],
      composed: [1, 2, 0],
      viewed: [1, 4, 9, 16],
      turned: [2, 3, 4, 5, 3, 4, 5, 6, 4, 5, 6, 7, 5, 6, 7, 8],
    });
  });

  test('the derivative of a function of its argument twice has both terms', async () => {
    const tape = createTape();
    const x = tape.read(floats('x', [2, 2], [1, 2, 3, 4]));
    const [square] = ops.gradient(ops.sum(ops.multiply(x, x)), [x]);
    const [power] = ops.gradient(ops.sum(ops.dense(x, x)), [x]);
    const rows = tape.read(integers('rows', [1, 1, 0]));
    const [gathered] = ops.gradient(ops.sum(ops.square(ops.gatherRows(x, rows))), [x]);
    expect(await numbersOf(await open(), tape, { square, power, gathered })).toEqual({
      square: [2, 4, 6, 8],
      // d/dx of sum over i, j, k of x[i, k] x[k, j]: row sums of x along its columns, column sums along its rows.
      power: [4 + 3, 4 + 7, 6 + 3, 6 + 7],
      gathered: [2, 4, 12, 16],
    });
  });

  test('assignments happen in the order they were recorded in', async () => {
    const tape = createTape();
    const [v, w] = [floats('v', [2], [1, 2]), floats('w', [2], [0, 0])];
    const first = ops.multiply(tape.read(v), 10);
    ops.assign(v, first);
    ops.assign(w, tape.read(v));
    ops.assign(v, ops.add(tape.read(v), 1));
    const last = ops.add(tape.read(v), first);
    expect(await numbersOf(await open(), tape, { first, last }, [v, w])).toEqual({
      first: [10, 20],
      last: [21, 41],
      v: [11, 21],
      w: [10, 20],
    });
  });

  test('variables trade places by way of what was read before', async () => {
    const tape = createTape();
    const [v, w] = [floats('v', [2], [1, 2]), floats('w', [2], [3, 4])];
    const [fromV, fromW] = [ops.add(tape.read(v), 0), ops.add(tape.read(w), 0)];
    ops.assign(v, fromW);
    ops.assign(w, fromV);
    expect(await numbersOf(await open(), tape, {}, [v, w])).toEqual({ v: [3, 4], w: [1, 2] });
  });

  test('a result that is assigned keeps its numbers until its last reader', async () => {
    const tape = createTape();
    const [v, x, y] = [floats('v', [2], [0, 0]), floats('x', [2], [1, 2]), floats('y', [2], [10, 20])];
    const a = ops.add(tape.read(x), 1);
    ops.assign(v, a);
    const b = ops.multiply(tape.read(y), 2);
    const total = ops.sum(a);
    ops.assign(v, b);
    expect(await numbersOf(await open(), tape, { total }, [v])).toEqual({ total: [5], v: [20, 40] });
  });

  test('a result computed from a variable is not recomputed after the variable has been written', async () => {
    const tape = createTape();
    const v = floats('v', [2], [1, 2]);
    const old = ops.add(ops.reshape(tape.read(v), [2, 1]), 0.5);
    ops.assign(v, ops.scan(tape.read(v)));
    const late = ops.multiply(old, 2);
    expect(await numbersOf(await open(), tape, { late }, [v])).toEqual({ late: [3, 5], v: [1, 3] });
  });

  test('a variable keeps its numbers until its other views have been read', async () => {
    const tape = createTape();
    const [v, x] = [floats('v', [2], [1, 2]), floats('x', [2], [10, 20])];
    const shown = ops.reshape(tape.read(v), [2, 1]);
    const next = ops.add(tape.read(x), 1);
    const total = ops.scan(shown);
    ops.assign(v, next);
    expect(await numbersOf(await open(), tape, { total }, [v])).toEqual({ total: [1, 3], v: [11, 21] });
  });

  test('a part of a variable is written, and the rest stays', async () => {
    const tape = createTape();
    const v = variable('v', 'f32', [66], new Float32Array(66).fill(7));
    ops.assign(v, ops.scan(tape.read(floats('x', [2], [1, 2]))), 64);
    const part = ops.add(tape.read(v, { offset: 64, shape: [2] }), 0);
    const { v: after, part: read } = await numbersOf(await open(), tape, { part }, [v]);
    expect(read).toEqual([1, 3]);
    expect(after).toEqual([...new Array<number>(64).fill(7), 1, 3]);
  });

  test('a pack takes constants, repeated tensors and tensors of variables, with zeros between', async () => {
    const tape = createTape();
    const x = tape.read(floats('x', [2], [1, 2]));
    const y = ops.scan(x);
    const packed = ops.pack([y, y, x, tape.constant('f32', [2], [8, 9])], [0, 64, 128, 192], 256);
    const { packed: found } = await numbersOf(await open(), tape, { packed });
    const expected = new Array<number>(256).fill(0);
    for (const [at, pair] of [
      [1, 3],
      [1, 3],
      [1, 2],
      [8, 9],
    ].entries())
      expected.splice(64 * at, 2, ...pair);
    expect(found).toEqual(expected);
  });

  test('the gaps of a pack stay 0 though a pack of longer tensors had its memory before', async () => {
    const tape = createTape();
    const x = tape.read(floats('x', [4], [1, 2, 3, 4]));
    const total = ops.sum(ops.pack([ops.scan(x)], [0], 64));
    const short = ops.scan(ops.slice(ops.scan(ops.multiply(x, total)), 0, 0, 2));
    const { packed } = await numbersOf(await open(), tape, { packed: ops.pack([short], [0], 64) });
    // The sums of the sums: 1 + 3 + 6 + 10 = 20; then 20, 60; then 20, 80.
    expect(packed).toEqual([20, 80, ...new Array<number>(62).fill(0)]);
  });
});

test('a variable that was written since it was read is not read by mistake', () => {
  const tape = createTape();
  const v = floats('v', [2], [1, 2]);
  const old = tape.read(v);
  ops.assign(v, ops.add(old, 1));
  expect(() => ops.square(old)).toThrow(
    'variable v has been written since it was read. Read it again with tape.read for its present contents',
  );
  expect(() => ops.square(tape.read(v))).not.toThrow();
});

test('a tensor of another tape is refused', () => {
  const x = createTape().read(floats('x', [2], [1, 2]));
  const y = createTape().read(floats('y', [2], [1, 2]));
  expect(() => ops.add(x, y)).toThrow('belongs to another tape');
});

test('a part of a variable that WebGPU cannot bind is refused', () => {
  const tape = createTape();
  const part = tape.read(variable('v', 'f32', [8]), { offset: 3, shape: [2] });
  expect(() => compile(tape, { y: ops.scan(part) })).toThrow('variable v starts at element 3');
  expect(() => tape.read(variable('v', 'f32', [8]), { offset: 7, shape: [2] })).toThrow('do not lie within variable v');
});
