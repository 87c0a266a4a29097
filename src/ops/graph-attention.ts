import type { Operation, Tensor } from '../tape/index.ts';
import { expect } from '../tape/index.ts';
import { checkGraphRows, type GraphStructure, rowsOfNumbers } from './graph-structure.ts';
import { sum } from './reduce.ts';

/** The room for nodes, edges and list entries, and the heads of attention. */
export interface GraphAttentionAttributes extends Pick<GraphStructure, 'nodes' | 'edges' | 'entries'> {
  readonly heads: number;
}

/**
 * Attention over the edges that lead to each node (Shi et al. 2021, eqs. 3 and 4). With H heads of C channels each, W =
 * H C, projections [nodes, 4 W] are each node's queries q, keys k, values v and skip connection r, head behind head;
 * e [edges, W] the features of edges, virtual [1, W] those of virtual edges. Per head,
 *
 *   alpha_ji = softmax over all edges j -> i of q_i . (k_j + e_ji) / sqrt(C)
 *   y_i = r_i + the sum over j of alpha_ji (v_j + e_ji)
 *
 * Further inputs: the structure and offsets of the graphs. Outputs: y [nodes, W]; alpha [entries, H].
 */
export const graphAttentionOperation: Operation<GraphAttentionAttributes> & { readonly name: 'graphAttention' } = {
  name: 'graphAttention',
  infer(inputs, attributes) {
    const { heads, nodes, entries } = attributes;
    const width = inputs[1].shape[1];
    checkGraphRows('graphAttention', inputs, attributes, 4 * width, width);
    expect(width % heads === 0, 'graphAttention', `${width} channels cannot be split into ${heads} heads.`, inputs);
    return [rowsOfNumbers(nodes, width), rowsOfNumbers(entries, heads)];
  },
  derivative({ tape, inputs, outputs: [, alpha], attributes, cotangents: [dy] }) {
    if (!dy) return [];
    const [dprojections, de, dvirtual] = tape.record(
      graphAttentionGradientOperation,
      [...inputs, alpha, dy],
      attributes,
    );
    return [dprojections, de, sum(dvirtual, 0, true)];
  },
};

/**
 * From the inputs of `graphAttention`, alpha and dy [nodes, W]: dprojections [nodes, 4 W]; de [edges, W]; the
 * contribution of the edges to each node to dvirtual [nodes, W]; and beta [entries, 2 H], scratch space for the
 * derivatives of the scores.
 */
export const graphAttentionGradientOperation: Operation<GraphAttentionAttributes> & {
  readonly name: 'graphAttentionGradient';
} = {
  name: 'graphAttentionGradient',
  infer([projections, e], { heads, nodes, edges, entries }) {
    const width = e.shape[1];
    return [
      rowsOfNumbers(nodes, projections.shape[1]),
      rowsOfNumbers(edges, width),
      rowsOfNumbers(nodes, width),
      rowsOfNumbers(entries, 2 * heads),
    ];
  },
  derivative: 'none',
};

/** y of `graphAttentionOperation`. */
export function graphAttention(
  projections: Tensor,
  e: Tensor,
  virtual: Tensor,
  graph: GraphStructure,
  heads: number,
): Tensor {
  const { nodes, edges, entries, offsets, structure } = graph;
  const attributes = { nodes, edges, entries, heads };
  return projections.tape.record(graphAttentionOperation, [projections, e, virtual, structure, offsets], attributes)[0];
}
