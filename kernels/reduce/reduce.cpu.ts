import type { CpuKernel } from '../../src/plan/kernel.ts';
import { splitAt } from '../../src/tape/index.ts';
import { cacheLine, movedNumber } from '../rows.cpu.ts';

/** Sum or maximum over one axis, the middle one of [outer, length, inner]. */
export const reduce: CpuKernel<'reduce'> = ({ attributes: { kind, axis }, inputs: [x], outputs: [y] }, context) => {
  const { outer, length, inner } = splitAt(x.shape, axis);
  const px = context.pointer(x);
  const py = context.pointer(y);
  const cut = { work: movedNumber * inner };
  const run = context.parallel(kind === 'sum' ? 'reduceSum' : 'reduceMaximum', [length, inner, px, py], cut);
  // If the outer dimension is 1 the columns are split, but only for sums, which are frequent in gradients.
  const overColumns = context.parallel('reduceSumColumns', [inner, px, py], { work: movedNumber, multiple: cacheLine });
  const isFlat = kind === 'sum' && inner > 1 && (x.rows ? axis === 0 : outer === 1);
  if (!x.rows) return isFlat ? () => overColumns(0, inner, 0, length) : () => run(0, outer, 0, length);
  // Rows counted on the device are the reduced dimension, or the first part of the outer one.
  const perRow = x.shape.slice(1, Math.max(axis, 1)).reduce((product, size) => product * size, 1);
  return () => {
    const first = context.firstRow(x);
    const last = first + context.rowCount(x);
    if (isFlat) overColumns(0, inner, first, last);
    else if (axis === 0) run(0, 1, first, last);
    else run(first * perRow, last * perRow, 0, length);
  };
};
