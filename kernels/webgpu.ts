import type { WebgpuContext, WebgpuKernelOrigins } from '../src/plan/kernel.ts';

// Kernels that are used together are loaded together.
const tensors = () => import('./tensors.webgpu.ts');
const products = ({ emulated }: WebgpuContext) => (emulated ? import('./dense/dense-quad.webgpu.ts') : tensors());
const oneHotProducts = () => import('./dense/one-hot.webgpu.ts');
const gathers = () => import('./gathers.webgpu.ts');
const policies = () => import('./policies.webgpu.ts');
const segments = () => import('./segments.webgpu.ts');
const graphs = () => import('./graphs.webgpu.ts');
const rollouts = () => import('./rollouts.webgpu.ts');
const checks = () => import('./finite/finite.webgpu.ts');

/**
 * The modules of all kernels, each of which gives the launches of a step: shaders for its shapes, each a complete WGSL
 * module.
 */
export const webgpuKernels: WebgpuKernelOrigins = {
  fused: tensors,
  reduce: tensors,
  slice: tensors,
  pad: tensors,
  concat: tensors,
  scan: gathers,
  gatherRows: gathers,
  scatterAddRows: gathers,
  assign: tensors,
  adam: tensors,
  dense: products,
  denseInputGradient: products,
  denseWeightGradient: products,
  oneHotDense: oneHotProducts,
  oneHotDenseWeightGradient: oneHotProducts,
  logSoftmax: policies,
  logSoftmaxGradient: policies,
  categorical: policies,
  categoricalGradient: policies,
  randomBits: policies,
  sampleAction: policies,
  segmentReduce: segments,
  segmentExpand: segments,
  segmentSoftmax: segments,
  segmentOffsets: segments,
  layerNorm: graphs,
  layerNormGradient: graphs,
  graphNorm: graphs,
  graphNormGradient: graphs,
  graphMessages: graphs,
  graphMessagesGradient: graphs,
  graphAttention: graphs,
  graphAttentionGradient: graphs,
  graphReadout: graphs,
  graphReadoutGradient: graphs,
  graphActions: graphs,
  graphActionsGradient: graphs,
  compact: rollouts,
  distinctRows: rollouts,
  beginRows: rollouts,
  nextRows: rollouts,
  rowProgram: rollouts,
  countNonFinite: checks,
};

/** The launches of a loop that is run as a whole; undefined for a loop that is launched step by step. */
export const webgpuLoop = async () => (await rollouts()).wholeRollout;
