// Run before each file of tests: arrays of numbers that are equal are found so by one loop. What `toEqual` does, key by
// key, is most of what tests of training would cost. Arrays that differ, and any others, are left to it.
import { expect } from 'vitest';

type Numbers = ArrayLike<unknown>;

const isTyped = (value: unknown): value is Numbers => ArrayBuffer.isView(value) && !(value instanceof DataView);

const sameKind = (a: unknown, b: unknown): boolean =>
  (Array.isArray(a) && Array.isArray(b)) || (isTyped(a) && isTyped(b));

function equalNumbers(a: unknown, b: unknown): true | undefined {
  if (!sameKind(a, b) || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return undefined;
  const [left, right] = [a as Numbers, b as Numbers];
  if (left.length !== right.length) return undefined;
  for (let i = 0; i < left.length; i++) {
    if (typeof left[i] !== 'number' || !Object.is(left[i], right[i])) return undefined;
  }
  return true;
}

expect.addEqualityTesters([equalNumbers]);
