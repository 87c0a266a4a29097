import type { Operation, Tensor, TensorType } from '../tape/index.ts';
import { expect } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';

/** The value of missing rows. */
export interface GatherAttributes {
  /** The number read by an index below 0. */
  readonly fill: number;
}

/**
 * y[m] = x[index[m]], or `fill` where index[m] < 0. x: [N, ...]; index: [M]; y: [M, ...].
 * With a third input `inverse` [N], where inverse[index[m]] = m and -1 for rows nobody reads, the derivative is a
 * gather too. Without it the derivative adds rows up in the order of m.
 */
export const gatherRowsOperation: Operation<GatherAttributes> & { readonly name: 'gatherRows' } = {
  name: 'gatherRows',
  infer(inputs) {
    const [x, index, inverse] = inputs;
    const rules = index.dtype === 'i32' && index.shape.length === 1 && x.shape.length >= 1;
    expect(rules, 'gatherRows', 'takes rows and an i32 index of one dimension.', inputs);
    const inverts =
      !inverse || (inverse.dtype === 'i32' && inverse.shape.length === 1 && inverse.shape[0] === x.shape[0]);
    expect(inverts, 'gatherRows', 'the inverse must have one i32 for each row of x.', inputs);
    const type: TensorType = { dtype: x.dtype, shape: [index.shape[0], ...x.shape.slice(1)] };
    return [index.rows ? { ...type, rows: index.rows } : type];
  },
  derivative({ inputs: [x, index, inverse], cotangents: [dy] }) {
    if (!dy) return [];
    return [inverse ? gatherRows(dy, inverse) : scatterAddRows(dy, index, x)];
  },
};

/** The number of rows of the result. */
export interface ScatterAddAttributes {
  /** Rows of the result. */
  readonly rowCount: number;
}

/**
 * y[n] = sum of x[m] over all m with index[m] = n, in the order of m; rows without an index are 0. Indices below 0 are
 * skipped. x: [M, ...]; index: [M]; y: [rowCount, ...]. No atomics: every output row looks for its own inputs. The
 * third input only provides the number of rows.
 */
export const scatterAddRowsOperation: Operation<ScatterAddAttributes> & { readonly name: 'scatterAddRows' } = {
  name: 'scatterAddRows',
  infer(inputs, { rowCount }) {
    const [x, index, like] = inputs;
    const rules =
      x.dtype === 'f32' && index.dtype === 'i32' && index.shape.length === 1 && index.shape[0] === x.shape[0];
    expect(rules, 'scatterAddRows', 'takes f32 rows and one i32 index for each.', inputs);
    const type: TensorType = { dtype: 'f32', shape: [rowCount, ...x.shape.slice(1)] };
    return [like?.rows ? { ...type, rows: like.rows } : type];
  },
  derivative: ({ inputs: [, index], cotangents: [dy] }) => [dy && gatherRows(dy, index)],
};

/** Rows of x by number; for `fill` and `inverse` see `gatherRowsOperation`. */
export function gatherRows(x: Tensor, index: Tensor, options: { fill?: number; inverse?: Tensor } = {}): Tensor {
  checkGiven('gatherRows', { x, index }, 'tensor');
  checkGiven('gatherRows', { options }, 'object?');
  const inputs = options.inverse ? [x, index, options.inverse] : [x, index];
  return x.tape.record(gatherRowsOperation, inputs, { fill: options.fill ?? 0 })[0];
}

/**
 * Adds each row of x to the row that `index` names. `to` is the number of rows, or a tensor with as many rows as the
 * result.
 */
export function scatterAddRows(x: Tensor, index: Tensor, to: number | Tensor): Tensor {
  checkGiven('scatterAddRows', { x, index }, 'tensor');
  if (typeof to === 'number') return x.tape.record(scatterAddRowsOperation, [x, index], { rowCount: to })[0];
  const inputs = to.rows ? [x, index, to] : [x, index];
  return x.tape.record(scatterAddRowsOperation, inputs, { rowCount: to.shape[0] })[0];
}
