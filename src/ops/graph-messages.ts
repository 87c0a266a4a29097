import type { Operation, Tensor } from '../tape/index.ts';
import { checkGraphRows, type GraphStructure, rowsOfNumbers } from './graph-structure.ts';

/** The room for nodes, edges and list entries. */
export type GraphMessagesAttributes = Pick<GraphStructure, 'nodes' | 'edges'>;

/** Added to each message, as in the aggregation of Li et al. 2020 (DeeperGCN, eq. 2). */
export const messageEpsilon = 1e-7;

/**
 * y_i = x_i + the sum over all edges j -> i of (relu(x_j + e_ji) + 1e-7), virtual edges and loops among them. Inputs:
 * x [nodes, C]; e [edges, C]; virtual [1, C], constant; the structure and offsets of the graphs. y: [nodes, C].
 */
export const graphMessagesOperation: Operation<GraphMessagesAttributes> & { readonly name: 'graphMessages' } = {
  name: 'graphMessages',
  infer(inputs, attributes) {
    const width = inputs[0].shape[1];
    checkGraphRows('graphMessages', inputs, attributes, width, width);
    return [rowsOfNumbers(attributes.nodes, width)];
  },
  derivative({ tape, inputs, attributes, cotangents: [dy], needs }) {
    if (needs(2)) throw new Error('graphMessages: the features of virtual edges are constant here.');
    return dy ? tape.record(graphMessagesGradientOperation, [...inputs, dy], attributes) : [];
  },
};

/** dx [nodes, C] and de [edges, C] from the inputs of `graphMessages` and dy [nodes, C]. */
export const graphMessagesGradientOperation: Operation<GraphMessagesAttributes> & {
  readonly name: 'graphMessagesGradient';
} = {
  name: 'graphMessagesGradient',
  infer([x], { nodes, edges }) {
    return [rowsOfNumbers(nodes, x.shape[1]), rowsOfNumbers(edges, x.shape[1])];
  },
  derivative: 'none',
};

/** See `graphMessagesOperation`. */
export function graphMessages(x: Tensor, e: Tensor, virtual: Tensor, graph: GraphStructure): Tensor {
  const { nodes, edges, offsets, structure } = graph;
  return x.tape.record(graphMessagesOperation, [x, e, virtual, structure, offsets], { nodes, edges })[0];
}
