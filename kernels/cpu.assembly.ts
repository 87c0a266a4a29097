// The kernels of the cpu device, compiled to one WebAssembly module on a memory that the device provides. If work can
// be divided, the first two arguments, begin and end, are the part of the output to compute, and a number's bits do not
// depend on how the output is divided among calls. The caller provides scratch space.

export { adam } from './adam/adam.assembly';
export { categorical, categoricalGradient, logSoftmax, logSoftmaxGradient } from './categorical/categorical.assembly';
export { compact } from './compact/compact.assembly';
export { throughActivation } from './dense/activation.assembly';
export {
  dense,
  denseColumns,
  denseInputGradient,
  denseInputGradientColumns,
  denseInputGradientScratch,
  denseScratch,
  denseWeightGradient,
  denseWeightGradientColumns,
  denseWeightGradientScratch,
} from './dense/dense.assembly';
export { distinctRows, distinctRowsScratch } from './distinct/distinct.assembly';
export { oneHotDense, oneHotDenseWeightGradient } from './dense/one-hot-dense.assembly';
export { fused } from './elementwise/fused.assembly';
export { countNonFinite } from './finite/finite.assembly';
export { gatherRows, scatterAddRows } from './gather/gather.assembly';
export { graphActions, graphActionsGradient } from './graph-actions/graph-actions.assembly';
export { graphAttention, graphAttentionGradient } from './graph-attention/graph-attention.assembly';
export { graphMessages, graphMessagesGradient } from './graph-messages/graph-messages.assembly';
export { graphReadout, graphReadoutGradient } from './graph-readout/graph-readout.assembly';
export { graphNorm, graphNormGradient, layerNorm, layerNormGradient } from './norm/norm.assembly';
export { randomBits, sampleAction, sampleActionScratch } from './random/random.assembly';
export { reduceMaximum, reduceSum, reduceSumColumns } from './reduce/reduce.assembly';
export { beginRows, nextRows } from './rollout/rollout.assembly';
export { scan } from './scan/scan.assembly';
export { segmentOffsets } from './segment-offsets/segment-offsets.assembly';
export { segmentMaximum, segmentSoftmax, segmentSum } from './segment/segment.assembly';
export { sequenceAttention, sequenceAttentionGradient } from './sequence-attention/sequence-attention.assembly';
export { copyRun, copyRuns, padRuns } from './slice/slice.assembly';

/** The first address after the module's own static data, from which the device may place plans and variables. */
export function heapBase(): usize {
  return __heap_base;
}
