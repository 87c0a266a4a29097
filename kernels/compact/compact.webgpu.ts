import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import prefixSum from '../prefix-sum.wgsl';
import { maxRows } from '../rows.webgpu.ts';
import { scanSize } from '../workgroups.ts';
import source from './compact.wgsl';

/** One launch; it runs for an empty mask too, to say that nothing is set. */
export const compact: WebgpuKernel<'compact'> = ({ inputs: [mask], outputs: [index, rank, window] }, context) => [
  {
    label: 'compact',
    source: prefixSum + source,
    constants: { SCAN_SIZE: scanSize(maxRows(mask), context) },
    bindings: [mask, index, rank, window],
    rows: mask,
    workgroups: [1, 1, 1],
  },
];
