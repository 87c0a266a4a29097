import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import { maxRows } from '../rows.webgpu.ts';
import { gridOver } from '../workgroups.ts';
import source from './graph-readout.wgsl';
import gradientSource from './graph-readout-gradient.wgsl';

export const graphReadout: WebgpuKernel<'graphReadout'> = ({ inputs: [x, offsets], outputs: [y] }, context) => {
  const width = x.shape[1];
  return [
    {
      label: 'graphReadout',
      source,
      constants: { WIDTH: width },
      bindings: [x, offsets, y],
      rows: y,
      workgroups: gridOver(maxRows(y) * width, context),
    },
  ];
};

export const graphReadoutGradient: WebgpuKernel<'graphReadoutGradient'> = (
  { inputs: [dy, offsets], outputs: [dx] },
  context,
) => {
  const width = dx.shape[1];
  const graphs = offsets.shape[0] - 1;
  return [
    {
      label: 'graphReadoutGradient',
      source: gradientSource,
      constants: { WIDTH: width, GRAPHS: graphs },
      bindings: [dy, offsets, dx],
      workgroups: gridOver(graphs * width, context),
    },
  ];
};
