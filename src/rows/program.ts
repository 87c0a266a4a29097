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

/** A value of a program: computed where its `let` stands, once, and the same ever after. */
export type Value = ValueBase & ValueKind;

interface ValueBase {
  /** Values are numbered in the order they were made. */
  readonly id: number;
  readonly type: ValueType;
  /** The range of an Int. */
  readonly range: Range;
}

export type ValueKind =
  | { readonly kind: 'constant'; readonly number: number }
  /** The row that is computed. */
  | { readonly kind: 'row' }
  | { readonly kind: 'parameter'; readonly name: string; readonly position: number }
  /** How often the body of a `repeat` has run before. */
  | { readonly kind: 'counter'; readonly name: string }
  | { readonly kind: 'function'; readonly name: FunctionName; readonly inputs: readonly Value[] }
  | ({ readonly kind: 'element'; readonly buffer: number; readonly row: Value } & Index)
  | ({ readonly kind: 'entry'; readonly table: number } & Index)
  | { readonly kind: 'local'; readonly local: number }
  | ({ readonly kind: 'cell'; readonly cells: number } & Index);

/** Where a number is read or written. */
export interface Index {
  /** From 0 to length - 1, whatever was asked for. */
  readonly index: Value;
  /** What was asked for, where it is not known to lie inside. */
  readonly asked?: Value | undefined;
  /** The part of the row that it is of, such as a field of a state, and the index in there: for messages. */
  readonly part?: { readonly name: string; readonly length: number; readonly index: Value } | undefined;
}

export type Statement =
  | { readonly kind: 'let'; readonly value: Value }
  | ({ readonly kind: 'write'; readonly buffer: number; readonly row: Value; readonly value: Value } & Index)
  | ({ readonly kind: 'writeCell'; readonly cells: number; readonly value: Value } & Index)
  /** Gives a mutable variable its number, the first time and later. */
  | { readonly kind: 'set'; readonly local: number; readonly value: Value }
  /** Makes all cells 0. */
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

/** An array of numbers that is a row's own. */
export interface CellsDeclaration {
  readonly type: 'int' | 'float';
  readonly length: number;
}

/** Numbers that never change, looked up by index: see `table`. */
export interface TableData {
  readonly name: string;
  readonly data: Float32Array | Int32Array;
  /** The same with the digits that the host has, where it was given more. */
  readonly exact?: Float64Array | undefined;
}

/** The recorded program for one row. */
export interface Program {
  /** Whose program it is, and which: for messages. */
  readonly owner: string;
  readonly name: string;
  readonly buffers: readonly BufferDeclaration[];
  readonly parameters: readonly ParameterDeclaration[];
  readonly tables: readonly TableData[];
  /** The types of its mutable variables, by their numbers. */
  readonly locals: readonly ValueType[];
  /** Its arrays that are a row's own, by their numbers. */
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
