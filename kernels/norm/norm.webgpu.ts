import type { Launch, WebgpuContext, WebgpuKernel } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';
import { gridOfLanes, lanesFor } from '../lanes.webgpu.ts';
import lanesSource from '../lanes.wgsl';
import { maxRows } from '../rows.webgpu.ts';
import normSource from './norm.wgsl';
import gradientSource from './norm-gradient.wgsl';
import rowStretch from './row-stretch.wgsl';
import segmentStretch from './segment-stretch.wgsl';

export const layerNorm: WebgpuKernel<'layerNorm'> = ({ attributes, inputs: [x], outputs: [y] }, context) =>
  overRows('layerNorm', normSource, attributes.epsilon, [x, y], context);

export const layerNormGradient: WebgpuKernel<'layerNormGradient'> = (
  { attributes, inputs: [x, dy], outputs: [dx] },
  context,
) => overRows('layerNormGradient', gradientSource, attributes.epsilon, [x, dy, dx], context);

export const graphNorm: WebgpuKernel<'graphNorm'> = ({ attributes, inputs: [x, offsets], outputs: [y] }, context) =>
  overSegments('graphNorm', normSource, attributes.epsilon, [x, y], offsets, context);

export const graphNormGradient: WebgpuKernel<'graphNormGradient'> = (
  { attributes, inputs: [x, offsets, , dy], outputs: [dx] },
  context,
) => overSegments('graphNormGradient', gradientSource, attributes.epsilon, [x, dy, dx], offsets, context);

/** A stretch for each row. */
function overRows(
  label: string,
  source: string,
  epsilon: number,
  bindings: readonly Operand[],
  context: WebgpuContext,
): Launch[] {
  const x = bindings[0];
  const rows = maxRows(x);
  const columns = x.shape[1];
  if (rows * columns === 0) return [];
  const lanes = lanesFor(rows, columns, context);
  return [
    {
      label,
      source: lanesSource + rowStretch + source,
      constants: { LANES: lanes, COLUMNS: columns, EPSILON: epsilon },
      bindings,
      rows: x,
      workgroups: gridOfLanes(rows, lanes, context),
    },
  ];
}

/** A stretch for each segment. */
function overSegments(
  label: string,
  source: string,
  epsilon: number,
  bindings: readonly Operand[],
  offsets: Operand,
  context: WebgpuContext,
): Launch[] {
  const [rows, columns] = bindings[0].shape;
  const segments = offsets.shape[0] - 1;
  if (rows * columns * segments === 0) return [];
  const lanes = lanesFor(segments, (rows / segments) * columns, context);
  // The offsets are bound after the others: an override constant could not say where.
  const text = segmentStretch.replace('@binding(3)', `@binding(${bindings.length})`);
  return [
    {
      label,
      source: lanesSource + text + source,
      constants: { LANES: lanes, COLUMNS: columns, SEGMENTS: segments, EPSILON: epsilon },
      bindings: [...bindings, offsets],
      workgroups: gridOfLanes(segments, lanes, context),
    },
  ];
}
