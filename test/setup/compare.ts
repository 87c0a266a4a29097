import { expect } from 'vitest';
import type { Device, Numbers } from '../../src/device/device.ts';
import { evaluate, type GradcheckFunction, type GradcheckInput, gradcheck } from '../../src/gradcheck/index.ts';
import { gradient, multiply, sum } from '../../src/ops/index.ts';
import { createTape, elementCount, type Rows, type Tape, type Tensor, variable } from '../../src/tape/index.ts';
import { createDraw, type Window } from './arbitraries.ts';
import { referenceDevice } from './devices.ts';

/** How much arithmetic lies between a test's inputs and its outputs. */
export interface Arithmetic {
  /** The length of the longest sum. */
  readonly terms?: number;
  /** How large the numbers on the way are, where they are larger than 1 and than the results. */
  readonly magnitude?: number;
  /** How many roundings lie one behind another, not counting those of the sum. */
  readonly roundings?: number;
}

/**
 * What float32 may be off by. Each operation rounds by at most u = 2^-24 of its result, so n additions to a running
 * sum that stays below m are off by at most n u m in whatever order they are made, and k further operations on numbers
 * of size m by another k u m. A GPU's own functions are coarser: WGSL allows exp (3 + 2 |x|) units in the last place,
 * which are 2 u each, and tanh an absolute 1e-5 = 168 u. 200 roundings cover any of them; a wrong sign, index or mask
 * is off by far more than the 1e-5 this comes to.
 */
export function allowedError(
  expected: ArrayLike<number>,
  { terms = 1, magnitude = 1, roundings = 200 }: Arithmetic,
): number {
  let largest = magnitude;
  // An infinity among them would allow everything.
  for (let i = 0; i < expected.length; i++) {
    if (Number.isFinite(expected[i])) largest = Math.max(largest, Math.abs(expected[i]));
  }
  return 2 ** -24 * (terms + roundings) * largest;
}

/** @param what names the numbers in the message */
export function expectClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  arithmetic: Arithmetic,
  what: string,
): void {
  expect(found.length, `the length of ${what}`).toBe(expected.length);
  const allowed = allowedError(expected, arithmetic);
  for (let i = 0; i < expected.length; i++) {
    const close = found[i] === expected[i] || Math.abs(found[i] - expected[i]) <= allowed;
    if (!close)
      expect.fail(
        `${what}: number ${i} of ${expected.length} is ${found[i]}, not ${expected[i]} +- ${allowed.toExponential(1)}`,
      );
  }
}

/** Integers must be the same, other numbers close. */
function expectLike(tensor: Tensor, found: Numbers, expected: Numbers, arithmetic: Arithmetic, what: string): void {
  if (tensor.dtype === 'i32') expect(Array.from(found), what).toEqual(Array.from(expected));
  else expectClose(found, expected, arithmetic, what);
}

/** Records outputs, by name, on a fresh tape. */
export type Recording = (tape: Tape) => Record<string, Tensor>;

/** Runs the same tape on the device and on the reference and compares all outputs, rows in use only. */
export async function expectLikeReference(
  device: Device,
  record: Recording,
  arithmetic: Arithmetic = {},
): Promise<void> {
  const tape = createTape();
  const outputs = record(tape);
  const expected = await evaluate(await referenceDevice.open(), tape, outputs);
  const found = await evaluate(device, tape, outputs);
  for (const [name, tensor] of Object.entries(outputs)) {
    expectLike(tensor, found[name], expected[name], arithmetic, `${name} on ${device.kind}`);
  }
}

/** Differences in float64 are good to about 1e-9 of the derivative, short of kinks; this leaves a hundredfold. */
const gradcheckTolerance = 1e-7;

/**
 * On the reference device: checks the recorded gradient against differences. On every other: compares the same
 * gradient tape, with a random cotangent, with the reference.
 */
export async function expectGradient(
  device: Device,
  f: GradcheckFunction,
  inputs: readonly GradcheckInput[],
  arithmetic: Arithmetic = {},
  rows?: Window,
): Promise<void> {
  if (device.kind === 'reference') {
    // Shapes and windows without elements are drawn too: there the operations need only run.
    await gradcheck(f, inputs, { tolerance: gradcheckTolerance, rows, allowEmpty: true });
    return;
  }
  await expectLikeReference(
    device,
    (tape) => {
      const counted = rows && windowOf(tape, rows);
      const tensors = inputs.map((input) =>
        read(tape, input.shape, Float32Array.from(input.values), input.byRows ? counted : undefined),
      );
      const y = f(tape, tensors);
      const cotangent = read(tape, y.shape, createDraw(elementCount(y.shape)).numbers(elementCount(y.shape)));
      const gradients = gradient(sum(multiply(y, cotangent)), tensors);
      return Object.fromEntries(gradients.map((tensor, i) => [`gradient ${i}`, tensor]));
    },
    arithmetic,
  );
}

/** A row space whose window is read from a variable, as it would be after other kernels have written it. */
export function windowOf(tape: Tape, { capacity, start, count }: Window): Rows {
  const window = tape.read(variable('window', 'i32', [2], Int32Array.of(start, count)));
  return { capacity, max: capacity, window };
}

function read(tape: Tape, shape: readonly number[], numbers: Float32Array | Int32Array, rows?: Rows): Tensor {
  const source = variable('given', numbers instanceof Float32Array ? 'f32' : 'i32', shape, numbers);
  return tape.read(source, { offset: 0, shape, ...(rows ? { rows } : {}) });
}

/** The arguments of a function of rows: arrays by rows, of shape [capacity, ...], and arrays that all rows share. */
export interface RowArguments {
  readonly byRows: readonly { readonly shape: readonly number[]; readonly numbers: Float32Array | Int32Array }[];
  readonly shared?: readonly { readonly shape: readonly number[]; readonly numbers: Float32Array | Int32Array }[];
}

/** Records outputs from tensors by rows and shared ones. */
export type RowRecording = (
  tape: Tape,
  byRows: readonly Tensor[],
  shared: readonly Tensor[],
  rows: Rows | undefined,
) => Record<string, Tensor>;

/**
 * Checks that only the rows in use take part. The device runs over rows start .. start + count - 1 of arrays whose
 * other rows hold NaN, 1e30 and absurd integers; the reference runs the same operations over arrays that have no other
 * rows. The outputs must agree, and output rows that are not in use must still hold the zeros they began with.
 */
export async function expectOnlyRowsInUse(
  device: Device,
  window: Window,
  { byRows, shared = [] }: RowArguments,
  record: RowRecording,
  arithmetic: Arithmetic = {},
): Promise<void> {
  const { capacity, start, count } = window;
  const widths = byRows.map(({ shape }) => elementCount(shape.slice(1)));

  const tape = createTape();
  const rows = windowOf(tape, window);
  const outputs = record(
    tape,
    byRows.map(({ shape, numbers }, i) => read(tape, shape, withGarbage(numbers, widths[i], start, count), rows)),
    shared.map(({ shape, numbers }) => read(tape, shape, numbers)),
    rows,
  );
  const short = createTape();
  const expected = await evaluate(
    await referenceDevice.open(),
    short,
    record(
      short,
      byRows.map(({ shape, numbers }, i) =>
        read(short, [count, ...shape.slice(1)], numbers.slice(start * widths[i], (start + count) * widths[i])),
      ),
      shared.map(({ shape, numbers }) => read(short, shape, numbers)),
      undefined,
    ),
  );
  // With memory of its own every output begins as zeros; read whole, it shows what was written outside the window.
  const whole = Object.fromEntries(Object.entries(outputs).map(([name, { rows: _, ...tensor }]) => [name, tensor]));
  const found = await evaluate(device, tape, whole, { shareMemory: false });
  for (const [name, tensor] of Object.entries(outputs)) {
    const what = `${name} on ${device.kind} over rows ${start} to ${start + count} of ${capacity}`;
    if (!tensor.rows) {
      expectLike(tensor, found[name], expected[name], arithmetic, what);
      continue;
    }
    const width = elementCount(tensor.shape.slice(1));
    const [first, end] = [start * width, (start + count) * width];
    expectLike(tensor, found[name].slice(first, end), expected[name], arithmetic, what);
    const outside = [...found[name].slice(0, first), ...found[name].slice(end)];
    expect(
      outside.every((value) => value === 0),
      `${what} writes no other rows`,
    ).toBe(true);
  }
}

/** The numbers, with other ones wherever rows are not in use. */
export function withGarbage<N extends Float32Array | Int32Array>(
  numbers: N,
  width: number,
  start: number,
  count: number,
): N {
  const garbage =
    numbers instanceof Float32Array ? [Number.NaN, 1e30, -1e30, Number.POSITIVE_INFINITY] : [987654321, -7, 1];
  return numbers.map((value, i) =>
    i >= start * width && i < (start + count) * width ? value : garbage[i % garbage.length],
  ) as N;
}
