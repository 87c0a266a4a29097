import { inChunks } from '../nn/chunks.ts';
import { graphTransformer } from '../nn/graph-transformer.ts';
import type { GraphFamily } from './network-family.ts';

/** As in the paper's experiments. */
const defaults = { width: 128, layers: 4, heads: 2 };

/** Transformers over graphs. Loaded by `networkFamily`. */
export const graphFamily: GraphFamily = {
  kind: 'graph',
  network(name, layout, shape, { forward = false, backward = false, state = false }) {
    const { width = defaults.width, layers = defaults.layers, heads = defaults.heads } = shape;
    const outputs = { forward, backward, graphOutputs: Number(state) };
    return inChunks(graphTransformer({ name, layout, width, layers, heads, ...outputs }));
  },
};
