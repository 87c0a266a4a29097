import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import { elementCount } from '../../src/tape/index.ts';
import { gatherLaunch } from '../gather/gather.webgpu.ts';
import { gridOfLanes, lanesFor } from '../lanes.webgpu.ts';
import lanesSource from '../lanes.wgsl';
import reduceSource from './segment-reduce.wgsl';
import softmaxSource from './segment-softmax.wgsl';

export const segmentReduce: WebgpuKernel<'segmentReduce'> = (
  { attributes: { kind }, inputs: [x, offsets], outputs: [y] },
  context,
) => {
  const count = elementCount(y.shape);
  if (count === 0) return [];
  const [segments, columns] = y.shape;
  const lanes = lanesFor(count, x.shape[0] / segments, context);
  return [
    {
      label: `segmentReduce ${kind}`,
      source: lanesSource + reduceSource,
      constants: { LANES: lanes, COLUMNS: columns, SEGMENTS: segments, MAXIMUM: Number(kind === 'max') },
      bindings: [x, offsets, y],
      workgroups: gridOfLanes(count, lanes, context),
    },
  ];
};

/** Expanding is gathering by the segments' numbers. */
export const segmentExpand: WebgpuKernel<'segmentExpand'> = ({ inputs: [x, , ids], outputs: [y] }, context) =>
  gatherLaunch('segmentExpand', 0, x, ids, y, context);

export const segmentSoftmax: WebgpuKernel<'segmentSoftmax'> = ({ inputs: [x, offsets], outputs: [y] }, context) => {
  const columns = x.shape[1];
  const segments = offsets.shape[0] - 1;
  if (elementCount(x.shape) * segments === 0) return [];
  const lanes = lanesFor(segments * columns, x.shape[0] / segments, context);
  return [
    {
      label: 'segmentSoftmax',
      source: lanesSource + softmaxSource,
      constants: { LANES: lanes, COLUMNS: columns, SEGMENTS: segments },
      bindings: [x, offsets, y],
      workgroups: gridOfLanes(segments * columns, lanes, context),
    },
  ];
};
