import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import * as rows from '../../src/rows/index.ts';
import { createTape, variable, writeTo } from '../../src/tape/index.ts';
import { createDraw, given, seeds } from '../setup/arbitraries.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { inBrowser } from '../setup/here.ts';
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

const count = 10_000;

/** How many programs are tried, in Node and in a page: compiling one for a GPU in software takes a second. */
const tried = { webgpu: [4, 2], cpu: [60, 6], reference: [10, 1] } as const;
const programs = ({ kind }: Device) => ({ seed: 20260101, numRuns: tried[kind][inBrowser ? 1 : 0] });

onEach(testDevices, (open) => {
  test('random programs make the same integers as on the host, over 10,000 rows', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(randomSteps, seeds, async (steps, seed) => {
        const program = randomProgram(steps);
        const draw = createDraw(seed);
        const integers = draw.integers(4 * count, 0, 2 ** 20).map(drawInteger);
        const numbers = Float32Array.from(draw.integers(2 * count, -1000, 1000));
        const before = draw.integers(3 * count, -5, 5);

        const expected = { made: before.slice(), float: new Float32Array(count) };
        const run = rows.writeClosures(program);
        for (let n = 0; n < count; n++) run([integers, numbers, expected.made, expected.float], n);

        const made = variable('made', 'i32', [count, 3], before);
        const float = variable('float', 'f32', [count]);
        const tape = createTape();
        ops.rowProgram(
          tape,
          ops.recordedRowProgram(program),
          count,
          [given(tape, [count, 4], integers), given(tape, [count, 2], numbers)],
          [],
          [writeTo(made), writeTo(float)],
        );
        await evaluate(device, tape, {});
        expect(differences(await device.read(made), expected.made)).toEqual([]);
        expect(differences(await device.read(float), expected.float)).toEqual([]);
      }),
      programs(device),
    );
  });
});

onEach(testDevices, (open) => {
  test('every function of integers keeps its definition, at the edges of int32', async () => {
    const device = await open();
    const pairs = edgePairs();
    const tape = createTape();
    const [made] = ops.rowProgram(
      tape,
      ops.recordedRowProgram(integerProgram()),
      pairs.count,
      [given(tape, [pairs.count], pairs.a), given(tape, [pairs.count], pairs.b)],
      [{ dtype: 'i32', shape: [pairs.count, integerNames.length] }],
    );
    const found = (await evaluate(device, tape, { made })).made;
    const expected = expectedIntegers(pairs);
    const wrong = Array.from(expected.keys())
      .filter((i) => found[i] !== expected[i])
      .map((i) => {
        const [n, name] = [Math.floor(i / integerNames.length), integerNames[i % integerNames.length]];
        return `${name}(${pairs.a[n]}, ${pairs.b[n]}) is ${found[i]}, not ${expected[i]}`;
      });
    expect(wrong).toEqual([]);
  });

  test('every function of floats is within its stated error', async () => {
    const device = await open();
    const { x, y } = floats();
    const tape = createTape();
    const [made] = ops.rowProgram(
      tape,
      ops.recordedRowProgram(floatProgram()),
      x.length,
      [given(tape, [x.length], x), given(tape, [x.length], y)],
      [{ dtype: 'f32', shape: [x.length, floatFunctions.length] }],
    );
    expect(wrongFloats(x, y, (await evaluate(device, tape, { made })).made).slice(0, 5)).toEqual([]);
  });
});

/** The first places where numbers differ; -0 is 0. */
function differences(found: ArrayLike<number>, expected: ArrayLike<number>): string[] {
  const places: string[] = [];
  for (let i = 0; i < expected.length && places.length < 5; i++) {
    if (found[i] !== expected[i]) places.push(`${i}: ${found[i]}, not ${expected[i]}`);
  }
  return places;
}
