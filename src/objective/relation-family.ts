import { inChunks } from '../nn/chunks.ts';
import { relationNetwork } from '../nn/relation-network.ts';
import type { RelationFamily } from './network-family.ts';

/** As in gfnx for causal graphs. */
const defaults = { width: 128, layers: 1, heads: 4 };

/** Networks over relations. Loaded by `networkFamily`. */
export const relationFamily: RelationFamily = {
  kind: 'relation',
  network(name, { relation: { nodes } }, shape, { forward, backward, state }) {
    const { width = defaults.width, layers = defaults.layers, heads = defaults.heads } = shape;
    const outputs = [
      ...(forward > 0 ? [{ name: 'forward', pairs: true, whole: forward - nodes ** 2 }] : []),
      ...(backward > 0 ? [{ name: 'backward', pairs: true, whole: backward - nodes ** 2 }] : []),
      ...(state > 0 ? [{ name: 'state', pairs: false, whole: state }] : []),
    ];
    return inChunks(relationNetwork({ name, nodes, width, layers, heads, outputs }));
  },
};
