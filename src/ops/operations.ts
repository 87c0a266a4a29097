import { adamOperation } from './adam.ts';
import { assignOperation, packOperation } from './assign.ts';
import {
  categoricalGradientOperation,
  categoricalOperation,
  logSoftmaxGradientOperation,
  logSoftmaxOperation,
} from './categorical.ts';
import { compactOperation } from './compact.ts';
import {
  denseInputGradientOperation,
  denseOperation,
  denseWeightGradientOperation,
  oneHotDenseOperation,
  oneHotDenseWeightGradientOperation,
} from './dense.ts';
import { distinctRowsOperation } from './distinct.ts';
import { elementwise } from './elementwise.ts';
import { countNonFiniteOperation } from './finite.ts';
import { gatherRowsOperation, scatterAddRowsOperation } from './gather.ts';
import { graphActionsGradientOperation, graphActionsOperation } from './graph-actions.ts';
import { graphAttentionGradientOperation, graphAttentionOperation } from './graph-attention.ts';
import { graphMessagesGradientOperation, graphMessagesOperation } from './graph-messages.ts';
import { graphReadoutGradientOperation, graphReadoutOperation } from './graph-readout.ts';
import {
  graphNormGradientOperation,
  graphNormOperation,
  layerNormGradientOperation,
  layerNormOperation,
} from './norm.ts';
import { randomBitsOperation, sampleActionOperation } from './random.ts';
import { reduce } from './reduce.ts';
import { reshapeOperation, stopGradientOperation } from './reshape.ts';
import { beginRowsOperation, nextRowsOperation } from './rollout.ts';
import { rowProgramOperation } from './row-program.ts';
import { scanOperation } from './scan.ts';
import { segmentExpandOperation, segmentReduceOperation, segmentSoftmaxOperation } from './segment.ts';
import { segmentOffsetsOperation } from './segment-offsets.ts';
import { concatOperation, padOperation, sliceOperation } from './slice.ts';
import { withPullbackOperation } from './with-pullback.ts';

/** Every operation. A device's kernel table has one entry for each: a missing one does not compile. */
export const operations = {
  elementwise,
  reduce,
  reshape: reshapeOperation,
  stopGradient: stopGradientOperation,
  withPullback: withPullbackOperation,
  slice: sliceOperation,
  pad: padOperation,
  concat: concatOperation,
  scan: scanOperation,
  gatherRows: gatherRowsOperation,
  scatterAddRows: scatterAddRowsOperation,
  dense: denseOperation,
  denseInputGradient: denseInputGradientOperation,
  denseWeightGradient: denseWeightGradientOperation,
  oneHotDense: oneHotDenseOperation,
  oneHotDenseWeightGradient: oneHotDenseWeightGradientOperation,
  logSoftmax: logSoftmaxOperation,
  logSoftmaxGradient: logSoftmaxGradientOperation,
  categorical: categoricalOperation,
  categoricalGradient: categoricalGradientOperation,
  randomBits: randomBitsOperation,
  sampleAction: sampleActionOperation,
  segmentReduce: segmentReduceOperation,
  segmentExpand: segmentExpandOperation,
  segmentSoftmax: segmentSoftmaxOperation,
  layerNorm: layerNormOperation,
  layerNormGradient: layerNormGradientOperation,
  graphNorm: graphNormOperation,
  graphNormGradient: graphNormGradientOperation,
  segmentOffsets: segmentOffsetsOperation,
  graphMessages: graphMessagesOperation,
  graphMessagesGradient: graphMessagesGradientOperation,
  graphAttention: graphAttentionOperation,
  graphAttentionGradient: graphAttentionGradientOperation,
  graphReadout: graphReadoutOperation,
  graphReadoutGradient: graphReadoutGradientOperation,
  graphActions: graphActionsOperation,
  graphActionsGradient: graphActionsGradientOperation,
  assign: assignOperation,
  pack: packOperation,
  adam: adamOperation,
  compact: compactOperation,
  distinctRows: distinctRowsOperation,
  beginRows: beginRowsOperation,
  nextRows: nextRowsOperation,
  rowProgram: rowProgramOperation,
  countNonFinite: countNonFiniteOperation,
} as const;

/** The names of flowtape's operations. */
export type OperationName = keyof typeof operations;

/** The attributes of an operation, by its name. */
export type AttributesOf<Name extends OperationName> = Parameters<(typeof operations)[Name]['infer']>[1];
