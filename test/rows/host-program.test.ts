import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostProgram } from '../../src/rows/host-program.ts';
import * as rows from '../../src/rows/index.ts';
import { wasmHostProgram } from '../../src/rows/wasm-host.ts';
import {
  edgePairs,
  expectedIntegers,
  floatFunctions,
  floatProgram,
  floats,
  integerNames,
  integerProgram,
} from './all-functions.ts';
import { drawInteger, randomProgram, randomSteps } from './random-program.ts';

const squares = rows.table('squares', Int32Array.of(0, 1, 4, 9));

/** A step of a counter and its square, which says whether it is done. */
const counted = () =>
  rows.record(
    { owner: 'test', name: 'count' },
    { buffers: { state: rows.updates('i32', 2), by: rows.reads('i32') }, parameters: { more: { min: 0, max: 3 } } },
    ({ state, by }, _, { more }) => {
      const tried = rows.scratch(2);
      tried.set(1, state.at(0).add(by.at(0)).add(more));
      state.set(0, tried.at(1));
      state.set(1, squares.at(tried.at(1)));
      return tried.at(1).greaterEqual(3);
    },
  );

test('an integer program as WebAssembly on the host equals its closures, in result and parameters', () => {
  const closures = rows.writeClosures(counted());
  const fast = wasmHostProgram(counted(), closures);
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -5, max: 5 }), fc.integer({ min: -2, max: 5 }), (at, by, more) => {
      const [one, other] = [Int32Array.of(at, 7), Int32Array.of(at, 7)];
      expect(fast([one, Int32Array.of(by)], 0, more)).toBe(closures([other, Int32Array.of(by)], 0, more));
      expect(one).toEqual(other);
    }),
  );
});

test('every function of integers is the same as WebAssembly', () => {
  const pairs = edgePairs();
  const fast = wasmHostProgram(integerProgram(), () => Number.NaN);
  const made = new Int32Array(integerNames.length);
  const found = Array.from(pairs.a, (a, n) => {
    fast([Int32Array.of(a), Int32Array.of(pairs.b[n]), made]);
    return [...made];
  });
  expect(found.flat()).toEqual([...expectedIntegers(pairs)]);
});

test('Floats are float64 there, to the bit, with exp, log and tables of the digits that they were given', () => {
  const { x, y } = floats();
  const [fast, closures] = [wasmHostProgram(floatProgram(), () => Number.NaN), rows.writeClosures(floatProgram())];
  const [made, expected] = [new Float64Array(floatFunctions.length), new Float64Array(floatFunctions.length)];
  for (let n = 0; n < 300; n++) {
    const given = [Float64Array.of(x[n] + x[n] / 3e9), Float64Array.of(y[n] / 3)];
    fast([...given, made]);
    closures([...given, expected]);
    expect([...new BigInt64Array(made.buffer)]).toEqual([...new BigInt64Array(expected.buffer)]);
  }
  const thirds = rows.table('thirds', Float64Array.of(1 / 3, 2 / 3));
  const looked = rows.record({ owner: 'test', name: 'look up' }, { buffers: { at: rows.reads('i32') } }, ({ at }) =>
    thirds.at(at.at(0)).add(0.1),
  );
  expect(wasmHostProgram(looked, () => 0)([Int32Array.of(1)])).toBe(2 / 3 + 0.1);
});

test('random programs are the same as WebAssembly', () => {
  fc.assert(
    fc.property(randomSteps, fc.nat(2 ** 20), (steps, seed) => {
      const program = randomProgram(steps);
      const [fast, closures] = [wasmHostProgram(program, () => Number.NaN), rows.writeClosures(program)];
      for (let n = 0; n < 10; n++) {
        const buffersOf = () => [
          Int32Array.from({ length: 4 }, (_, i) => drawInteger((seed * (i + 3) * (n + 1)) % 2 ** 20)),
          Float32Array.of((seed % 2000) - 1000, n),
          Int32Array.of(n, 1, -n),
          new Float32Array(1),
        ];
        const [one, other] = [buffersOf(), buffersOf()];
        fast(one);
        closures(other);
        expect(one).toEqual(other);
      }
    }),
    { numRuns: 20, seed: 20260101 },
  );
});

test('functions of several rows remain closures', () => {
  expect(wasmHostProgram(counted(), () => 42)([new Int32Array(4), new Int32Array(2)], 1, 0)).toBe(42);
});

test('a program that is called often gives the same before and after it is compiled', async () => {
  const run = hostProgram(counted);
  const state = Int32Array.of(0, 0);
  const results: number[] = [];
  for (let i = 0; i < 3; i++) {
    for (let call = 0; call < 999; call++) {
      state.set([call % 3, 0]);
      results.push(run([state, Int32Array.of(1)], 0, 1), state[0], state[1]);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const third = results.length / 3;
  expect(results.slice(third, 2 * third)).toEqual(results.slice(0, third));
  expect(results.slice(2 * third)).toEqual(results.slice(0, third));
});

test('more parameters than calls can pass are refused', () => {
  const range = { min: 0, max: 1 };
  const run = hostProgram(() =>
    rows.record(
      { owner: 'test', name: 'many' },
      { buffers: {}, parameters: { a: range, b: range, c: range, d: range } },
      (_, __, { a, b, c, d }) => a.add(b).add(c).add(d),
    ),
  );
  expect(() => run([])).toThrow('test, many: it has 4 parameters; on the host it has at most 3.');
});
