import type { CpuKernels } from '../src/plan/kernel.ts';
import { adam } from './adam/adam.cpu.ts';
import { assign } from './assign/assign.cpu.ts';
import { categorical, categoricalGradient, logSoftmax, logSoftmaxGradient } from './categorical/categorical.cpu.ts';
import { compact } from './compact/compact.cpu.ts';
import {
  dense,
  denseInputGradient,
  denseWeightGradient,
  oneHotDense,
  oneHotDenseWeightGradient,
} from './dense/dense.cpu.ts';
import { distinctRows } from './distinct/distinct.cpu.ts';
import { fused } from './elementwise/fused.cpu.ts';
import { countNonFinite } from './finite/finite.cpu.ts';
import { gatherRows, scatterAddRows } from './gather/gather.cpu.ts';
import { graphActions, graphActionsGradient } from './graph-actions/graph-actions.cpu.ts';
import { graphAttention, graphAttentionGradient } from './graph-attention/graph-attention.cpu.ts';
import { graphMessages, graphMessagesGradient } from './graph-messages/graph-messages.cpu.ts';
import { graphReadout, graphReadoutGradient } from './graph-readout/graph-readout.cpu.ts';
import { graphNorm, graphNormGradient, layerNorm, layerNormGradient } from './norm/norm.cpu.ts';
import { randomBits, sampleAction } from './random/random.cpu.ts';
import { reduce } from './reduce/reduce.cpu.ts';
import { beginRows, nextRows } from './rollout/rollout.cpu.ts';
import { rowProgram } from './row-program/row-program.cpu.ts';
import { scan } from './scan/scan.cpu.ts';
import { segmentExpand, segmentReduce, segmentSoftmax } from './segment/segment.cpu.ts';
import { segmentOffsets } from './segment-offsets/segment-offsets.cpu.ts';
import { concat, pad, slice } from './slice/slice.cpu.ts';

/** The kernels of the cpu device: each looks up everything constant, and returns the call into WebAssembly. */
export const cpuKernels: CpuKernels = {
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
