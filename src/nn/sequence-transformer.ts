import { add, dense, gatherRows, layerNorm, multiply, oneHotDense } from '../ops/index.ts';
import { sequenceAttention } from '../ops/sequence-attention.ts';
import type { Tensor } from '../tape/index.ts';
import { linear } from './linear.ts';
import type { Network, ParameterDefinition } from './network.ts';
import { sequenceBatch } from './sequence-batch.ts';

/** The shape of a transformer over sequences. */
export interface SequenceTransformerOptions {
  readonly name: string;
  /** The number of different letters. */
  readonly classes: number;
  /** The maximum length of a sequence. */
  readonly length: number;
  /** Numbers in the embedding of a position: a multiple of `heads`. */
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /**
   * Whether letters attend only to earlier ones (`causal`), or to all. After the last letter there is a row that reads
   * all.
   */
  readonly attention: 'causal' | 'bidirectional';
  readonly outputs: number;
}

/**
 * A transformer over sequences of letters (Vaswani et al., Attention Is All You Need, NeurIPS 2017), with a norm before
 * each part (Xiong et al., ICML 2020): learnt embeddings of letters and positions are added; each layer adds attention
 * and two dense layers, four times as wide between them. The outputs are read from an extra row after the last letter.
 * Its observation is i32 [N, length]: i classes + letter at position i, -1 after the last.
 *
 * @throws Error that names invalid sizes
 */
export function sequenceTransformer(options: SequenceTransformerOptions): Network {
  const { name, classes, length, width, layers, heads, attention, outputs } = options;
  for (const [what, size] of Object.entries({ classes, length, width, layers, heads, outputs })) {
    if (!Number.isInteger(size) || size < 1) throw new Error(`sequenceTransformer ${name}: ${what} ${size} cannot be.`);
  }
  if (width % heads !== 0) {
    throw new Error(
      `sequenceTransformer ${name}: a width of ${width} is not divided by ${heads} heads. Take a multiple of them.`,
    );
  }
  const norm = (part: string): ParameterDefinition[] => [
    { name: `${part}/scale`, shape: [width], bound: 0 },
    { name: `${part}/shift`, shape: [width], bound: 0 },
  ];
  const parameters: ParameterDefinition[] = [
    { name: 'embedding/weight', shape: [classes + 1 + length + 1, width], bound: 1 / Math.sqrt(width) },
    ...Array.from({ length: layers }, (_, layer) => [
      ...norm(`layer${layer}/attention-norm`),
      ...linear(`layer${layer}/query-key-value`, width, 3 * width),
      ...linear(`layer${layer}/attention`, width, width),
      ...norm(`layer${layer}/feedforward-norm`),
      ...linear(`layer${layer}/feedforward0`, width, 4 * width),
      ...linear(`layer${layer}/feedforward1`, 4 * width, width),
    ]).flat(),
    ...norm('norm'),
    ...linear('output', width, outputs),
  ];
  const places = new Map(parameters.map((parameter, i) => [parameter.name, i]));
  const causal = attention === 'causal';
  return {
    name,
    parameters,
    apply(tensors, observation) {
      const named = (parameter: string) => tensors[places.get(parameter) as number];
      const apply = (layer: string, x: Tensor, activation: 'relu' | 'none' = 'none') =>
        dense(x, named(`${layer}/weight`), named(`${layer}/bias`), activation);
      // Scales are stored as differences from 1, so that they too start at 0.
      const normed = (part: string, x: Tensor) =>
        add(multiply(layerNorm(x), add(named(`${part}/scale`), 1)), named(`${part}/shift`));
      const batch = sequenceBatch(observation, { classes, causal });
      let x = oneHotDense(batch.tokens, named('embedding/weight'));
      for (let layer = 0; layer < layers; layer++) {
        const of = `layer${layer}`;
        const projected = apply(`${of}/query-key-value`, normed(`${of}/attention-norm`, x));
        const attended = sequenceAttention(projected, batch.places, { heads, max: length + 1 });
        x = add(x, apply(`${of}/attention`, attended));
        const inner = apply(`${of}/feedforward0`, normed(`${of}/feedforward-norm`, x), 'relu');
        x = add(x, apply(`${of}/feedforward1`, inner));
      }
      // After the last layer only the rows that are read continue.
      const read = gatherRows(x, batch.last, { inverse: batch.inverse });
      return apply('output', normed('norm', read));
    },
  };
}
