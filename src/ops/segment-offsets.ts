import type { Operation, Tensor } from '../tape/index.ts';
import { expect } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';

/** Where sizes of segments are read. */
export interface SegmentOffsetsAttributes {
  /** The maximum number of segments. */
  readonly max: number;
  /** The column of the sizes, their factor, and the number added to them. */
  readonly column: number;
  readonly factor: number;
  readonly plus: number;
}

/**
 * The offsets of segments whose sizes are in a column of integers, one row for each segment: row n is for segment n -
 * start, start being the first row in use, and its size is factor x[n, column] + plus. x: i32 [N, P]. Outputs: offsets
 * i32 [max + 1], from 0 on, equal to the total after the last segment; total i32 [2] = [0, the number of rows in all
 * segments]; segments i32 [2] = [0, the number of segments].
 */
export const segmentOffsetsOperation: Operation<SegmentOffsetsAttributes> & { readonly name: 'segmentOffsets' } = {
  name: 'segmentOffsets',
  infer(inputs, { max, column }) {
    const x = inputs[0];
    const fits = x.dtype === 'i32' && x.shape.length === 2 && column < x.shape[1];
    expect(fits, 'segmentOffsets', `takes i32 rows [N, P] with a column ${column}.`, inputs);
    return [
      { dtype: 'i32', shape: [max + 1] },
      { dtype: 'i32', shape: [2] },
      { dtype: 'i32', shape: [2] },
    ];
  },
  derivative: 'none',
};

/** See `segmentOffsetsOperation`. Rows counted on the device make at most `rows.max` segments. */
export function segmentOffsets(
  x: Tensor,
  column: number,
  factor = 1,
  plus = 0,
): { offsets: Tensor; total: Tensor; segments: Tensor } {
  checkGiven('segmentOffsets', { x }, 'tensor');
  const max = x.rows ? Math.min(x.rows.max, x.shape[0]) : x.shape[0];
  const [offsets, total, segments] = x.tape.record(segmentOffsetsOperation, [x], { max, column, factor, plus });
  return { offsets, total, segments };
}
