import type { Operation, Rows, Tensor } from '../tape/index.ts';
import { expect } from '../tape/index.ts';
import { gatherRows } from './gather.ts';

/**
 * Finds equal rows. Inputs: x [N, ...] (its rows in use, if it has any); after i32 [2], the window after whose end the
 * numbering of distinct rows continues. Rows are equal if all their bits are. Distinct rows are numbered in the order
 * in which they first occur. Outputs: index i32 [N], the distinct row of each row; first i32 [N], the row at which each
 * distinct row first occurs, counted by window; window i32 [2] = [the end of `after`, how many distinct rows there
 * are]; total i32 [2] = [0, their end].
 */
export const distinctRowsOperation: Operation<null> & { readonly name: 'distinctRows' } = {
  name: 'distinctRows',
  infer(inputs) {
    const [x, after] = inputs;
    expect(x.shape.length >= 1, 'distinctRows', 'takes rows.', inputs);
    const counts = after.dtype === 'i32' && after.shape.length === 1 && after.shape[0] === 2;
    expect(counts, 'distinctRows', 'takes a window i32 [2] behind which rows are numbered.', inputs);
    const pair = { dtype: 'i32', shape: [2] } as const;
    const each = { dtype: 'i32', shape: [x.shape[0]] } as const;
    return [x.rows ? { ...each, rows: x.rows } : each, each, pair, pair];
  },
  derivative: 'none',
};

/** The distinct rows of a tensor. */
export interface DistinctRows {
  /** Counts the distinct rows of this tensor, without those before. */
  readonly rows: Rows;
  /** i32 [N]: the distinct row of each row. */
  readonly index: Tensor;
  /** The distinct rows themselves, by `rows`. */
  readonly values: Tensor;
  /** i32 [2]: [0, all distinct rows], including those before. */
  readonly total: Tensor;
}

/**
 * The distinct rows of x, for work that has to be done only once for each: f(x) is gatherRows(f(values), index), whose
 * derivative sums over equal rows, in order.
 *
 * @param x rows, of integers or of floats; floats are equal if their bits are
 * @param after for adding rows to earlier ones, as in a loop: i32 [2], the `total` of those. Together with the distinct
 *   rows of x they must fit the capacity of x. [0, 0] by default.
 */
export function distinctRows(x: Tensor, after: Tensor = x.tape.constant('i32', [2], [0, 0])): DistinctRows {
  const [index, first, window, total] = x.tape.record(distinctRowsOperation, [x, after], null);
  const rows: Rows = { capacity: x.shape[0], max: x.rows?.max ?? x.shape[0], window };
  return { rows, index, values: gatherRows(x, { ...first, rows }), total };
}
