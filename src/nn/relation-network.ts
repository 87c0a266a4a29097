import {
  add,
  concat,
  dense,
  gatherRows,
  layerNorm,
  maximum,
  multiply,
  oneHotDense,
  reshape,
  slice,
} from '../ops/index.ts';
import { pairScores } from '../ops/pair-scores.ts';
import { sequenceAttention } from '../ops/sequence-attention.ts';
import type { Tensor } from '../tape/index.ts';
import { linear } from './linear.ts';
import type { Network, ParameterDefinition } from './network.ts';
import { relationBatch } from './relation-batch.ts';

/** Outputs of one kind, in this order. */
export interface RelationOutputs {
  readonly name: string;
  /** Whether there is one for each ordered pair of nodes: i d + j for the pair (i, j). */
  readonly pairs: boolean;
  /** Outputs of the relation as a whole. */
  readonly whole: number;
}

/** The shape of a network over relations. */
export interface RelationNetworkOptions {
  readonly name: string;
  /** d, the number of nodes, which can be told apart. */
  readonly nodes: number;
  /** Numbers in the embedding of a node: a multiple of `heads`. */
  readonly width: number;
  /** Layers of attention. */
  readonly layers: number;
  readonly heads: number;
  readonly outputs: readonly RelationOutputs[];
}

/**
 * A network over directed graphs of d nodes, after that of gfnx for causal graphs (Tiapkin et al.): learnt embeddings of
 * the nodes, of an edge and of the graph; one round of messages along edges in both directions (Battaglia et al.,
 * Relational inductive biases, 2018); attention among nodes; and for each ordered pair of nodes the product of what one
 * gives as a sender and the other as a receiver. Norms come behind each part. The graph as a whole is a further row of
 * attention, so that it sees all nodes, and then sums its edges' messages.
 *
 * Before the round all nodes and edges look the same in every state: the message of an edge is computed once for the
 * batch, and a node only adds up those of its edges, as one-hot inputs.
 *
 * Its observation is i32 [N, d^2], see `relationBatch`.
 * @throws Error that names invalid sizes
 */
export function relationNetwork(options: RelationNetworkOptions): Network {
  const { name, nodes: d, width, layers, heads, outputs } = options;
  for (const [what, size] of Object.entries({ nodes: d, width, layers, heads })) {
    if (!Number.isInteger(size) || size < 1) throw new Error(`relationNetwork ${name}: ${what} ${size} cannot be.`);
  }
  if (width % heads !== 0) {
    throw new Error(
      `relationNetwork ${name}: a width of ${width} is not divided by ${heads} heads. Take a multiple of them.`,
    );
  }
  const norm = (part: string): ParameterDefinition[] => [
    { name: `${part}/scale`, shape: [width], bound: 0 },
    { name: `${part}/shift`, shape: [width], bound: 0 },
  ];
  const embedding = (of: string, count: number): ParameterDefinition => ({
    ...{ name: `${of}/embedding`, shape: [count, width] },
    bound: 1 / Math.sqrt(width),
  });
  const parameters: ParameterDefinition[] = [
    // The whole's is the last.
    embedding('node', d + 1),
    embedding('edge', 1),
    ...linear('message0', 4 * width, width),
    ...linear('message1', width, width),
    ...norm('message-norm'),
    ...linear('node0', 4 * width, width),
    ...linear('node1', width, width),
    ...norm('node-norm'),
    ...Array.from({ length: layers }, (_, layer) => [
      ...linear(`layer${layer}/query-key-value`, width, 3 * width),
      ...linear(`layer${layer}/attention`, width, width),
      ...norm(`layer${layer}/norm`),
    ]).flat(),
    ...linear('whole0', 2 * width, width),
    ...linear('whole1', width, width),
    ...norm('whole-norm'),
    ...outputs.flatMap(({ name: of, pairs, whole }) => [
      ...(pairs
        ? ['sender', 'receiver'].flatMap((part) => [
            ...linear(`${of}/${part}0`, width, width),
            ...linear(`${of}/${part}1`, width, width),
          ])
        : []),
      ...(whole > 0 ? linear(`${of}/whole`, width, whole) : []),
    ]),
  ];
  const places = new Map(parameters.map((parameter, i) => [parameter.name, i]));
  const prepare = (tensors: readonly Tensor[]) => {
    const named = (parameter: string) => tensors[places.get(parameter) as number];
    const apply = (layer: string, x: Tensor, activation: 'relu' | 'none' = 'none') =>
      dense(x, named(`${layer}/weight`), named(`${layer}/bias`), activation);
    // Scales are stored as differences from 1, so that they too start at 0.
    const normed = (part: string, x: Tensor) =>
      add(multiply(layerNorm(x), add(named(`${part}/scale`), 1)), named(`${part}/shift`));
    /** The part of a layer's weight for its n-th input of this width. */
    const part = (layer: string, n: number) => slice(named(`${layer}/weight`), 0, n * width, width);

    const embeddings = named('node/embedding');
    const [own, whole] = [slice(embeddings, 0, 0, d), slice(embeddings, 0, d, 1)];
    const edge = named('edge/embedding');
    // [1, width]: what all edges, or all nodes, have in common.
    const common = add(dense(edge, part('message0', 0)), dense(whole, part('message0', 3), named('message0/bias')));
    const pre = add(
      reshape(dense(own, part('message0', 1)), [d, 1, width]),
      reshape(dense(own, part('message0', 2)), [1, d, width]),
    );
    const hidden = maximum(add(reshape(pre, [d * d, width]), common), 0);
    const messages = normed('message-norm', add(apply('message1', hidden), edge));
    const table = concat(
      [dense(embeddings, part('node0', 0)), dense(messages, part('node0', 1)), dense(messages, part('node0', 2))],
      0,
    );
    const bias = reshape(dense(whole, part('node0', 3), named('node0/bias')), [width]);
    const ofEdges = dense(messages, part('whole0', 1));

    return (observation: Tensor) => {
      const batch = relationBatch(observation, d);
      const { first, owner, inverse } = batch;
      const inner = oneHotDense(batch.tokens, table, bias, 'relu');
      const start = oneHotDense(slice(batch.tokens, 1, 0, 1), embeddings);
      let x = normed('node-norm', add(start, apply('node1', inner)));
      for (let layer = 0; layer < layers; layer++) {
        const of = `layer${layer}`;
        const attended = sequenceAttention(apply(`${of}/query-key-value`, x), batch.places, { heads, max: d + 1 });
        x = normed(`${of}/norm`, add(x, apply(`${of}/attention`, attended)));
      }
      const seen = gatherRows(x, batch.whole, { inverse });
      const both = add(dense(seen, part('whole0', 0), named('whole0/bias')), oneHotDense(observation, ofEdges));
      const graph = normed('whole-norm', add(seen, apply('whole1', maximum(both, 0))));
      const parts = outputs.flatMap(({ name: of, pairs, whole: count }) => {
        const side = (which: string) => apply(`${of}/${which}1`, apply(`${of}/${which}0`, x, 'relu'));
        return [
          ...(pairs ? [pairScores(concat([side('sender'), side('receiver')], 1), { first, owner }, d)] : []),
          ...(count > 0 ? [apply(`${of}/whole`, graph)] : []),
        ];
      });
      return parts.length === 1 ? parts[0] : concat(parts, 1);
    };
  };
  return { name, parameters, apply: (tensors, observation) => prepare(tensors)(observation), prepare };
}
