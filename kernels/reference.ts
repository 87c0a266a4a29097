import type { ReferenceKernels } from '../src/plan/kernel.ts';
import { adam } from './adam/adam.reference.ts';
import { assign } from './assign/assign.reference.ts';
import {
  categorical,
  categoricalGradient,
  logSoftmax,
  logSoftmaxGradient,
} from './categorical/categorical.reference.ts';
import { compact } from './compact/compact.reference.ts';
import {
  dense,
  denseInputGradient,
  denseWeightGradient,
  oneHotDense,
  oneHotDenseWeightGradient,
} from './dense/dense.reference.ts';
import { distinctRows } from './distinct/distinct.reference.ts';
import { fused } from './elementwise/elementwise.reference.ts';
import { countNonFinite } from './finite/finite.reference.ts';
import { gatherRows, scatterAddRows } from './gather/gather.reference.ts';
import { graphActions, graphActionsGradient } from './graph-actions/graph-actions.reference.ts';
import { graphAttention, graphAttentionGradient } from './graph-attention/graph-attention.reference.ts';
import { graphMessages, graphMessagesGradient } from './graph-messages/graph-messages.reference.ts';
import { graphReadout, graphReadoutGradient } from './graph-readout/graph-readout.reference.ts';
import { graphNorm, graphNormGradient, layerNorm, layerNormGradient } from './norm/norm.reference.ts';
import { randomBits, sampleAction } from './random/random.reference.ts';
import { reduce } from './reduce/reduce.reference.ts';
import { beginRows, nextRows } from './rollout/rollout.reference.ts';
import { rowProgram } from './row-program/row-program.reference.ts';
import { scan } from './scan/scan.reference.ts';
import { segmentExpand, segmentReduce, segmentSoftmax } from './segment/segment.reference.ts';
import { segmentOffsets } from './segment-offsets/segment-offsets.reference.ts';
import { concat, pad, slice } from './slice/slice.reference.ts';

/** Plain float64 loops, written to be read: the definition against which every other device's kernels are tested. */
export const referenceKernels: ReferenceKernels = {
  fused,
  reduce,
  slice,
  pad,
  concat,
  scan,
  gatherRows,
  scatterAddRows,
  dense,
  denseInputGradient,
  denseWeightGradient,
  oneHotDense,
  oneHotDenseWeightGradient,
  logSoftmax,
  logSoftmaxGradient,
  categorical,
  categoricalGradient,
  randomBits,
  sampleAction,
  segmentReduce,
  segmentExpand,
  segmentSoftmax,
  layerNorm,
  layerNormGradient,
  graphNorm,
  graphNormGradient,
  segmentOffsets,
  graphMessages,
  graphMessagesGradient,
  graphAttention,
  graphAttentionGradient,
  graphReadout,
  graphReadoutGradient,
  graphActions,
  graphActionsGradient,
  assign,
  adam,
  compact,
  distinctRows,
  beginRows,
  nextRows,
  rowProgram,
  countNonFinite,
};
