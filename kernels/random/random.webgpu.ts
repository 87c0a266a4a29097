import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import { gridOfLanes, lanesFor } from '../lanes.webgpu.ts';
import { maxRows } from '../rows.webgpu.ts';
import { gridOver } from '../workgroups.ts';
import bitsSource from './random-bits.wgsl';
import sampleSource from './sample-action.wgsl';
import threefry from './threefry.wgsl';

export const randomBits: WebgpuKernel<'randomBits'> = (
  { attributes: { count }, inputs: [key], outputs: [y] },
  context,
) => {
  if (count === 0) return [];
  return [
    {
      label: 'randomBits',
      source: threefry + bitsSource,
      constants: { COUNT: count },
      bindings: [key, y],
      workgroups: gridOver(Math.ceil(count / 2), context),
    },
  ];
};

export const sampleAction: WebgpuKernel<'sampleAction'> = ({ inputs, outputs: [y] }, context) => {
  const actions = inputs[0].shape[1];
  const rows = maxRows(y);
  if (rows === 0) return [];
  const lanes = lanesFor(rows, 2 * actions, context);
  return [
    {
      label: 'sampleAction',
      source: threefry + sampleSource,
      constants: { ACTIONS: actions, LANES: lanes },
      bindings: [...inputs, y],
      rows: y,
      workgroups: gridOfLanes(rows, lanes, context),
    },
  ];
};
