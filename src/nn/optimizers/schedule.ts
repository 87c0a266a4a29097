import * as numeric from '../../numeric/elementary.ts';
import { add, exp, minimum, multiply, toFloat } from '../../ops/index.ts';
import type { Tensor } from '../../tape/index.ts';

/**
 * A number that changes during a run: a function of the number of previous updates or iterations. The first has count
 * 0. One formula serves the host and the device.
 */
export interface Schedule {
  /** The value at a count, in float64. */
  at(count: number): number;
  /** Records the value, f32 [1], at a count i32 [1]. */
  record(count: Tensor): Tensor;
}

/** A constant, or a schedule. */
export type Rate = number | Schedule;

/** The arithmetic available to a schedule's formula, for numbers and tensors alike. */
interface Arithmetic<T> {
  add(a: T, b: number): T;
  multiply(a: T, b: number | T): T;
  minimum(a: T, b: number): T;
  exp(a: T): T;
  /** A number that does not depend on the count. */
  constant(value: number): T;
}

type Formula = <T>(count: T, math: Arithmetic<T>) => T;

const onHost: Arithmetic<number> = {
  add: (a, b) => a + b,
  multiply: (a, b) => a * b,
  minimum: Math.min,
  exp: numeric.exp,
  constant: (value) => value,
};

function schedule(formula: Formula): Schedule {
  return {
    at: (count) => formula(count, onHost),
    record(count) {
      const { tape } = count;
      const constant = (value: number) => tape.constant('f32', [1], [value]);
      return formula<Tensor>(toFloat(count), { add, multiply, minimum, exp, constant });
    },
  };
}

/** A constant value. */
export function constant(value: number): Schedule {
  checkNumber('constant', 'the value', value);
  return schedule((_, math) => math.constant(value));
}

/** From `from` to `to` in equal steps, and `to` from count `steps` on. */
export function linear(from: number, to: number, steps: number): Schedule {
  checkNumber('linear', 'the start', from);
  checkNumber('linear', 'the end', to);
  checkPositive('linear', 'the number of steps', steps);
  return schedule((count, math) => {
    const share = math.minimum(math.multiply(count, 1 / steps), 1);
    return math.add(math.multiply(share, to - from), from);
  });
}

/** from * factor^count, such as 0.999 of the rate for each update. @param factor above 0, at most 1 */
export function exponential(from: number, factor: number): Schedule {
  checkNumber('exponential', 'the start', from);
  if (!(factor > 0 && factor <= 1)) {
    throw new Error(`exponential: the factor must be above 0 and at most 1, not ${factor}.`);
  }
  return decaying(from, numeric.log(factor));
}

/** Halves every `halfLife` counts: from * 2^(-count / halfLife). */
export function halving(from: number, halfLife: number): Schedule {
  checkNumber('halving', 'the start', from);
  checkPositive('halving', 'the half-life', halfLife);
  return decaying(from, -Math.LN2 / halfLife);
}

/**
 * Rises over the first `steps` counts, then follows `rate`: min((count + 1) / steps, 1) times it. The first update
 * already moves.
 */
export function warmup(steps: number, rate: Rate): Schedule {
  checkPositive('warmup', 'the number of steps', steps);
  const then = typeof rate === 'number' ? constant(rate) : rate;
  const rising = schedule((count, math) => math.minimum(math.multiply(math.add(count, 1), 1 / steps), 1));
  return {
    at: (count) => rising.at(count) * then.at(count),
    record: (count) => multiply(rising.record(count), then.record(count)),
  };
}

function decaying(from: number, logFactor: number): Schedule {
  return schedule((count, math) => math.multiply(math.exp(math.multiply(count, logFactor)), from));
}

function checkNumber(name: string, what: string, value: number): void {
  if (!Number.isFinite(value)) throw new Error(`${name}: ${what} must be a finite number, not ${value}.`);
  const rounded = Math.fround(value);
  if (Number.isFinite(rounded) && (rounded !== 0 || value === 0)) return;
  throw new Error(`${name}: ${what} must be a number that float32 holds; it rounds ${value} to ${rounded}.`);
}

function checkPositive(name: string, what: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new Error(`${name}: ${what} must be a positive number, not ${value}.`);
  }
}
