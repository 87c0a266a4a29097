import { checkGiven } from '../text/check-given.ts';
import type { Row } from './buffers.ts';
import { describe } from './describe.ts';
import {
  type Bool,
  type BoolLike,
  type Float,
  type FloatLike,
  Int,
  type IntLike,
  type RowLike,
  typeOf,
  valueFor,
  wrap,
  wrapToUse,
} from './expression.ts';
import type { Value, ValueType } from './program.ts';
import {
  addStatement,
  applyFunction,
  constant,
  inBlock,
  makeValue,
  newCounter,
  placeWithin,
  type Recording,
  recordingNow,
  refusal,
} from './recording.ts';

/** A mutable variable of a row. */
export interface Local<Number extends Int | Float | Bool> {
  /** Its current value. */
  get(): Number;
  /** Sets its value. */
  set(value: LikeOf<Number>): void;
}

type LikeOf<Number> = Number extends Int ? IntLike : Number extends Float ? FloatLike : BoolLike;

/** A variable of the program. A plain number makes an Int variable: write `local(float(0))` for a Float one. */
export function local(initial: Float): Local<Float>;
export function local(initial: BoolLike): Local<Bool>;
export function local(initial: IntLike): Local<Int>;
export function local(initial: RowLike): Local<Int> | Local<Float> | Local<Bool> {
  const recording = recordingNow('local');
  const type = typeOf(initial, 'int');
  return localOf(recording, type, valueFor(recording, 'local', initial, type)) as Local<Int>;
}

function localOf(recording: Recording, type: ValueType, initial: Value): Local<Int | Float | Bool> {
  const number = recording.locals.push(type) - 1;
  addStatement(recording, { kind: 'set', local: number, value: initial });
  return {
    get: () => wrap(recording, makeValue(recording, type, { kind: 'local', local: number })),
    set(value) {
      addStatement(recording, { kind: 'set', local: number, value: valueFor(recording, 'set', value, type) });
    },
  };
}

/** A private array of integers for each row, initially 0: for example, a state to try things out on. */
export function scratch(length: number): Row<Int> {
  const recording = recordingNow('scratch');
  if (!Number.isInteger(length) || length < 1 || length > maxScratch) {
    throw refusal(recording, `scratch takes a length of 1 to ${maxScratch}, not ${length}.`);
  }
  const number = recording.cells.push({ type: 'int', length }) - 1;
  const what = `scratch ${number}`;
  const placeOf = (index: IntLike) =>
    placeWithin(recording, what, valueFor(recording, `${what}.at`, index, 'int'), length, index);
  addStatement(recording, { kind: 'clear', cells: number });
  return {
    length,
    at(index) {
      const place = placeOf(index);
      return wrapToUse(recording, makeValue(recording, 'int', { kind: 'cell', cells: number, ...place })) as Int;
    },
    set(index, value) {
      const place = placeOf(index);
      addStatement(recording, {
        ...{ kind: 'writeCell', cells: number, ...place },
        value: valueFor(recording, `${what}.set`, value as IntLike, 'int'),
      });
    },
  };
}

/** 6,144 of the 8,192 bytes of private memory that every GPU gives an invocation. */
export const maxScratch = 1536;

/** Runs statements if a condition holds, and others otherwise. */
export function when(condition: BoolLike, then: () => void, otherwise: () => void = () => {}): void {
  const recording = recordingNow('when');
  const value = valueFor(recording, 'when', condition, 'bool');
  if (value.kind === 'constant') {
    if (value.number) then();
    else otherwise();
    return;
  }
  const yes = inBlock(recording, then);
  const no = inBlock(recording, otherwise);
  addStatement(recording, { kind: 'when', condition: value, body: yes.body, otherwise: no.body });
}

/** How many times a `repeat`, `sum`, `any`, `all` or `count` runs: a plain number, or an Int with its maximum. */
export type Times = number | { readonly times: Int; readonly max: number };

/** Runs statements for i = 0 .. times - 1. An Int is clamped between 0 and its `max`. */
export function repeat(times: Times, body: (i: Int) => void): void {
  loop(recordingNow('repeat'), 'repeat', times, (_, i) => body(i));
}

/** The sum of a function's values for i = 0 .. times - 1, in this order: Ints or Floats. */
export function sum(times: Times, value: (i: Int) => Float): Float;
export function sum(times: Times, value: (i: Int) => Int): Int;
export function sum(times: Times, value: (i: Int) => Int | Float): Int | Float {
  checkGiven('sum', { value }, 'function');
  return fold('sum', times, value, undefined, 'add', 0) as Int | Float;
}

/** Whether a condition holds for any i = 0 .. times - 1. All are evaluated. */
export const any = (times: Times, condition: (i: Int) => BoolLike): Bool =>
  fold('any', times, condition, 'bool', 'or', 0) as Bool;

/** Whether a condition holds for all i = 0 .. times - 1. All are evaluated. */
export const all = (times: Times, condition: (i: Int) => BoolLike): Bool =>
  fold('all', times, condition, 'bool', 'and', 1) as Bool;

/** The number of i = 0 .. times - 1 for which a condition holds. */
export const count = (times: Times, condition: (i: Int) => Bool): Int => sum(times, (i) => condition(i).toInt());

/** Combines a function's values by another function, from the first to the last. */
function fold(
  what: string,
  times: Times,
  value: (i: Int) => RowLike,
  type: ValueType | undefined,
  join: 'add' | 'and' | 'or',
  start: number,
): Int | Float | Bool {
  const recording = recordingNow(what);
  let sort = type ?? ('int' as ValueType);
  const number = recording.locals.push('int') - 1;
  const ahead = { kind: 'set', local: number } as const;
  loop(
    recording,
    what,
    times,
    (body, i) => {
      const next = value(i);
      sort = type ?? typeOf(next, 'int');
      if (join === 'add' && sort === 'bool')
        throw refusal(recording, 'sum adds Ints or Floats. Count Bools with count.');
      const joined = valueFor(body, what, next, sort);
      const before = makeValue(body, sort, { kind: 'local', local: number });
      const after = applyFunction(body, join, [before, joined]);
      addStatement(body, { kind: 'set', local: number, value: after });
    },
    () => {
      recording.locals[number] = sort;
      addStatement(recording, { ...ahead, value: constant(recording, sort, start) });
    },
  );
  const result = makeValue(recording, sort, { kind: 'local', local: number });
  return sort === 'bool' ? wrapToUse(recording, result) : wrap(recording, result);
}

/** @param ahead records statements before the loop, once its body is known */
function loop(
  recording: Recording,
  what: string,
  times: Times,
  body: (recording: Recording, i: Int) => void,
  ahead: () => void = () => {},
): void {
  const limit = timesOf(recording, what, times);
  const counter = newCounter(recording, limit.range.max);
  recording.turns.push(Math.max(limit.range.max, 1));
  const together = recording.turns.reduce((product, most) => product * most, 1);
  if (together > maxTurns) {
    throw refusal(
      recording,
      `${what} and the loops that it is in run up to ${recording.turns.join(' * ')} times; it has to be at most ${maxTurns}.`,
    );
  }
  const inside = inBlock(recording, () => {
    recording.homes.set(counter, recording.block);
    body(recording, wrap(recording, counter) as Int);
  });
  recording.turns.pop();
  ahead();
  addStatement(recording, { kind: 'repeat', count: limit, counter, body: inside.body });
}

/** The most iterations of a loop: longer ones would block a GPU for more than its driver allows. */
const maxTimes = 2 ** 20;

/** The most iterations of nested loops for one row: about a second on one thread. */
const maxTurns = 2 ** 28;

function timesOf(recording: Recording, what: string, times: Times): Value {
  if (times instanceof Int) {
    throw refusal(
      recording,
      `${what} runs ${describe(recording, times.value)} times, of which no bound is known. ` +
        `Write ${what}({ times, max }, …) with the most it may be.`,
    );
  }
  const [most, given] = typeof times === 'number' ? [times, times] : [times.max, times.times];
  if (!Number.isInteger(most) || most < 0 || most > maxTimes) {
    throw refusal(recording, `${what} runs at most ${most} times; it has to be a whole number of 0 to ${maxTimes}.`);
  }
  const value = valueFor(recording, what, given, 'int');
  const above = value.range.min < 0 ? applyFunction(recording, 'max', [value, constant(recording, 'int', 0)]) : value;
  return above.range.max <= most ? above : applyFunction(recording, 'min', [above, constant(recording, 'int', most)]);
}
