import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import { elementCount } from '../../src/tape/index.ts';
import prefixSum from '../prefix-sum.wgsl';
import { gridOver, scanSize } from '../workgroups.ts';
import beginSource from './begin-rows.wgsl';
import nextSource from './next-rows.wgsl';

export const beginRows: WebgpuKernel<'beginRows'> = ({ attributes: { batch }, writes }, context) => {
  const places = elementCount(writes[5].shape);
  return [
    {
      label: 'beginRows',
      source: beginSource,
      constants: { BATCH: batch, PLACES: places },
      bindings: writes,
      workgroups: gridOver(Math.max(places, batch, 1), context),
    },
  ];
};

export const nextRows: WebgpuKernel<'nextRows'> = ({ attributes: { batch }, inputs: [active], writes }, context) => [
  {
    label: 'nextRows',
    source: prefixSum + nextSource,
    constants: {
      BATCH: batch,
      PLACES: elementCount(writes[5].shape),
      SCAN_SIZE: scanSize(batch, context),
    },
    bindings: [active, ...writes],
    workgroups: [1, 1, 1],
  },
];
