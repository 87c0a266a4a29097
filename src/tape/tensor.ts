import type { Node } from './operation.ts';
import type { Tape } from './tape.ts';
import type { Variable } from './variable.ts';

/** `i32` also serves as mask: 0 is false, anything else is true. */
export type DType = 'f32' | 'i32';

/** @throws if it is neither, as plain JavaScript may pass */
export function checkDType(owner: string, dtype: DType): void {
  if (dtype === 'f32' || dtype === 'i32') return;
  throw new Error(`${owner}: numbers are f32 or i32, not ${String(dtype)}.`);
}

/** Sizes of dimensions, the outermost first; [] for a single number. */
export type Shape = readonly number[];

/**
 * Rows whose number is only known at run time. Arrays over them are allocated for `capacity` rows; a kernel works on
 * the rows [start, start + count) that the device holds in `window` (int32, [start, count]), at most `max` of them.
 */
export interface Rows {
  readonly capacity: number;
  readonly max: number;
  readonly window: Tensor;
}

/** The type of a tensor: shape, number type and rows, without its source. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
  /** Present if the leading dimension is a row space; then shape[0] is its capacity. */
  readonly rows?: Rows;
}

/** Where a tensor's numbers come from. */
export type Source =
  | { readonly kind: 'node'; readonly node: Node; readonly output: number }
  /** `version` counts the writes to the variable recorded before this read. */
  | { readonly kind: 'variable'; readonly variable: Variable; readonly offset: number; readonly version: number }
  | { readonly kind: 'constant'; readonly data: Float32Array | Int32Array };

/** A tensor on a tape: a shape, a type and where its numbers come from. It holds no numbers itself. */
export interface Tensor extends TensorType {
  readonly id: number;
  readonly tape: Tape;
  readonly source: Source;
}

/** The tensor that owns a tensor's memory: itself, unless it is an alias. */
export function storageOf(tensor: Tensor): Tensor {
  let base = tensor;
  while (base.source.kind === 'node' && base.source.node.operation.isAlias) base = base.source.node.inputs[0];
  return base;
}

/** The number of elements of a tensor of this shape. */
export function elementCount(shape: Shape): number {
  // Without `checkGiven`, which kernels would have to load.
  if (!Array.isArray(shape)) throw new Error('elementCount: a shape is a list of sizes.');
  return shape.reduce((product, size) => product * size, 1);
}

/** For messages: `f32[16, 4]`. */
export function describeType(type: TensorType): string {
  return `${type.dtype}[${type.shape.join(', ')}]${type.rows ? ' by rows' : ''}`;
}
