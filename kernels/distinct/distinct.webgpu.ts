import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import prefixSum from '../prefix-sum.wgsl';
import { maxRows } from '../rows.webgpu.ts';
import { scanSize } from '../workgroups.ts';
import source from './distinct-rows.wgsl';

/** One launch; it runs for no rows too, to say that there are none. */
export const distinctRows: WebgpuKernel<'distinctRows'> = ({ inputs: [x, after], outputs }, context) => [
  {
    label: 'distinctRows',
    source: prefixSum + source,
    constants: { WIDTH: x.shape.slice(1).reduce((a, b) => a * b, 1), SCAN_SIZE: scanSize(maxRows(x), context) },
    bindings: [x, after, ...outputs],
    rows: x,
    workgroups: [1, 1, 1],
  },
];
