import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import prefixSum from '../prefix-sum.wgsl';
import source from './segment-offsets.wgsl';

/** One launch; it runs without any row too, to say that there are no segments. */
export const segmentOffsets: WebgpuKernel<'segmentOffsets'> = ({
  attributes: { most, column, factor, plus },
  inputs: [x],
  outputs,
}) => [
  {
    label: 'segmentOffsets',
    source: prefixSum + source,
    constants: { WIDTH: x.shape[1], COLUMN: column, FACTOR: factor, PLUS: plus, MOST: most },
    bindings: [x, ...outputs],
    rows: x,
    workgroups: [1, 1, 1],
  },
];
