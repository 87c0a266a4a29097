import { messageEpsilon } from '../../src/ops/index.ts';
import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import features from '../graph/features.wgsl';
import structureSource from '../graph/structure.wgsl';
import { maxRows } from '../rows.webgpu.ts';
import { gridOver } from '../workgroups.ts';
import source from './graph-messages.wgsl';
import gradientSource from './graph-messages-gradient.wgsl';

export const graphMessages: WebgpuKernel<'graphMessages'> = (
  { inputs: [x, e, virtual, structure], outputs: [y] },
  context,
) => {
  const [nodes, width] = x.shape;
  return [
    {
      label: 'graphMessages',
      source: structureSource + features + source,
      constants: { NODES: nodes, WIDTH: width, EPSILON: messageEpsilon },
      bindings: [structure, e, virtual, x, y],
      rows: y,
      workgroups: gridOver(maxRows(y) * width, context),
    },
  ];
};

export const graphMessagesGradient: WebgpuKernel<'graphMessagesGradient'> = (
  { inputs: [x, e, virtual, structure, , dy], outputs: [dx, de] },
  context,
) => {
  const [nodes, width] = x.shape;
  return [
    {
      label: 'graphMessagesGradient',
      source: structureSource + features + gradientSource,
      constants: { NODES: nodes, WIDTH: width },
      bindings: [structure, e, virtual, x, dy, dx, de],
      rows: dx,
      workgroups: gridOver(maxRows(dx) * width, context),
    },
  ];
};
