import type { Operation, Rows, Tensor } from '../tape/index.ts';
import { expect } from '../tape/index.ts';

/**
 * The positions where a mask is set, in order. mask: i32 [N] (over its rows in use, if it has any). Outputs: index i32
 * [N]: the positions, one a row; rank i32 [N]: the row of each position, -1 where the mask is 0; window i32 [2]: [0,
 * the number of them].
 */
export const compactOperation: Operation<null> & { readonly name: 'compact' } = {
  name: 'compact',
  infer(inputs) {
    const mask = inputs[0];
    expect(mask.dtype === 'i32' && mask.shape.length === 1, 'compact', 'takes an i32 mask [N].', inputs);
    const shape = mask.shape;
    return [
      { dtype: 'i32', shape },
      { dtype: 'i32', shape, ...(mask.rows ? { rows: mask.rows } : {}) },
      { dtype: 'i32', shape: [2] },
    ];
  },
  derivative: 'none',
};

/** The rows where the mask is set: `index` reads them out of the masked tensor, `rank` is its inverse. */
export function compact(mask: Tensor): { rows: Rows; index: Tensor; rank: Tensor } {
  const [index, rank, window] = mask.tape.record(compactOperation, [mask], null);
  const rows = { capacity: mask.shape[0], max: mask.shape[0], window: window };
  return { rows, index: { ...index, rows }, rank: rank };
}
