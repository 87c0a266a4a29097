import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as ops from '../../src/ops/index.ts';
import { gradient, pack, reduce } from '../../src/ops/index.ts';
import { placeIntervals } from '../../src/plan/arena.ts';
import {
  type CompileOptions,
  compile,
  type KernelStep,
  kernelSteps,
  type Operand,
  type Plan,
  planBytes,
} from '../../src/plan/index.ts';
import { createTape, elementCount, variable } from '../../src/tape/index.ts';
import { seeds } from '../setup/arbitraries.ts';
import { randomTape } from './random-tape.ts';

const length = fc.integer({ min: 1, max: 30 });

interface Extent {
  readonly space: unknown;
  readonly from: number;
  readonly to: number;
}

function extentOf({ address, shape }: Pick<Operand, 'address' | 'shape'>): Extent {
  const space = address.space === 'arena' ? 'arena' : address.variable;
  return { space, from: address.byteOffset, to: address.byteOffset + 4 * elementCount(shape) };
}

const overlap = (a: Extent, b: Extent) => a.space === b.space && a.from < b.to && b.from < a.to;
const same = (a: Extent, b: Extent) => a.space === b.space && a.from === b.from && a.to === b.to;

test('no two tensors that live at the same step overlap in the arena', () => {
  fc.assert(
    fc.property(seeds, length, (seed, moves) => {
      const { tape, outputs } = randomTape(seed, moves);
      const { placements, arenaBytes } = compile(tape, outputs);
      placements.forEach((a, i) => {
        expect(a.byteOffset % 256).toBe(0);
        expect(a.byteOffset + a.bytes).toBeLessThanOrEqual(arenaBytes);
        for (const b of placements.slice(0, i)) {
          if (a.to < b.from || b.to < a.from) continue;
          const apart = a.byteOffset + a.bytes <= b.byteOffset || b.byteOffset + b.bytes <= a.byteOffset;
          expect(apart, `${a.label} at ${a.byteOffset} and ${b.label} at ${b.byteOffset}`).toBe(true);
        }
      });
    }),
    { seed: 20260101, numRuns: 150 },
  );
});

test.each<[string, CompileOptions]>([
  ['fused and in shared memory', {}],
  ['one by one and in memory of its own', { fuse: false, shareMemory: false }],
])('no step of a plan %s binds the same bytes twice, except to compute in place', (_, options) => {
  fc.assert(
    fc.property(seeds, length, (seed, moves) => {
      const { tape, outputs } = randomTape(seed, moves);
      for (const step of kernelSteps(compile(tape, outputs, options))) expectBindable(step);
    }),
    { seed: 20260101, numRuns: 100 },
  );
});

/** What WebGPU asks of a launch, whose operands may all be written. A fused launch may write where it read. */
function expectBindable(step: KernelStep): void {
  const reads = step.inputs.map(extentOf);
  const writes = [...step.outputs, ...step.writes].map(extentOf);
  const windows = step.rows ? [extentOf({ address: step.rows.window, shape: [2] })] : [];
  const inPlace = (write: Extent) => step.kernel === 'fused' && reads.some((read) => same(read, write));
  const bound = [...reads, ...windows, ...writes.filter((write) => !inPlace(write))];
  bound.forEach((a, i) => {
    for (const b of bound.slice(0, i)) expect(overlap(a, b), `${step.kernel} binds bytes twice`).toBe(false);
  });
}

test('intervals are packed without overlap, and no higher than one behind the other', () => {
  const interval = fc.record({
    label: fc.constant('x'),
    bytes: fc.integer({ min: 0, max: 5000 }),
    from: fc.nat(20),
    to: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 30 }), (drawn) => {
      const intervals = drawn.map((each) => ({ ...each, to: each.from + each.to }));
      const { offsets, end } = placeIntervals(intervals);
      const rounded = intervals.map(({ bytes }) => Math.ceil(Math.max(bytes, 1) / 256) * 256);
      expect(end).toBeLessThanOrEqual(rounded.reduce((a, b) => a + b, 0));
      intervals.forEach((a, i) => {
        expect(offsets[i] + a.bytes).toBeLessThanOrEqual(end);
        intervals.slice(0, i).forEach((b, j) => {
          if (a.to < b.from || b.to < a.from || a.bytes === 0 || b.bytes === 0) return;
          expect(offsets[i] + a.bytes <= offsets[j] || offsets[j] + b.bytes <= offsets[i]).toBe(true);
        });
      });
    }),
    { seed: 20260101, numRuns: 200 },
  );
});

test('tensors whose lives do not meet share memory', () => {
  const tape = createTape();
  let x = tape.read(variable('x', 'f32', [64]));
  for (let i = 0; i < 20; i++) x = ops.scan(x);
  // Two of 256 bytes each: what a step reads and what it makes.
  expect(compile(tape, { x }).arenaBytes).toBe(512);
  expect(compile(tape, { x }, { shareMemory: false }).arenaBytes).toBe(20 * 256);
});

test('the bytes of a plan are known before it runs', () => {
  const tape = createTape();
  const x = tape.read(variable('x', 'f32', [100, 30]));
  const plan = compile(tape, { y: ops.sum(ops.scan(x), 1) });
  // The scan's 12,000 bytes and the sums' 400, each rounded up to a multiple of 256.
  expect(planBytes(plan as Plan)).toEqual({ arena: 12_032 + 512, variables: 12_000 });
});

test('packed gradients are made at their places, and nothing is copied', () => {
  const tape = createTape();
  const values = variable('values', 'f32', [256]);
  const weight = tape.read(values, { offset: 0, shape: [4, 8] });
  const bias = tape.read(values, { offset: 64, shape: [8] });
  const scale = tape.read(values, { offset: 128, shape: [8] });
  const x = tape.read(variable('x', 'f32', [5, 4]));
  const y = ops.multiply(ops.dense(x, weight, bias, 'tanh'), scale);
  const flat = pack(gradient(ops.sum(ops.square(y)), [weight, bias, scale]), [0, 64, 128], 256);
  const plan = compile(tape, { flat });
  const steps = kernelSteps(plan as Plan);
  expect(steps.map(({ kernel }) => kernel)).not.toContain('assign');
  const [weightGradient] = steps.filter(({ kernel }) => kernel === 'denseWeightGradient');
  const start = plan.outputs.flat.address.byteOffset;
  expect(weightGradient.outputs.map(({ address }) => address.byteOffset - start)).toEqual([0, 4 * 64]);
  const [scaleGradient] = steps.filter(({ kernel }) => kernel === reduce.name).slice(-1);
  expect(scaleGradient.outputs[0].address.byteOffset - start).toBe(4 * 128);
});

test('of two overlapping parts of a variable in one launch, one is copied first', () => {
  const tape = createTape();
  const source = variable('source', 'f32', [192]);
  const part = (offset: number) => tape.read(source, { offset, shape: [128] });
  const steps = kernelSteps(compile(tape, { y: ops.concat([part(0), part(64)], 0) }));
  expect(steps.length).toBeGreaterThan(0);
  for (const step of steps) expectBindable(step);
});
