import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostProgram } from '../../src/rows/host-program.ts';
import * as rows from '../../src/rows/index.ts';
import { wasmHostProgram } from '../../src/rows/wasm-host.ts';
import { edgePairs, expectedIntegers, integerNames, integerProgram } from './all-functions.ts';

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

test('a program of integers as WebAssembly on the host does what its closures do, result and parameters too', async () => {
  const closures = rows.writeClosures(counted());
  const fast = await wasmHostProgram(counted(), closures);
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -5, max: 5 }), fc.integer({ min: -2, max: 5 }), (at, by, more) => {
      const [one, other] = [Int32Array.of(at, 7), Int32Array.of(at, 7)];
      expect(fast([one, Int32Array.of(by)], 0, more)).toBe(closures([other, Int32Array.of(by)], 0, more));
      expect(one).toEqual(other);
    }),
  );
});

test('every function of integers is the same there', async () => {
  const pairs = edgePairs();
  const fast = await wasmHostProgram(integerProgram(), () => Number.NaN);
  const made = new Int32Array(integerNames.length);
  const found = Array.from(pairs.a, (a, n) => {
    fast([Int32Array.of(a), Int32Array.of(pairs.b[n]), made]);
    return [...made];
  });
  expect(found.flat()).toEqual([...expectedIntegers(pairs)]);
});

test('several rows, and a program of Floats, stay as closures', async () => {
  const fast = await wasmHostProgram(counted(), () => 42);
  expect(fast([new Int32Array(4), new Int32Array(2)], 1, 0)).toBe(42);
  const floats = rows.record({ owner: 'test', name: 'floats' }, { buffers: {} }, () => rows.float(0.1));
  await expect(wasmHostProgram(floats, () => 0)).rejects.toThrow('stays as closures');
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

test('more parameters than calls hand over are refused', () => {
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
