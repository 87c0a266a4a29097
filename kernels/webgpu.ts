import type { WebgpuKernels } from '../src/plan/kernel.ts';
import { adam } from './adam/adam.webgpu.ts';
import { assign } from './assign/assign.webgpu.ts';
import { categorical, categoricalGradient, logSoftmax, logSoftmaxGradient } from './categorical/categorical.webgpu.ts';
import { compact } from './compact/compact.webgpu.ts';
import { dense, denseInputGradient, denseWeightGradient } from './dense/dense.webgpu.ts';
import { oneHotDense, oneHotDenseWeightGradient } from './dense/one-hot.webgpu.ts';
import { distinctRows } from './distinct/distinct.webgpu.ts';
import { fused } from './elementwise/elementwise.webgpu.ts';
import { countNonFinite } from './finite/finite.webgpu.ts';
import { gatherRows, scatterAddRows } from './gather/gather.webgpu.ts';
import { graphActions, graphActionsGradient } from './graph-actions/graph-actions.webgpu.ts';
import { graphAttention, graphAttentionGradient } from './graph-attention/graph-attention.webgpu.ts';
import { graphMessages, graphMessagesGradient } from './graph-messages/graph-messages.webgpu.ts';
import { graphReadout, graphReadoutGradient } from './graph-readout/graph-readout.webgpu.ts';
import { graphNorm, graphNormGradient, layerNorm, layerNormGradient } from './norm/norm.webgpu.ts';
import { randomBits, sampleAction } from './random/random.webgpu.ts';
import { reduce } from './reduce/reduce.webgpu.ts';
import { beginRows, nextRows } from './rollout/rollout.webgpu.ts';
import { wholeRollout } from './rollout/whole-rollout.webgpu.ts';
import { rowProgram } from './row-program/row-program.webgpu.ts';
import { scan } from './scan/scan.webgpu.ts';
import { segmentExpand, segmentReduce, segmentSoftmax } from './segment/segment.webgpu.ts';
import { segmentOffsets } from './segment-offsets/segment-offsets.webgpu.ts';
import { concat, pad, slice } from './slice/slice.webgpu.ts';

/** The launches of every kernel: shaders for the shapes at hand, each a whole WGSL module. */
export const webgpuKernels: WebgpuKernels = {
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

/** The launches of a loop that is run as a whole; undefined for one whose body is launched step by step. */
export const webgpuLoop = wholeRollout;
