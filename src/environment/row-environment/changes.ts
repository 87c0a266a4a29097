import type { Bool, BoolLike, Int, IntLike } from '../../rows/expression.ts';
import { bool, subtract } from '../../rows/math.ts';
import { recordingNow, refusal } from '../../rows/recording.ts';
import { repeat } from '../../rows/statements.ts';
import { checkGiven } from '../../text/check-given.ts';
import { asInt, type BoolCell, type CellPlace, type Cells, type IntCell, use } from './state.ts';

/**
 * A change of a state whose inverse is known. What it depends on (its place, what it writes) is taken at the state that
 * the action is taken at, or that it is undone to.
 */
export interface Change {
  /** For messages, such as `set of packed`. */
  readonly what: string;
  /** The fields it changes. */
  readonly fields: readonly string[];
  /** What it depends on. */
  readonly dependsOn: readonly (IntLike | BoolLike)[];
  /** What it writes, where that can be read back from the place of `found`. */
  readonly value?: IntLike | BoolLike | undefined;
  /** Makes the change in the state of the program that is being recorded. */
  perform(): void;
  /** Whether it can have been made, where the value found is what it writes. */
  undoable(): Bool;
  /** What now stands where it writes `value`. */
  found?(): Int;
  /** Undoes it there. */
  revert(): void;
  /** Makes it again after `revert`, with what was found before. */
  restore(found: Int | undefined): void;
}

/**
 * Writes `to` into a cell that is `from`. It is undone wherever the cell is `to`. Where `to` is an action's parameter
 * itself, the parameter is known from the cell, and backward actions are not numbered by it.
 *
 * @throws on numbers that the field does not have, and where both are the same
 */
export function set(cell: BoolCell, from: BoolLike, to: BoolLike): Change;
export function set(cell: IntCell, from: IntLike, to: IntLike): Change;
export function set(cell: IntCell | BoolCell, from: IntLike | BoolLike, to: IntLike | BoolLike): Change {
  const place = placeOf('set', cell);
  const { name, min, max } = place.field;
  use(cell, from, to);
  for (const given of [from, to]) {
    if (typeof given !== 'number' || (given >= min && given <= max)) continue;
    throw refusal(
      recordingNow('set'),
      `set(${name}, ${String(from)}, ${String(to)}): ${name} is ${min} to ${max}, and never ${given}.`,
    );
  }
  if (from === to) {
    throw refusal(recordingNow('set'), `set(${name}, ${String(from)}, ${String(to)}) changes nothing.`);
  }
  return {
    what: `set of ${name}`,
    fields: [name],
    dependsOn: [place.index, from, to],
    value: to,
    perform: () => place.write(to),
    undoable: () => bool(true),
    found: () => place.read(),
    revert: () => place.write(from),
    restore: (found) => place.write(found ?? to),
  };
}

/**
 * Adds `by` to a number. It is undone wherever what it was lies within the field's bounds.
 *
 * @throws on bits and flags
 */
export function move(cell: IntCell, by: IntLike): Change {
  const place = placeOf('move', cell);
  const { name, min, max, kind } = place.field;
  if (kind === 'bits' || kind === 'flag') {
    throw refusal(recordingNow('move'), `move(${name}, …): ${name} is yes or no. Use set(${name}, false, true).`);
  }
  use(cell, by);
  return {
    what: `move of ${name}`,
    fields: [name],
    dependsOn: [place.index, by],
    perform: () => place.write(place.read().add(by)),
    undoable() {
      const before = place.read().subtract(by);
      return before.greaterEqual(min).and(before.lessEqual(max));
    },
    revert: () => place.write(place.read().subtract(by)),
    restore: () => place.write(place.read().add(by)),
  };
}

/**
 * Puts a value in front of the first `length` cells, which move on by one, and counts `length` up. Cells behind them hold
 * the field's initial number. It is undone wherever there is such a cell and its number is the value; see `set` for
 * where the value is an action's parameter.
 */
export const insertFront = (cells: Cells<IntCell>, length: IntCell, value: IntLike): Change =>
  insert('front', cells, length, value);

/** Puts a value behind the first `length` cells, and counts `length` up; see `insertFront`. */
export const insertBack = (cells: Cells<IntCell>, length: IntCell, value: IntLike): Change =>
  insert('back', cells, length, value);

function insert(end: 'front' | 'back', cells: Cells<IntCell>, length: IntCell, value: IntLike): Change {
  checkGiven(end === 'front' ? 'insertFront' : 'insertBack', { cells, length }, { place: 'object' });
  const { place } = cells;
  const { field, placeAt } = place;
  const count = length.place;
  use(length, value);
  const last = field.length - 1;
  /** Cells are read one at a time and written behind, so the order is that in which none is overwritten before it is read. */
  const shift = (by: 1 | -1) => {
    if (last === 0) return;
    repeat(last, (i) => {
      const to = by === 1 ? subtract(last, i) : i;
      placeAt(to).write(placeAt(to.subtract(by)).read());
    });
  };
  const put = (number: IntLike) => {
    if (end === 'front') shift(1);
    placeAt(end === 'front' ? 0 : count.read()).write(number);
    count.write(count.read().add(1));
  };
  return {
    what: `${end === 'front' ? 'insertFront' : 'insertBack'} of ${field.name}`,
    fields: [field.name, count.field.name],
    dependsOn: [value],
    value,
    perform: () => put(value),
    undoable: () => count.read().greater(0),
    found: () => placeAt(end === 'front' ? 0 : count.read().subtract(1)).read(),
    revert() {
      const rest = count.read().subtract(1);
      if (end === 'front') {
        shift(-1);
        placeAt(last).write(field.initial);
      } else {
        placeAt(rest).write(field.initial);
      }
      count.write(rest);
    },
    restore: (found) => put(found ?? value),
  };
}

/** @throws where it is a value that was computed: that stands nowhere */
function placeOf(what: string, cell: IntCell | BoolCell): CellPlace {
  const { place } = Object(cell) as { readonly place?: CellPlace | undefined };
  if (place) return place;
  throw refusal(
    recordingNow(what),
    `${what} takes what is changed as it is taken out of the state, such as packed.at(i) or length, and no value that was ` +
      'computed of it.',
  );
}

/** Whether what was found is what a change writes. */
export const isValue = (found: Int, value: IntLike | BoolLike): Bool => found.equal(asInt(value));
