import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import { maxRows, rowWidth } from '../rows.webgpu.ts';
import { gridOver } from '../workgroups.ts';
import source from './assign.wgsl';

export const assign: WebgpuKernel<'assign'> = ({ inputs: [value], writes: [target] }, context) => {
  const width = rowWidth(value);
  const count = maxRows(value) * width;
  if (count === 0) return [];
  return [
    {
      label: 'assign',
      source,
      constants: { WIDTH: width },
      bindings: [value, target],
      rows: value,
      workgroups: gridOver(count, context),
    },
  ];
};
