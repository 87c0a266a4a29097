import type { Bool, BoolLike, Int, IntLike } from '../../rows/expression.ts';
import { bool, subtract } from '../../rows/math.ts';
import { recordingNow, refusal } from '../../rows/recording.ts';
import { repeat } from '../../rows/statements.ts';
import { checkGiven } from '../../text/check-given.ts';
import { asInt, type BoolCell, type CellPlace, type Cells, type IntCell, use } from './state.ts';

/**
 * A change of a state whose inverse is known. Its inputs (position, new value) are evaluated at the parent, whether it
 * is made or undone.
 */
export interface Change {
  /** For messages, such as `set of packed`. */
  readonly what: string;
  /** The fields that it changes. */
  readonly fields: readonly string[];
  /** The values that it depends on. */
  readonly dependsOn: readonly (IntLike | BoolLike)[];
  /** The value that it writes, if it can be read back with `found`. */
  readonly value?: IntLike | BoolLike | undefined;
  /** Makes the change in the state of the program that is being recorded. */
  perform(): void;
  /** Whether it can have been made, given that the value found is the value written. */
  undoable(): Bool;
  /** The current value at its position. */
  found?(): Int;
  /** Undoes the change. */
  revert(): void;
  /** Repeats the change after `revert`, with the value found before. */
  restore(found: Int | undefined): void;
}

/**
 * Writes `to` into a cell that is `from`. It can be undone if the cell is `to`. If `to` is itself a parameter of the
 * action, the parameter is read back from the cell, and backward actions are not numbered by it.
 *
 * @throws on numbers outside the field's bounds, and if both are equal
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
 * Adds `by` to a number. It can be undone if the previous number is within the field's bounds.
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
 * Inserts a value before the first `length` cells, which shift by one, and increments `length`. Cells after them hold
 * the field's initial number. It can be undone if there is such a cell and it holds the value; see `set` for values
 * that are parameters of the action.
 */
export const insertFront = (cells: Cells<IntCell>, length: IntCell, value: IntLike): Change =>
  insert('front', cells, length, value);

/** Appends a value after the first `length` cells, and increments `length`; see `insertFront`. */
export const insertBack = (cells: Cells<IntCell>, length: IntCell, value: IntLike): Change =>
  insert('back', cells, length, value);

function insert(end: 'front' | 'back', cells: Cells<IntCell>, length: IntCell, value: IntLike): Change {
  checkGiven(end === 'front' ? 'insertFront' : 'insertBack', { cells, length }, { place: 'object' });
  const { place } = cells;
  const { field, placeAt } = place;
  const count = length.place;
  use(length, value);
  const last = field.length - 1;
  /** The order in which no cell is overwritten before it is read. */
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

/** @throws if it is a computed value, which has no position */
function placeOf(what: string, cell: IntCell | BoolCell): CellPlace {
  const { place } = Object(cell) as { readonly place?: CellPlace | undefined };
  if (place) return place;
  throw refusal(
    recordingNow(what),
    `${what} takes what is changed as it is taken out of the state, such as packed.at(i) or length, and no value that was ` +
      'computed of it.',
  );
}

/** Whether the value found is the one that the change writes. */
export const isValue = (found: Int, value: IntLike | BoolLike): Bool => found.equal(asInt(value));
