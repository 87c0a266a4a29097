import type { Row } from '../../rows/buffers.ts';
import { Bool, type BoolLike, Int, type IntLike, valueFor, wrap } from '../../rows/expression.ts';
import type { Value } from '../../rows/program.ts';
import { applyFunction, constant, placeWithin, recordingNow } from '../../rows/recording.ts';
import type { Field, Fields, Layout, PlacedField } from './fields.ts';

/** A state in a program: its fields by name. Reading a flag or counter takes its current value. */
export type StateOf<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<'flag'>
    ? BoolCell
    : F[Name] extends Field<'counter'>
      ? IntCell
      : F[Name] extends Field<'bits'>
        ? Cells<BoolCell>
        : Cells<IntCell>;
};

/** A field of several numbers. */
export interface Cells<Cell extends IntCell | BoolCell> {
  readonly length: number;
  /** The current cell at an index. An index that is not known to be in range is clamped. */
  at(index: IntLike): Cell;
  /** Writes a cell. */
  set(index: IntLike, value: Cell extends IntCell ? IntLike : BoolLike): void;
  /** Its position in the state's row. */
  readonly place: CellsPlace;
}

/** The position of a field. */
export interface CellsPlace {
  readonly field: PlacedField;
  placeAt(index: IntLike): CellPlace;
}

/** The position of a cell in a state's row. */
export interface CellPlace {
  readonly field: PlacedField;
  /** Its index in the row. */
  readonly index: IntLike;
  /** Its current value; bits and flags as 0 and 1. */
  read(): Int;
  write(value: IntLike | BoolLike): void;
}

/** An integer of a state, with its position. */
export class IntCell extends Int {
  readonly place: CellPlace;
  constructor(value: Value, place: CellPlace) {
    super(recordingNow(place.field.name), value);
    this.place = place;
  }
  /** Writes it. */
  set(value: IntLike): void {
    use(this);
    this.place.write(value);
  }
}

/** A bit or flag of a state, with its position. */
export class BoolCell extends Bool {
  readonly place: CellPlace;
  constructor(value: Value, place: CellPlace) {
    super(recordingNow(place.field.name), value);
    this.place = place;
  }
  /** Writes it. */
  set(value: BoolLike): void {
    use(this);
    this.place.write(value);
  }
}

/** Bools as integers. */
export const asInt = (value: IntLike | BoolLike): IntLike =>
  typeof value === 'boolean' ? Number(value) : value instanceof Bool ? value.toInt() : value;

/** Marks values as used, if only for their positions. */
export function use(...made: readonly (IntLike | BoolLike)[]): void {
  const { unused } = recordingNow('use');
  for (const value of made) if (typeof value === 'object') unused.delete(value);
}

/**
 * The fields of a row.
 * @param reads collects the values read, with their fields
 */
export function stateOf<F extends Fields>(layout: Layout, row: Row<Int>, reads?: Map<Value, string>): StateOf<F> {
  const state = {};
  for (const field of layout.fields) {
    const view = viewOf(field, row, reads);
    // A flag or counter is read when it is accessed, and only then.
    const isOne = field.kind === 'flag' || field.kind === 'counter';
    Object.defineProperty(state, field.name, { enumerable: true, get: () => (isOne ? view.at(0) : view) });
  }
  return state as StateOf<F>;
}

function viewOf(field: PlacedField, row: Row<Int>, reads?: Map<Value, string>): Cells<IntCell> | Cells<BoolCell> {
  const { name, offset, length, kind } = field;
  const placeAt = (index: IntLike): CellPlace => {
    const recording = recordingNow(name);
    const { index: held, asked } = placeWithin(
      recording,
      name,
      valueFor(recording, `${name}.at`, index, 'int'),
      length,
    );
    const at = offset === 0 ? held : applyFunction(recording, 'add', [held, constant(recording, 'int', offset)]);
    const inRow = wrap(recording, at) as Int;
    recording.held.set(inRow, { asked, part: { name, length, index: held } });
    return {
      ...{ field, index: inRow },
      read: () => row.at(inRow),
      write: (value) => row.set(inRow, asInt(value)),
    };
  };
  const at = (index: IntLike): IntCell | BoolCell => {
    const recording = recordingNow(name);
    const place = placeAt(index);
    const number = valueFor(recording, name, place.read(), 'int');
    reads?.set(number, name);
    const isBool = kind === 'bits' || kind === 'flag';
    const cell = isBool
      ? new BoolCell(applyFunction(recording, 'notEqual', [number, constant(recording, 'int', 0)]), place)
      : new IntCell(number, place);
    recording.unused.set(cell, cell.value);
    return cell;
  };
  const set = (index: IntLike, value: IntLike | BoolLike): void => placeAt(index).write(value);
  return { length, at, set, place: { field, placeAt } } as Cells<IntCell>;
}
