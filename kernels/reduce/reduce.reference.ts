import type { ReferenceKernel } from '../../src/plan/kernel.ts';
import { splitAt } from '../../src/tape/index.ts';

/** The maximum of no numbers: the lowest finite float32. */
const lowest = -3.4028234663852886e38;

/** y[o, i] = sum or max over l of x[o, l, i]; over rows counted on the device, l runs over the rows in use. */
export const reduce: ReferenceKernel<'reduce'> = (
  { attributes: { kind, axis }, inputs: [x], outputs: [y] },
  context,
) => {
  const { outer, length, inner } = splitAt(x.shape, axis);
  const from = context.array(x);
  const to = context.array(y);
  const firstRow = context.firstRow(x);
  const rowCount = context.rowCount(x);

  // The row dimension is the reduced one, or the first of the outer ones.
  const outerPerRow = axis === 0 ? 1 : outer / Math.max(x.shape[0], 1);
  const [firstOuter, endOuter] =
    axis === 0 ? [0, outer] : [firstRow * outerPerRow, (firstRow + rowCount) * outerPerRow];
  const [first, end] = axis === 0 ? [firstRow, firstRow + rowCount] : [0, length];

  for (let o = firstOuter; o < endOuter; o++) {
    for (let i = 0; i < inner; i++) {
      let result = kind === 'sum' ? 0 : lowest;
      for (let l = first; l < end; l++) {
        const value = from[(o * length + l) * inner + i];
        result = kind === 'sum' ? result + value : Math.max(result, value);
      }
      to[o * inner + i] = result;
    }
  }
};
