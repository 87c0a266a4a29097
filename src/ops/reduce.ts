import type { Operation, Shape, Tensor, TensorType } from '../tape/index.ts';
import { expect, normalizeAxis, splitAt } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { broadcastTo, divide, equal, maximum, multiply, select, toFloat } from './elementwise.ts';
import { reshape } from './reshape.ts';
import { slice } from './slice.ts';

/** The input is treated as [outer, length, inner]; the output is [outer, inner]. */
export interface ReduceAttributes {
  readonly kind: 'sum' | 'max';
  readonly axis: number;
  /** Keeps the reduced dimension, as 1. */
  readonly keep: boolean;
}

/**
 * y = sum or max of x over one axis. Over the row dimension of a tensor by rows only the rows in use count; the sum
 * of none is 0, and the maximum of none is the lowest finite float32.
 * Sums run in an order fixed by the shape alone, so that they do not depend on threads.
 */
export const reduce: Operation<ReduceAttributes> & { readonly name: 'reduce' } = {
  name: 'reduce',
  infer(inputs, { axis, keep }) {
    const x = inputs[0];
    expect(x.dtype === 'f32', 'reduce', 'the input must be f32; convert it with toFloat.', inputs);
    const shape = keep ? x.shape.map((size, i) => (i === axis ? 1 : size)) : x.shape.filter((_, i) => i !== axis);
    const type: TensorType = { dtype: 'f32', shape };
    return [x.rows && axis !== 0 ? { ...type, rows: x.rows } : type];
  },
  derivative({ inputs, outputs, attributes, cotangents: [dy] }) {
    const x = inputs[0];
    if (!dy) return [];
    const kept = x.shape.map((size, i) => (i === attributes.axis ? 1 : size));
    if (attributes.kind === 'sum') return [broadcastTo(reshape(dy, kept), x.shape)];
    // Elements tied for the maximum share its derivative evenly.
    const isMaximum = equal(x, reshape(outputs[0], kept));
    const ties = sum(toFloat(isMaximum), attributes.axis, true);
    return [select(isMaximum, divide(reshape(dy, kept), ties), 0)];
  },
};

/** The sum over `axis`, or over all elements if there is none. */
export function sum(x: Tensor, axis?: number, keep = false): Tensor {
  checkGiven('sum', { x }, 'tensor');
  return over(x, 'sum', axis, keep);
}

/** The maximum over `axis`, or over all elements if there is none. */
export function max(x: Tensor, axis?: number, keep = false): Tensor {
  checkGiven('max', { x }, 'tensor');
  return over(x, 'max', axis, keep);
}

/** The mean over `axis`, or over all elements. Over rows counted on the device: over the rows in use (0 if there are none). */
export function mean(x: Tensor, axis?: number, keep = false): Tensor {
  checkGiven('mean', { x }, 'tensor');
  const total = sum(x, axis, keep);
  const at = axis === undefined ? undefined : normalizeAxis('mean', axis, x.shape.length);
  const reducesRows = x.rows !== undefined && (at === undefined || at === 0);
  const counted = at === undefined ? x.shape.reduce((a, b) => a * b, 1) : x.shape[at];
  if (!reducesRows) return multiply(total, 1 / counted);
  const perRow = counted / x.shape[0];
  const rows = reshape(slice(x.rows.window, 0, 1, 1), []);
  return divide(total, maximum(multiply(toFloat(rows), perRow), 1));
}

function over(x: Tensor, kind: 'sum' | 'max', axis: number | undefined, keep: boolean): Tensor {
  if (axis !== undefined) {
    const attributes = { kind, axis: normalizeAxis(kind, axis, x.shape.length), keep };
    return x.tape.record(reduce, [x], attributes)[0];
  }
  if (x.shape.length === 0) return x;
  // Rows stay a separate dimension until the end: only the device knows which of them count.
  const { inner } = splitAt(x.shape, 0);
  const flat = reshape(x, x.rows ? [x.shape[0], inner] : [x.shape[0] * inner]);
  const perRow = x.rows ? over(flat, kind, 1, false) : flat;
  const total = x.tape.record(reduce, [perRow], { kind, axis: 0, keep: false })[0];
  return keep
    ? reshape(
        total,
        x.shape.map(() => 1),
      )
    : total;
}

/** Sums over the dimensions along which a tensor of `shape` was broadcast to become `x`. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  let result = x;
  while (result.shape.length > shape.length) result = sum(result, 0);
  for (let axis = 0; axis < shape.length; axis++) {
    if (shape[axis] === 1 && result.shape[axis] !== 1) result = sum(result, axis, true);
  }
  return result;
}
