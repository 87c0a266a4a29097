import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import { recordedRowProgram, rowProgram } from '../../src/ops/index.ts';
import { type FunctionName, functions } from '../../src/rows/functions.ts';
import { writeClosures } from '../../src/rows/index.ts';
import type { Program, Statement } from '../../src/rows/program.ts';
import { createTape } from '../../src/tape/index.ts';
import { createDraw, given } from '../setup/arbitraries.ts';
import { fastDevices } from '../setup/devices.ts';
import {
  edgePairs,
  expectedIntegers,
  floatFunctions,
  floatProgram,
  floats,
  integerNames,
  integerProgram,
  wrongFloats,
} from './all-functions.ts';
import { drawInteger, randomProgram, randomSteps } from './random-program.ts';
import { runWasm } from './run-wasm.ts';

// Faults put into the writers' own table, and into what they are given to write: the tests of devices.test.ts have to
// see each of them.

const webgpu = fastDevices[1];

type Form = { host: unknown; wgsl: string; wasm: unknown };
type Forms = Record<string, Record<'int' | 'float' | 'bool', Form | undefined>>;
const forms = Object.fromEntries(Object.entries(functions).map(([name, row]) => [name, row.forms])) as unknown as Forms;

const undo: (() => void)[] = [];
afterEach(() => {
  for (const restore of undo.splice(0)) restore();
});

function fault(name: FunctionName, type: 'int' | 'float' | 'bool', change: Partial<Form>): void {
  const form = forms[name][type] as Form;
  const before = { ...form };
  undo.push(() => Object.assign(form, before));
  Object.assign(form, change);
}

/** Each a wrong operator, a lost carry, the other sign: what it is taken for, of the function and the type. */
const intFaults: readonly [FunctionName, 'int' | 'bool', readonly (string | number)[], string][] = [
  ['add', 'int', ['a', 'b', 0x73], 'a lost carry'],
  ['add', 'int', ['a', 'b', 0x6b], 'the wrong operator'],
  ['subtract', 'int', ['b', 'a', 0x6b], 'operands exchanged'],
  ['multiply', 'int', ['a', 'b', 0x6a], 'the wrong operator'],
  ['divide', 'int', ['a', 0x41, 1, 'b', 'b', 0x45, 0x1b, 0x6e], 'an unsigned division'],
  ['remainder', 'int', ['a', 0x41, 1, 'b', 'b', 0x45, 0x1b, 0x70], 'an unsigned remainder'],
  ['negate', 'int', ['a'], 'nothing done'],
  ['abs', 'int', ['a'], 'nothing done'],
  ['min', 'int', ['a', 'b', 'a', 'b', 0x49, 0x1b], 'an unsigned comparison'],
  ['max', 'int', ['a', 'b', 'a', 'b', 0x4b, 0x1b], 'an unsigned comparison'],
  ['bitAnd', 'int', ['a', 'b', 0x72], 'the wrong operator'],
  ['bitOr', 'int', ['a', 'b', 0x73], 'the wrong operator'],
  ['bitXor', 'int', ['a', 'b', 0x72], 'the wrong operator'],
  ['shiftLeft', 'int', ['a', 'b', 0x41, 15, 0x71, 0x74], 'a bit of the amount lost'],
  ['shiftRight', 'int', ['a', 'b', 0x76], 'an unsigned shift'],
  ['shiftRightUnsigned', 'int', ['a', 'b', 0x75], 'a signed shift'],
  ['equal', 'int', ['a', 'b', 0x47], 'the wrong comparison'],
  ['notEqual', 'int', ['a', 'b', 0x46], 'the wrong comparison'],
  ['less', 'int', ['a', 'b', 0x49], 'an unsigned comparison'],
  ['less', 'int', ['a', 'b', 0x4c], 'equality let in'],
  ['lessEqual', 'int', ['a', 'b', 0x48], 'equality left out'],
  ['greater', 'int', ['a', 'b', 0x4b], 'an unsigned comparison'],
  ['greaterEqual', 'int', ['a', 'b', 0x4a], 'equality left out'],
  ['and', 'bool', ['a', 'b', 0x72], 'the wrong operator'],
  ['or', 'bool', ['a', 'b', 0x71], 'the wrong operator'],
  ['xor', 'bool', ['a', 'b', 0x72], 'the wrong operator'],
  ['not', 'bool', ['a'], 'nothing done'],
  ['select', 'int', ['c', 'b', 'a', 0x1b], 'operands exchanged'],
];

test.each(intFaults)('WebAssembly: %s of %ss as %j, %s', async (name, type, wasm) => {
  const pairs = edgePairs();
  const expected = expectedIntegers(pairs);
  const caught = async () => {
    const made = new Int32Array(expected.length);
    await runWasm(integerProgram(), [pairs.a, pairs.b, made], pairs.count);
    return integerNames.filter((_, i) =>
      made.some((number, at) => at % integerNames.length === i && number !== expected[at]),
    );
  };
  expect(await caught()).toEqual([]);
  fault(name, type, { wasm });
  expect(await caught()).toContain(name);
});

test.each([
  ['add', [0x93]],
  ['subtract', [0x92]],
  ['multiply', [0x92]],
  ['divide', [0x94]],
  ['min', [0x97]],
  ['max', [0x96]],
  ['less', [0x5f]],
  ['lessEqual', [0x5d]],
  ['greater', [0x60]],
  ['greaterEqual', [0x5e]],
  ['equal', [0x5c]],
  ['notEqual', [0x5b]],
] as const)('WebAssembly: %s of Floats by another opcode', async (name, [opcode]) => {
  const { x, y } = floats();
  const wrong = async () => {
    const made = new Float32Array(x.length * floatFunctions.length);
    await runWasm(floatProgram(), [x, y, made], x.length);
    return wrongFloats(x, y, made);
  };
  expect(await wrong()).toEqual([]);
  fault(name, 'float', { wasm: ['a', 'b', opcode] });
  expect((await wrong()).length).toBeGreaterThan(0);
});

test.each([
  ['add', 'a ^ b', 'a lost carry'],
  ['multiply', 'a + b', 'the wrong operator'],
  ['divide', 'i32(u32(a) / max(u32(b), 1u))', 'an unsigned division'],
  ['remainder', 'i32(u32(a) % max(u32(b), 1u))', 'an unsigned remainder'],
  ['min', 'i32(min(u32(a), u32(b)))', 'an unsigned comparison'],
  ['shiftLeft', 'a << (u32(b) & 15u)', 'a bit of the amount lost'],
  ['shiftRight', 'i32(u32(a) >> (u32(b) & 31u))', 'an unsigned shift'],
  ['shiftRightUnsigned', 'a >> (u32(b) & 31u)', 'a signed shift'],
  ['less', 'u32(a) < u32(b)', 'an unsigned comparison'],
  ['greaterEqual', 'a > b', 'equality left out'],
] as const)('WGSL: %s of ints as %s, %s', async (name, wgsl, _) => {
  const pairs = edgePairs();
  const expected = expectedIntegers(pairs);
  fault(name, 'int', { wgsl });
  const tape = createTape();
  const [made] = rowProgram(
    tape,
    recordedRowProgram(integerProgram()),
    pairs.count,
    [given(tape, [pairs.count], pairs.a), given(tape, [pairs.count], pairs.b)],
    [{ dtype: 'i32', shape: [pairs.count, integerNames.length] }],
  );
  const found = (await evaluate(await webgpu.open(), tape, { made })).made;
  const column = integerNames.indexOf(name);
  expect(expected.some((number, at) => at % integerNames.length === column && number !== found[at])).toBe(true);
});

test.each([
  ['toInt', 'float', ['a', 0xfc, 1]],
  ['floor', 'float', ['a', 0x8f]],
  ['sqrt', 'float', ['a', 0x91]],
  ['negate', 'float', ['a']],
  ['abs', 'float', ['a']],
  ['exp', 'float', 'log'],
  ['log', 'float', 'exp'],
] as const)('WebAssembly: %s of a Float as %j %j', async (name, type, wasm) => {
  const { x, y } = floats();
  fault(name, type, { wasm });
  const made = new Float32Array(x.length * floatFunctions.length);
  await runWasm(floatProgram(), [x, y, made], x.length);
  expect(wrongFloats(x, y, made).length).toBeGreaterThan(0);
});

describe('wrong programs', () => {
  type Fault = (statement: Statement) => Statement | undefined;
  const faults: Record<string, Fault> = {
    'a variable that is not set': (s) => (s.kind === 'set' ? undefined : s),
    'a number that is not written': (s) => (s.kind === 'write' ? undefined : s),
    'a cell that is not written': (s) => (s.kind === 'writeCell' ? undefined : s),
    'cells that are not cleared': (s) => (s.kind === 'clear' ? undefined : s),
    'a decision the other way round': (s) => (s.kind === 'when' ? { ...s, body: s.otherwise, otherwise: s.body } : s),
    'a loop that runs once': (s) =>
      s.kind === 'repeat' ? { ...s, count: { ...s.count, kind: 'constant', number: 1 } } : s,
    'another index': (s) => (s.kind === 'write' ? { ...s, index: { ...s.index, kind: 'constant', number: 2 } } : s),
    'another row': (s) =>
      s.kind === 'let' && s.value.kind === 'element' && s.value.row.kind !== 'row'
        ? { ...s, value: Object.assign(s.value, { index: { ...s.value.index, kind: 'constant', number: 3 } }) }
        : s,
  };
  const alter = (statements: readonly Statement[], change: Fault): Statement[] =>
    statements.flatMap((statement) => {
      const inner =
        statement.kind === 'when'
          ? { ...statement, body: alter(statement.body, change), otherwise: alter(statement.otherwise, change) }
          : statement.kind === 'repeat'
            ? { ...statement, body: alter(statement.body, change) }
            : statement;
      return change(inner) ?? [];
    });
  const count = 500;
  const run = async (program: Program, seed: number, write: 'closures' | 'wasm') => {
    const draw = createDraw(seed);
    const integers = draw.integers(4 * count, 0, 2 ** 20).map(drawInteger);
    const numbers = Float32Array.from(draw.integers(2 * count, -1000, 1000));
    const made = draw.integers(3 * count, -5, 5);
    const float = new Float32Array(count);
    const buffers = [integers, numbers, made, float];
    if (write === 'wasm') await runWasm(program, buffers, count);
    else {
      const once = writeClosures(program);
      for (let n = 0; n < count; n++) once(buffers, n);
    }
    return [...made, ...float].map((number) => number + 0).join();
  };

  test.each(Object.keys(faults))('%s', async (name) => {
    const programs = fc.sample(randomSteps, { seed: 20260101, numRuns: 40 }).map(randomProgram);
    let caught = 0;
    for (const [seed, program] of programs.entries()) {
      const expected = await run(program, seed, 'closures');
      const altered = { ...program, body: alter(program.body, faults[name]) };
      if ((await run(altered, seed, 'wasm')) !== expected) caught++;
    }
    expect(caught).toBeGreaterThan(0);
  });
});
