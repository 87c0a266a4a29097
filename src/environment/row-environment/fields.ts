import { checkGiven } from '../../text/check-given.ts';
import { refuseField } from './refuse.ts';

/** The kind of a field: how many numbers it has in a row, their bounds and their initial values. */
export interface Field<Kind extends FieldKind = FieldKind> {
  readonly kind: Kind;
  readonly length: number;
  readonly min: number;
  readonly max: number;
  readonly initial: number;
}

export type FieldKind = 'bits' | 'flag' | 'cells' | 'counter' | 'integers';

/** The fields of a state by name, in the order of its row. */
export type Fields = Readonly<Record<string, Field>>;

/** The initial value and the range of numbers, including both ends. */
interface Bounds {
  readonly min?: number | undefined;
  readonly max: number;
  readonly initial?: number | undefined;
}

/** `length` booleans, initially false. */
export const bits = (length: number): Field<'bits'> => field('bits', length, 0, 1, 0);

/** One boolean, initially false. */
export const flag = (): Field<'flag'> => field('flag', 1, 0, 1, 0);

/** `length` integers from `min` (0 by default) to `max`, initially `initial`, by default `min`. */
export const cells = (length: number, bounds: Bounds): Field<'cells'> => {
  checkGiven('cells', { bounds }, { max: 'number' });
  const { min = 0, max, initial = min } = bounds;
  return field('cells', length, min, max, initial);
};

/** One integer from `min` (0 by default) to `max`, initially `initial`, by default `min`. */
export const counter = (bounds: Bounds): Field<'counter'> => {
  checkGiven('counter', { bounds }, { max: 'number' });
  const { min = 0, max, initial = min } = bounds;
  return field('counter', 1, min, max, initial);
};

/** `length` int32 numbers without bounds, initially `initial`, by default 0. */
export const integers = (length: number, { initial = 0 }: { readonly initial?: number | undefined } = {}) =>
  field('integers', length, -(2 ** 31), 2 ** 31 - 1, initial);

function field<Kind extends FieldKind>(
  kind: Kind,
  length: number,
  min: number,
  max: number,
  initial: number,
): Field<Kind> {
  const isInt = (number: number) => Number.isInteger(number) && (number | 0) === number;
  if (!Number.isInteger(length) || length < 1) {
    throw refuseField(kind, `has a length that is a whole number of at least 1, not ${length}`);
  }
  if (![min, max, initial].every(isInt)) {
    throw refuseField(kind, `has a min, a max and an initial number of int32, not ${min}, ${max} and ${initial}`);
  }
  if (min >= max && kind !== 'integers') throw refuseField(kind, `has a min below its max, not ${min} and ${max}`);
  if (initial < min || initial > max) {
    throw refuseField(kind, `has an initial number of ${min} to ${max}, not ${initial}`);
  }
  return { kind, length, min, max, initial };
}

/** A field at its position in a state's row. */
export interface PlacedField extends Field {
  readonly name: string;
  readonly offset: number;
}

/** A state's row. */
export interface Layout {
  readonly fields: readonly PlacedField[];
  readonly size: number;
  /** The initial state. */
  readonly initial: Int32Array;
}

export function layOut(fields: Fields): Layout {
  let size = 0;
  const placed = Object.entries(fields).map(([name, { kind, length, min, max, initial }]): PlacedField => {
    const offset = size;
    size += length;
    return { kind, length, min, max, initial, name, offset };
  });
  const initial = new Int32Array(size);
  for (const { offset, length, initial: first } of placed) initial.fill(first, offset, offset + length);
  return { fields: placed, size, initial };
}

/** A state as plain values, with bits and flags as booleans. */
export type PlainState<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<'flag'>
    ? boolean
    : F[Name] extends Field<'counter'>
      ? number
      : F[Name] extends Field<'bits'>
        ? readonly boolean[]
        : readonly number[];
};

export function plainState<F extends Fields>({ fields }: Layout, row: Int32Array): PlainState<F> {
  const entries = fields.map(({ name, kind, offset, length }) => {
    const numbers = Array.from(row.subarray(offset, offset + length));
    if (kind === 'flag') return [name, numbers[0] !== 0];
    if (kind === 'counter') return [name, numbers[0]];
    return [name, kind === 'bits' ? numbers.map((bit) => bit !== 0) : numbers];
  });
  return Object.fromEntries(entries) as PlainState<F>;
}
