import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import prefixSum from '../prefix-sum.wgsl';
import { scanSize } from '../workgroups.ts';
import source from './segment-offsets.wgsl';

/** One launch, which also runs without rows, to write a count of 0. */
export const segmentOffsets: WebgpuKernel<'segmentOffsets'> = (
  { attributes: { max, column, factor, plus }, inputs: [x], outputs },
  context,
) => [
  {
    label: 'segmentOffsets',
    source: prefixSum + source,
    constants: {
      WIDTH: x.shape[1],
      COLUMN: column,
      FACTOR: factor,
      PLUS: plus,
      MAX: max,
      SCAN_SIZE: scanSize(max, context),
    },
    bindings: [x, ...outputs],
    rows: x,
    workgroups: [1, 1, 1],
  },
];
