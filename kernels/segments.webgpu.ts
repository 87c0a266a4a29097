/** Rows in segments of different lengths. */
export { segmentExpand, segmentReduce, segmentSoftmax } from './segment/segment.webgpu.ts';
export { segmentOffsets } from './segment-offsets/segment-offsets.webgpu.ts';
