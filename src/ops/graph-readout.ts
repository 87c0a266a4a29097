import type { Operation, Tensor } from '../tape/index.ts';
import { expect, type Rows } from '../tape/index.ts';
import { rowsOfNumbers } from './graph-structure.ts';

/** The room for graphs and nodes. */
export interface GraphReadoutAttributes {
  readonly graphs: Rows;
}

/**
 * A graph's embedding: the mean of its nodes without the virtual one, followed by the virtual node.
 * Inputs: x [nodes, C]; offsets i32 [G + 1], the virtual node being the last of each graph. y: [G, 2 C].
 */
export const graphReadoutOperation: Operation<GraphReadoutAttributes> & { readonly name: 'graphReadout' } = {
  name: 'graphReadout',
  infer(inputs, { graphs }) {
    const [x, offsets] = inputs;
    const fits = x.dtype === 'f32' && x.shape.length === 2 && offsets.shape[0] === graphs.capacity + 1;
    expect(fits, 'graphReadout', 'takes f32 rows of nodes [N, C] and the i32 offsets [G + 1] of graphs.', inputs);
    return [rowsOfNumbers(graphs, 2 * x.shape[1])];
  },
  derivative: ({ tape, inputs: [x, offsets], attributes, cotangents: [dy] }) => [
    dy && tape.record(graphReadoutGradientOperation, [dy, offsets, x], attributes)[0],
  ],
};

/** dx [nodes, C] from dy [G, 2 C]. Inputs: dy, offsets, x, of which only the number of rows is used. */
export const graphReadoutGradientOperation: Operation<GraphReadoutAttributes> & {
  readonly name: 'graphReadoutGradient';
} = {
  name: 'graphReadoutGradient',
  infer: ([, , x]) => [{ dtype: 'f32', shape: x.shape, ...(x.rows ? { rows: x.rows } : {}) }],
  derivative: 'none',
};

/** See `graphReadoutOperation`. */
export function graphReadout(x: Tensor, offsets: Tensor, graphs: Rows): Tensor {
  return x.tape.record(graphReadoutOperation, [x, offsets], { graphs })[0];
}
