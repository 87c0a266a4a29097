import { inChunks } from '../nn/chunks.ts';
import { sequenceTransformer } from '../nn/sequence-transformer.ts';
import type { SequenceFamily } from './network-family.ts';

/** As in gfnx for peptides, with one layer fewer. */
const defaults = { width: 64, layers: 2, heads: 8, attention: 'bidirectional' } as const;

/** Transformers over sequences. Loaded by `networkFamily`. */
export const sequenceFamily: SequenceFamily = {
  kind: 'sequence',
  network(name, { size: length, sequence: { classes } }, shape, outputs) {
    const { width = defaults.width, layers = defaults.layers, heads = defaults.heads } = shape;
    const { attention = defaults.attention } = shape;
    return inChunks(sequenceTransformer({ name, length, classes, width, layers, heads, attention, outputs }));
  },
};
