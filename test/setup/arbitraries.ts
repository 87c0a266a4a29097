import fc from 'fast-check';
import type { Device } from '../../src/device/device.ts';
import { uniformStream } from '../../src/random/threefry.ts';
import { elementCount, type Shape, type Tape, type Tensor, variable } from '../../src/tape/index.ts';
import { inBrowser } from './here.ts';

/** Random numbers of the shapes a test wants, all following from one seed, so that fast-check shrinks the shapes. */
export interface Draw {
  /** Uniform float32 numbers between two bounds. */
  numbers(count: number, low?: number, high?: number): Float32Array;
  /** Uniform integers from low to high, both included. */
  integers(count: number, low: number, high: number): Int32Array;
  /** 1 with the given probability, 0 else. */
  mask(count: number, probability?: number): Int32Array;
  /** The numbers 0 to count - 1 in random order. */
  permutation(count: number): number[];
  /** Float32 numbers of either sign that stay at least `gap` away from 0, where many functions have a kink. */
  awayFromZero(count: number, gap?: number, high?: number): Float32Array;
}

/** What `createDraw` starts from. */
export const seeds: fc.Arbitrary<number> = fc.nat(0x7fffffff);

export function createDraw(seed: number): Draw {
  const uniform = uniformStream(seed, 0);
  const between = (low: number, high: number) => low + (high - low) * uniform();
  return {
    numbers: (count, low = -2, high = 2) => Float32Array.from({ length: count }, () => between(low, high)),
    integers: (count, low, high) => Int32Array.from({ length: count }, () => Math.floor(between(low, high + 1))),
    mask: (count, probability = 0.6) => Int32Array.from({ length: count }, () => (uniform() < probability ? 1 : 0)),
    permutation: (count) =>
      Array.from({ length: count }, (_, i) => ({ i, at: uniform() }))
        .sort((a, b) => a.at - b.at)
        .map(({ i }) => i),
    awayFromZero: (count, gap = 0.1, high = 2) =>
      Float32Array.from({ length: count }, () => (uniform() < 0.5 ? -1 : 1) * between(gap, high)),
  };
}

/** A dimension: often 1, often no multiple of a tile (8, 16, 32, 64), seldom above 40. */
export const size: fc.Arbitrary<number> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(1) },
  { weight: 4, arbitrary: fc.integer({ min: 2, max: 20 }) },
  { weight: 2, arbitrary: fc.constantFrom(31, 32, 33, 40, 65) },
);

/** A dimension for tests that evaluate the reference's loops hundreds of times over. */
export const smallSize: fc.Arbitrary<number> = fc.integer({ min: 1, max: 9 });

/** A dimension that may be 0. */
export const sizeOrNone: fc.Arbitrary<number> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 8, arbitrary: size },
);

/** Rows in use of an array that has room for more: none, some, all; from the first one on or from a later one. */
export interface Window {
  readonly capacity: number;
  readonly start: number;
  readonly count: number;
}

export const windows: fc.Arbitrary<Window> = size.chain((capacity) =>
  fc
    .oneof(
      fc.constant([0, capacity]),
      fc.constant([0, 0]),
      fc.integer({ min: 0, max: capacity }).map((count) => [0, count]),
      fc
        .tuple(fc.integer({ min: 0, max: capacity }), fc.integer({ min: 0, max: capacity }))
        .map(([a, b]) => [Math.min(a, b), Math.abs(a - b)]),
    )
    .map(([start, count]) => ({ capacity, start, count })),
);

/** A tensor of given numbers, read from a variable: constants would be computed while the plan is made. */
export function given(tape: Tape, shape: Shape, numbers: Float32Array | Int32Array): Tensor {
  return tape.read(variable('given', numbers instanceof Float32Array ? 'f32' : 'i32', shape, numbers));
}

/** Given numbers by the shape's size, drawn between two bounds. */
export const drawn = (tape: Tape, shape: Shape, draw: Draw, low = -2, high = 2): Tensor =>
  given(tape, shape, draw.numbers(elementCount(shape), low, high));

/**
 * Parameters of fc.assert: the cases are the same in every run, so that a failure can be met again. On webgpu each
 * costs the compilation of its pipelines, tens of milliseconds each on a GPU in software; other devices get eight times
 * as many cases. In Chromium, where the same files run once more, there is a sixth of them.
 */
export function cases(numRuns: number, { kind }: Device): { seed: number; numRuns: number } {
  const here = inBrowser ? Math.ceil(numRuns / 6) : numRuns;
  return { seed: 20260101, numRuns: kind === 'webgpu' ? here : 8 * here };
}
