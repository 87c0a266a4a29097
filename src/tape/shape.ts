import { checkGiven } from '../text/check-given.ts';
import type { Rows, Shape, Tensor } from './tensor.ts';
import { describeType } from './tensor.ts';

/** The broadcast of shapes, by NumPy's rule: aligned at the end, sizes equal or 1. */
export function broadcastShapes(operation: string, shapes: readonly Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (let axis = 0; axis < shape.length; axis++) {
      const place = rank - shape.length + axis;
      const size = shape[axis];
      if (size === 1) continue;
      if (result[place] !== 1 && result[place] !== size) {
        throw new Error(
          `${operation}: shapes ${shapes.map((s) => `[${s.join(', ')}]`).join(' and ')} do not broadcast: ` +
            `sizes ${result[place]} and ${size} meet. Sizes must be equal or 1, aligned at the last dimension.`,
        );
      }
      result[place] = size;
    }
  }
  return result;
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Throws unless `condition`; the message names the operation and every input's type. */
export function expect(condition: boolean, operation: string, rule: string, inputs: readonly Tensor[]): void {
  checkGiven('expect', { operation, rule }, 'text');
  checkGiven('expect', { inputs }, 'list');
  if (!condition) throw new Error(`${operation}(${inputs.map(describeType).join(', ')}): ${rule}`);
}

/** The common row space of tensors whose leading dimensions agree; undefined if none has one. */
export function commonRows(operation: string, inputs: readonly Tensor[]): Rows | undefined {
  let rows: Rows | undefined;
  for (const input of inputs) {
    if (!input.rows) continue;
    if (rows && rows.window !== input.rows.window) {
      throw new Error(
        `${operation}: its inputs are counted by different windows. Gather one of them into the rows of the other first.`,
      );
    }
    rows = input.rows;
  }
  return rows;
}

/** A dimension's index counted from the front; negative axes count from the end. */
export function normalizeAxis(operation: string, axis: number, rank: number): number {
  const result = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || result < 0 || result >= rank) {
    throw new Error(`${operation}: axis ${axis} does not exist in a tensor of ${rank} dimensions.`);
  }
  return result;
}

/** A shape as [outer, length, inner] around one axis. */
export function splitAt(shape: Shape, axis: number): { outer: number; length: number; inner: number } {
  const product = (sizes: Shape) => sizes.reduce((a, b) => a * b, 1);
  return { outer: product(shape.slice(0, axis)), length: shape[axis], inner: product(shape.slice(axis + 1)) };
}
