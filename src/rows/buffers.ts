import { type Float, type FloatLike, type Int, type IntLike, valueFor, wrapToUse } from './expression.ts';
import type { BufferDeclaration, Value } from './program.ts';
import { addStatement, makeValue, placeWithin, type Recording, refusal } from './recording.ts';

/** A buffer of rows of numbers, as a program's signature declares it. */
export interface BufferType<DType extends 'f32' | 'i32' = 'f32' | 'i32'> {
  readonly dtype: DType;
  /** Numbers in a row. */
  readonly width: number;
  readonly access: 'read' | 'write' | 'readwrite';
}

/** A buffer whose rows are read. */
export const reads = <const DType extends 'f32' | 'i32'>(dtype: DType, width = 1): BufferType<DType> => ({
  ...{ dtype, width },
  access: 'read',
});
/** A buffer whose rows are only written: entries that are not written are undefined. */
export const writes = <const DType extends 'f32' | 'i32'>(dtype: DType, width = 1): BufferType<DType> => ({
  ...{ dtype, width },
  access: 'write',
});
/** A buffer whose rows are read and written. */
export const updates = <const DType extends 'f32' | 'i32'>(dtype: DType, width = 1): BufferType<DType> => ({
  ...{ dtype, width },
  access: 'readwrite',
});

/** A row of a buffer. */
export interface Row<Number extends Int | Float> {
  readonly length: number;
  /**
   * The current number at an index. An index that is not known to be in range is clamped.
   * @throws on an index that is never in range, and in a write-only buffer
   */
  at(index: IntLike): Number;
  /** Writes a number. @throws on an index that is never in range, and in a read-only buffer */
  set(index: IntLike, number: Number extends Int ? IntLike : FloatLike): void;
}

/** A buffer in a program: the row being computed, and any other by its number. */
export interface RowsOf<Number extends Int | Float> extends Row<Number> {
  /** Another row of the same buffer. A number out of range is clamped on every device. */
  of(row: IntLike): Row<Number>;
}

/** The views of a signature's buffers, by name. */
export type BufferViews<Buffers extends Readonly<Record<string, BufferType>>> = {
  readonly [Name in keyof Buffers]: RowsOf<Buffers[Name]['dtype'] extends 'i32' ? Int : Float>;
};

/** @param row the row being computed */
export function viewOf(recording: Recording, buffer: number, row: Value): RowsOf<Int | Float> {
  const declaration = recording.buffers[buffer];
  return {
    ...rowView(recording, declaration, buffer, row),
    of(other) {
      return rowView(recording, declaration, buffer, valueFor(recording, `${declaration.name}.of`, other, 'int'));
    },
  };
}

function rowView(
  recording: Recording,
  { name, dtype, width, access }: BufferDeclaration,
  buffer: number,
  row: Value,
): Row<Int | Float> {
  const type = dtype === 'i32' ? 'int' : 'float';
  const placeOf = (what: string, index: IntLike) =>
    placeWithin(recording, name, valueFor(recording, what, index, 'int'), width, index);
  return {
    length: width,
    at(index) {
      if (access === 'write') throw refusal(recording, `${name} is read, but it is declared to be only written.`);
      const place = placeOf(`${name}.at`, index);
      const value = makeValue(recording, type, { kind: 'element', buffer, row, ...place });
      return wrapToUse(recording, value) as Int | Float;
    },
    set(index, number) {
      if (access === 'read') throw refusal(recording, `${name} is written, but it is declared to be only read.`);
      const place = placeOf(`${name}.set`, index);
      const value = valueFor(recording, `${name}.set`, number, type);
      addStatement(recording, { kind: 'write', buffer, row, value, ...place });
    },
  };
}
