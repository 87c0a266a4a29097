import { describe } from './describe.ts';
import { type FunctionName, functions, type RowFunction } from './functions.ts';
import type { Value, ValueType } from './program.ts';
import { applyFunction, constant, isInReach, type Recording, recordingNow, refusal } from './recording.ts';

/** An Int, or an int32 number. */
export type IntLike = Int | number;
/** A Float, or a finite number. */
export type FloatLike = Float | number;
/** A Bool, or a boolean. */
export type BoolLike = Bool | boolean;
/** A value of a row program, or a plain one. */
export type RowLike = Int | Float | Bool | number | boolean;

/** The base of Int, Float and Bool, whose values JavaScript cannot know. */
abstract class Expression {
  readonly value: Value;
  readonly #recording: Recording;

  constructor(recording: Recording, value: Value) {
    this.#recording = recording;
    this.value = value;
  }

  /** Called by JavaScript for `a + b`, `a < b` and `${a}`. @throws always */
  [Symbol.toPrimitive](): never {
    const recording = this.#recording;
    throw refusal(
      recording,
      `${describe(recording, this.value)} was used as a plain value, but it is only known when the program runs. ` +
        'Use its methods (a.add(b), a.less(b)) for arithmetic and comparisons, and select or when for decisions.',
    );
  }

  /** @throws if the value cannot be used in the current recording or block */
  static valueIn(recording: Recording, what: string, expression: Expression): Value {
    recording.unused.delete(expression);
    if (expression.#recording === recording && isInReach(recording, expression.value)) return expression.value;
    const text = describe(expression.#recording, expression.value);
    throw refusal(
      recording,
      expression.#recording === recording
        ? `${what} uses ${text}, which was made inside of a when, repeat or sum that has ended. ` +
            'Keep it in a local, or choose with select.'
        : `${what} uses ${text}, which belongs to another recording. Make it inside of the function that uses it.`,
    );
  }
}

/** An integer of a row: 32 bits, wrapping around. */
export class Int extends Expression {
  readonly type = 'int' as const;

  /** The sum. */
  add(other: IntLike): Int {
    return call('add', [this, other]) as Int;
  }
  /** The difference. */
  subtract(other: IntLike): Int {
    return call('subtract', [this, other]) as Int;
  }
  /** The product. */
  multiply(other: IntLike): Int {
    return call('multiply', [this, other]) as Int;
  }
  /** The quotient, rounded towards zero; by 0 it is the dividend. */
  divide(other: IntLike): Int {
    return call('divide', [this, other]) as Int;
  }
  /** What `divide` leaves, with the dividend's sign; by 0 it is 0. */
  remainder(other: IntLike): Int {
    return call('remainder', [this, other]) as Int;
  }
  /** The number with the other sign. */
  negate(): Int {
    return call('negate', [this]) as Int;
  }
  /** The number without its sign. */
  abs(): Int {
    return call('abs', [this]) as Int;
  }
  /** The smaller of both. */
  min(other: IntLike): Int {
    return call('min', [this, other]) as Int;
  }
  /** The larger of both. */
  max(other: IntLike): Int {
    return call('max', [this, other]) as Int;
  }
  /** The bits that are set in both. */
  bitAnd(other: IntLike): Int {
    return call('bitAnd', [this, other]) as Int;
  }
  /** The bits that are set in either. */
  bitOr(other: IntLike): Int {
    return call('bitOr', [this, other]) as Int;
  }
  /** The bits that are set in one of both. */
  bitXor(other: IntLike): Int {
    return call('bitXor', [this, other]) as Int;
  }
  /** Shifts are by the amount's lowest five bits. */
  shiftLeft(amount: IntLike): Int {
    return call('shiftLeft', [this, amount]) as Int;
  }
  /** Fills up with copies of the sign. */
  shiftRight(amount: IntLike): Int {
    return call('shiftRight', [this, amount]) as Int;
  }
  /** Fills up with zeros. */
  shiftRightUnsigned(amount: IntLike): Int {
    return call('shiftRightUnsigned', [this, amount]) as Int;
  }
  /** Whether both are equal. */
  equal(other: IntLike): Bool {
    return call('equal', [this, other]) as Bool;
  }
  /** Whether they differ. */
  notEqual(other: IntLike): Bool {
    return call('notEqual', [this, other]) as Bool;
  }
  /** Whether this one is smaller. */
  less(other: IntLike): Bool {
    return call('less', [this, other]) as Bool;
  }
  /** Whether this one is smaller or equal. */
  lessEqual(other: IntLike): Bool {
    return call('lessEqual', [this, other]) as Bool;
  }
  /** Whether this one is larger. */
  greater(other: IntLike): Bool {
    return call('greater', [this, other]) as Bool;
  }
  /** Whether this one is larger or equal. */
  greaterEqual(other: IntLike): Bool {
    return call('greaterEqual', [this, other]) as Bool;
  }
  /** As a Float; exact up to 2^24. */
  toFloat(): Float {
    return call('toFloat', [this]) as Float;
  }
}

/** A number of a row: float32 on devices, float64 on the host. */
export class Float extends Expression {
  readonly type = 'float' as const;

  /** The sum. */
  add(other: FloatLike): Float {
    return call('add', [this, other]) as Float;
  }
  /** The difference. */
  subtract(other: FloatLike): Float {
    return call('subtract', [this, other]) as Float;
  }
  /** The product. */
  multiply(other: FloatLike): Float {
    return call('multiply', [this, other]) as Float;
  }
  /** The quotient. */
  divide(other: FloatLike): Float {
    return call('divide', [this, other]) as Float;
  }
  /** The number with the other sign. */
  negate(): Float {
    return call('negate', [this]) as Float;
  }
  /** The number without its sign. */
  abs(): Float {
    return call('abs', [this]) as Float;
  }
  /** The smaller of both. */
  min(other: FloatLike): Float {
    return call('min', [this, other]) as Float;
  }
  /** The larger of both. */
  max(other: FloatLike): Float {
    return call('max', [this, other]) as Float;
  }
  /** Whether both are equal. */
  equal(other: FloatLike): Bool {
    return call('equal', [this, other]) as Bool;
  }
  /** Whether they differ. */
  notEqual(other: FloatLike): Bool {
    return call('notEqual', [this, other]) as Bool;
  }
  /** Whether this one is smaller. */
  less(other: FloatLike): Bool {
    return call('less', [this, other]) as Bool;
  }
  /** Whether this one is smaller or equal. */
  lessEqual(other: FloatLike): Bool {
    return call('lessEqual', [this, other]) as Bool;
  }
  /** Whether this one is larger. */
  greater(other: FloatLike): Bool {
    return call('greater', [this, other]) as Bool;
  }
  /** Whether this one is larger or equal. */
  greaterEqual(other: FloatLike): Bool {
    return call('greaterEqual', [this, other]) as Bool;
  }
  /** The largest integer that is not above it. */
  floor(): Float {
    return call('floor', [this]) as Float;
  }
  /** The square root; 0 below 0. */
  sqrt(): Float {
    return call('sqrt', [this]) as Float;
  }
  /** e^x; the largest float32 if it would overflow. */
  exp(): Float {
    return call('exp', [this]) as Float;
  }
  /** The natural logarithm of a positive number. */
  log(): Float {
    return call('log', [this]) as Float;
  }
  /** Rounded towards zero; beyond int32 the nearest int32. */
  toInt(): Int {
    return call('toInt', [this]) as Int;
  }
}

/** A condition of a row. */
export class Bool extends Expression {
  readonly type = 'bool' as const;

  /** Whether both hold. */
  and(other: BoolLike): Bool {
    return call('and', [this, other]) as Bool;
  }
  /** Whether at least one holds. */
  or(other: BoolLike): Bool {
    return call('or', [this, other]) as Bool;
  }
  /** Whether exactly one holds. */
  xor(other: BoolLike): Bool {
    return call('xor', [this, other]) as Bool;
  }
  /** Whether it does not hold. */
  not(): Bool {
    return call('not', [this]) as Bool;
  }
  /** 1 if it holds, else 0. */
  toInt(): Int {
    return call('select', [this, 1, 0]) as Int;
  }
  /** 1 if it holds, else 0. */
  toFloat(): Float {
    return this.toInt().toFloat();
  }
}

const isExpression = (value: unknown): value is Int | Float | Bool => value instanceof Expression;

/** Wraps a value as the Int, Float or Bool that users see. */
export function wrap(recording: Recording, value: Value): Int | Float | Bool {
  if (value.type === 'int') return new Int(recording, value);
  return value.type === 'float' ? new Float(recording, value) : new Bool(recording, value);
}

/**
 * The same, with an error if the value is never used. A JavaScript `if` or `?:` takes a condition for true; noticing
 * that it is used nowhere else reveals the mistake.
 */
export function wrapToUse(recording: Recording, value: Value): Int | Float | Bool {
  const expression = wrap(recording, value);
  recording.unused.set(expression, value);
  return expression;
}

const typeNames = { int: 'an Int', float: 'a Float', bool: 'a Bool' } as const;

/**
 * The value of something given, in the required type.
 * @param what the operation, for messages
 * @throws if it has another type, or is a number that the type does not have
 */
export function valueFor(recording: Recording, what: string, given: RowLike, type: ValueType): Value {
  if (isExpression(given)) {
    const value = Expression.valueIn(recording, what, given);
    if (value.type === type) return value;
    const advice =
      value.type === 'bool' || type === 'bool' ? 'Compare, or use select.' : 'Convert it with toFloat or toInt.';
    throw refusal(
      recording,
      `${what} takes ${typeNames[type]}; ${describe(recording, value)} is ${typeNames[value.type]}. ${advice}`,
    );
  }
  const isFit =
    type === 'bool'
      ? typeof given === 'boolean'
      : typeof given === 'number' &&
        (type === 'float' ? Number.isFinite(Math.fround(given)) : Number.isInteger(given) && (given | 0) === given);
  if (isFit) return constant(recording, type, Number(given));
  const plain = { int: 'a whole number of int32', float: 'a finite number', bool: 'true or false' }[type];
  throw refusal(recording, `${what} takes ${typeNames[type]} or ${plain}, not ${String(given)}.`);
}

/** The type of a value; plain numbers have the given one. */
export const typeOf = (given: RowLike, ofNumbers: ValueType): ValueType =>
  isExpression(given) ? given.type : typeof given === 'boolean' ? 'bool' : ofNumbers;

/** Records a function of values. @throws if it does not take their types */
export function call(name: FunctionName, given: readonly RowLike[]): Int | Float | Bool {
  const recording = recordingNow(name);
  const { takes }: RowFunction = functions[name];
  const leading = given.find((operand, i) => isExpression(operand) && (takes[i] === 'number' || takes[i] === 'any'));
  // If all operands are plain, numbers are integers.
  const generic = leading === undefined ? typeOf(given[given.length - 1], 'int') : typeOf(leading, 'int');
  if (takes.includes('number') && generic === 'bool') {
    throw refusal(recording, `${name} takes Ints or Floats, not Bools. Use and, or, xor and not.`);
  }
  const inputs = takes.map((wanted, i) =>
    valueFor(recording, name, given[i], wanted === 'number' || wanted === 'any' ? generic : wanted),
  );
  const value = applyFunction(recording, name, inputs);
  return value.type === 'bool' ? wrapToUse(recording, value) : wrap(recording, value);
}
