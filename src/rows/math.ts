import { Bool, type BoolLike, call, Float, type FloatLike, Int, type IntLike, valueFor } from './expression.ts';
import { recordingNow } from './recording.ts';

/** A function of two Ints or two Floats, one of which may be a plain number. */
interface OfNumbers {
  (a: Int, b: IntLike): Int;
  (a: number, b: Int): Int;
  (a: Float, b: FloatLike): Float;
  (a: number, b: Float): Float;
}

/** A comparison of two Ints or two Floats, one of which may be a plain number. */
interface Comparison {
  (a: Int, b: IntLike): Bool;
  (a: number, b: Int): Bool;
  (a: Float, b: FloatLike): Bool;
  (a: number, b: Float): Bool;
}

interface OfNumber {
  (a: Int): Int;
  (a: Float): Float;
}

type Two = (a: Int | Float | number, b: Int | Float | number) => never;

/** a + b. */
export const add: OfNumbers = ((a, b) => call('add', [a, b])) as Two;
/** a - b. */
export const subtract: OfNumbers = ((a, b) => call('subtract', [a, b])) as Two;
/** a b. */
export const multiply: OfNumbers = ((a, b) => call('multiply', [a, b])) as Two;
/** a / b. For Ints the quotient is rounded towards zero, and a if b is 0. */
export const divide: OfNumbers = ((a, b) => call('divide', [a, b])) as Two;
/** The smaller one. */
export const min: OfNumbers = ((a, b) => call('min', [a, b])) as Two;
/** The larger one. */
export const max: OfNumbers = ((a, b) => call('max', [a, b])) as Two;
/** -a. */
export const negate: OfNumber = ((a: Int | Float) => call('negate', [a])) as OfNumber;
/** |a|. */
export const abs: OfNumber = ((a: Int | Float) => call('abs', [a])) as OfNumber;
/** The remainder of a / b, with the sign of a; 0 if b is 0. */
export const remainder = (a: IntLike, b: IntLike): Int => call('remainder', [a, b]) as Int;

/** Whether both hold. */
export const and = (a: BoolLike, b: BoolLike): Bool => call('and', [a, b]) as Bool;
/** Whether at least one holds. */
export const or = (a: BoolLike, b: BoolLike): Bool => call('or', [a, b]) as Bool;
/** Whether exactly one holds. */
export const xor = (a: BoolLike, b: BoolLike): Bool => call('xor', [a, b]) as Bool;
export const not = (a: BoolLike): Bool => call('not', [a]) as Bool;

/** The bits set in both. */
export const bitAnd = (a: IntLike, b: IntLike): Int => call('bitAnd', [a, b]) as Int;
/** The bits set in either. */
export const bitOr = (a: IntLike, b: IntLike): Int => call('bitOr', [a, b]) as Int;
/** The bits in which they differ. */
export const bitXor = (a: IntLike, b: IntLike): Int => call('bitXor', [a, b]) as Int;
/** a 2^b, by the lowest five bits of b. */
export const shiftLeft = (a: IntLike, b: IntLike): Int => call('shiftLeft', [a, b]) as Int;
/** a / 2^b, rounded down, by the lowest five bits of b. */
export const shiftRight = (a: IntLike, b: IntLike): Int => call('shiftRight', [a, b]) as Int;
/** The bits of a shifted down, zeros coming in, by the lowest five bits of b. */
export const shiftRightUnsigned = (a: IntLike, b: IntLike): Int => call('shiftRightUnsigned', [a, b]) as Int;

export const equal: Comparison = ((a, b) => call('equal', [a, b])) as Two;
export const notEqual: Comparison = ((a, b) => call('notEqual', [a, b])) as Two;
/** a < b. */
export const less: Comparison = ((a, b) => call('less', [a, b])) as Two;
/** a <= b. */
export const lessEqual: Comparison = ((a, b) => call('lessEqual', [a, b])) as Two;
/** a > b. */
export const greater: Comparison = ((a, b) => call('greater', [a, b])) as Two;
/** a >= b. */
export const greaterEqual: Comparison = ((a, b) => call('greaterEqual', [a, b])) as Two;

/** a if the condition holds, else b. Both are computed. Two plain numbers are Ints: write `float(0.5)` for a Float. */
export function select(condition: BoolLike, a: Bool, b: BoolLike): Bool;
export function select(condition: BoolLike, a: BoolLike, b: Bool): Bool;
export function select(condition: BoolLike, a: Float, b: FloatLike): Float;
export function select(condition: BoolLike, a: FloatLike, b: Float): Float;
export function select(condition: BoolLike, a: IntLike, b: IntLike): Int;
export function select(
  condition: BoolLike,
  a: Int | Float | Bool | number | boolean,
  b: Int | Float | Bool | number | boolean,
): Int | Float | Bool {
  return call('select', [condition, a, b]);
}

/** As a Float; exact up to 2^24. */
export const toFloat = (a: IntLike): Float => call('toFloat', [a]) as Float;
/** Rounded towards zero; beyond int32 the nearest int32. */
export const toInt = (a: FloatLike): Int => call('toInt', [a]) as Int;
/** The largest integer that is not above it. */
export const floor = (a: FloatLike): Float => call('floor', [a]) as Float;
/** The square root; 0 below 0. */
export const sqrt = (a: FloatLike): Float => call('sqrt', [a]) as Float;
/** e^x; the largest float32 if it would overflow. */
export const exp = (a: FloatLike): Float => call('exp', [a]) as Float;
/** The natural logarithm of a positive number. */
export const log = (a: FloatLike): Float => call('log', [a]) as Float;

/** A plain number as an Int. */
export function int(number: IntLike): Int {
  const recording = recordingNow('int');
  return new Int(recording, valueFor(recording, 'int', number, 'int'));
}
/** A plain number as a Float. */
export function float(number: FloatLike): Float {
  const recording = recordingNow('float');
  return new Float(recording, valueFor(recording, 'float', number, 'float'));
}
/** A boolean as a Bool. */
export function bool(condition: BoolLike): Bool {
  const recording = recordingNow('bool');
  return new Bool(recording, valueFor(recording, 'bool', condition, 'bool'));
}
