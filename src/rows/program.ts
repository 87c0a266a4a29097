import type { FunctionName } from './functions.ts';

/** Int: i32. Float: f32 on devices, float64 on the host. Bool: a condition. */
export type ValueType = 'int' | 'float' | 'bool';

/** The range of a number; both ends included. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Every int32. */
export const anyInt: Range = { min: -(2 ** 31), max: 2 ** 31 - 1 };

/** A value of a program: computed once, at its `let`, and constant from then on. */
export type Value = ValueBase & ValueKind;

interface ValueBase {
  /** Values are numbered in the order of creation. */
  readonly id: number;
  readonly type: ValueType;
  /** The range of an Int. */
  readonly range: Range;
}

export type ValueKind =
  | { readonly kind: 'constant'; readonly number: number }
  /** The row being computed. */
  | { readonly kind: 'row' }
  | { readonly kind: 'parameter'; readonly name: string; readonly position: number }
  /** The number of previous iterations of a `repeat`. */
  | { readonly kind: 'counter'; readonly name: string }
  | { readonly kind: 'function'; readonly name: FunctionName; readonly inputs: readonly Value[] }
  | ({ readonly kind: 'element'; readonly buffer: number; readonly row: Value } & Index)
  | ({ readonly kind: 'entry'; readonly table: number } & Index)
  | { readonly kind: 'local'; readonly local: number }
  | ({ readonly kind: 'cell'; readonly cells: number } & Index);

/** The position of a number that is read or written. */
export interface Index {
  /** From 0 to length - 1, after clamping. */
  readonly index: Value;
  /** The index before clamping, unless it is known to be in range. */
  readonly asked?: Value | undefined;
  /** The part of the row, such as a field of a state, and the index within it: for messages. */
  readonly part?: { readonly name: string; readonly length: number; readonly index: Value } | undefined;
}

export type Statement =
  | { readonly kind: 'let'; readonly value: Value }
  | ({ readonly kind: 'write'; readonly buffer: number; readonly row: Value; readonly value: Value } & Index)
  | ({ readonly kind: 'writeCell'; readonly cells: number; readonly value: Value } & Index)
  /** Sets a mutable variable, initially or later. */
  | { readonly kind: 'set'; readonly local: number; readonly value: Value }
  /** Sets all cells to 0. */
  | { readonly kind: 'clear'; readonly cells: number }
  | {
      readonly kind: 'when';
      readonly condition: Value;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: 'repeat'; readonly count: Value; readonly counter: Value; readonly body: readonly Statement[] };

/** A buffer of rows of `width` numbers each. */
export interface BufferDeclaration {
  readonly name: string;
  readonly dtype: 'f32' | 'i32';
  readonly width: number;
  readonly access: 'read' | 'write' | 'readwrite';
}

export interface ParameterDeclaration extends Range {
  readonly name: string;
}

/** A private array of numbers for each row. */
export interface CellsDeclaration {
  readonly type: 'int' | 'float';
  readonly length: number;
}

/** Constant numbers, looked up by index; see `table`. */
export interface TableData {
  readonly name: string;
  readonly data: Float32Array | Int32Array;
  /** The same numbers in float64 for the host, if they were given so. */
  readonly exact?: Float64Array | undefined;
}

/** The recorded program for one row. */
export interface Program {
  /** The program's owner and name, for messages. */
  readonly owner: string;
  readonly name: string;
  readonly buffers: readonly BufferDeclaration[];
  readonly parameters: readonly ParameterDeclaration[];
  readonly tables: readonly TableData[];
  /** The types of its mutable variables, by their numbers. */
  readonly locals: readonly ValueType[];
  /** Its private arrays, by their numbers. */
  readonly cells: readonly CellsDeclaration[];
  readonly body: readonly Statement[];
  readonly result?: Value | undefined;
}

/** The values that a value is computed from. */
export function inputsOf(value: Value): readonly Value[] {
  switch (value.kind) {
    case 'function':
      return value.inputs;
    case 'element':
      return value.asked ? [value.row, value.index, value.asked] : [value.row, value.index];
    case 'entry':
    case 'cell':
      return value.asked ? [value.index, value.asked] : [value.index];
    default:
      return [];
  }
}
