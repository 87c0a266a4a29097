/** Networks over graphs. */
export { graphActions, graphActionsGradient } from './graph-actions/graph-actions.webgpu.ts';
export { graphAttention, graphAttentionGradient } from './graph-attention/graph-attention.webgpu.ts';
export { graphMessages, graphMessagesGradient } from './graph-messages/graph-messages.webgpu.ts';
export { graphReadout, graphReadoutGradient } from './graph-readout/graph-readout.webgpu.ts';
export { graphNorm, graphNormGradient, layerNorm, layerNormGradient } from './norm/norm.webgpu.ts';
