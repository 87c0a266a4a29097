import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import { elementCount, splitAt } from '../../src/tape/index.ts';
import { maxRows } from '../rows.webgpu.ts';
import { grid, largestWorkgroup, powerOfTwo, workgroupSize } from '../workgroups.ts';
import source from './reduce.wgsl';

/** From this many invocations on, a GPU counts as busy. */
const busy = 16384;

/** One launch, also for a long sum of one result: a second one would cost more than one workgroup takes to read it. */
export const reduce: WebgpuKernel<'reduce'> = ({ attributes: { kind, axis }, inputs: [x], outputs: [y] }, context) => {
  const { outer, length, inner } = splitAt(x.shape, axis);
  const rowsReduced = axis === 0;
  const perRow = rowsReduced ? 0 : (outer / Math.max(x.shape[0], 1)) * inner;
  const results = rowsReduced ? elementCount(y.shape) : maxRows(x) * perRow;
  if (results === 0) return [];
  const reduced = rowsReduced ? maxRows(x) : length;
  // On an emulated adapter a barrier costs more than a long walk, as long as there are enough results.
  const alone = context.emulated && results >= workgroupSize;
  const useful = alone ? 1 : powerOfTwo(Math.ceil(reduced / 4));
  const lanes = Math.min(useful, powerOfTwo(Math.ceil(busy / results)), largestWorkgroup);
  const columns = Math.max(1, workgroupSize / lanes);
  return [
    {
      label: `reduce ${kind}`,
      source,
      constants: {
        LENGTH: length,
        INNER: inner,
        PER_ROW: perRow,
        ROWS_REDUCED: Number(rowsReduced),
        MAXIMUM: Number(kind === 'max'),
        COLUMNS: columns,
        LANES: lanes,
      },
      bindings: [x, y],
      rows: x,
      workgroups: grid(Math.ceil(results / columns), context),
    },
  ];
};
