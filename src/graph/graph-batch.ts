import type { GraphLayout } from '../environment/graph-layout.ts';
import { graphRow } from '../environment/graph-layout.ts';
import { add, type GraphStructure, multiply, rowProgramOperation, segmentOffsets, subtract } from '../ops/index.ts';
import type { Rows, Tensor, TensorType } from '../tape/index.ts';
import { expect } from '../tape/index.ts';
import { entriesProgram, nodesProgram } from './batch-programs.ts';

/** Graphs of unequal sizes as rows without padding, with the features of nodes and edges. */
export interface GraphBatch extends GraphStructure {
  /** The graphs; graph g is in row start + g of the observation. */
  readonly graphs: Rows;
  /** i32 [nodes]: the graph of each node. */
  readonly graphOf: Tensor;
  /** i32 [nodes, 1]: 1 for virtual nodes. */
  readonly isVirtual: Tensor;
  /** i32 [nodes, nodeTokens]; -1 for virtual nodes. */
  readonly nodeTokens: Tensor;
  /** i32 [edges, edgeTokens]: for the edge's direction. */
  readonly edgeTokens: Tensor;
  /** f32 [graphs, bins]: the thermometer of the condition, if there is one. */
  readonly condition?: Tensor;
}

/**
 * Records, in five launches, the graphs of an observation as rows of nodes and edges.
 * @param observation i32 [N, positions] in the format of `GraphLayout`, with a fixed number of rows or rows counted on
 * the device
 * @throws if the observation's rows do not have the layout's length, or the layout has no tokens
 */
export function graphBatch(observation: Tensor, layout: GraphLayout): GraphBatch {
  const { tape } = observation;
  const { size } = graphRow(layout);
  const fits = observation.dtype === 'i32' && observation.shape.length === 2 && observation.shape[1] === size;
  expect(fits, 'graphBatch', `takes i32 rows of the layout's ${size} numbers.`, [observation]);
  if (layout.nodeTokens < 1 || layout.edgeTokens < 1) {
    throw new Error('graphBatch: nodes and edges need a token each at least; one that is always 0 will do.');
  }
  const byNode = segmentOffsets(observation, 0, 1, 1);
  const byEdge = segmentOffsets(observation, 1, 2, 0);
  const max = byNode.offsets.shape[0] - 1;
  const rows = (perGraph: number, window: Tensor): Rows => ({
    capacity: Math.max(max * perGraph, 1),
    max: Math.max(max * perGraph, 1),
    window,
  });
  // A graph of n nodes and m edges has n + 1 nodes, 2 m edges and 2 m + 2 n + (n + 1) entries.
  const entryCount = add(byEdge.total, subtract(multiply(byNode.total, 3), multiply(byNode.segments, 2)));
  const graphs = rows(1, byNode.segments);
  const nodes = rows(layout.maxNodes + 1, byNode.total);
  const edges = rows(2 * layout.maxEdges, byEdge.total);
  const entries = rows(2 * layout.maxEdges + 3 * layout.maxNodes + 1, entryCount);

  const type = (dtype: 'i32' | 'f32', of: Rows, ...inner: number[]): TensorType => ({
    dtype,
    shape: [of.capacity, ...inner],
    rows: of,
  });
  const { thermometer } = layout;
  const rowCount = observation.shape[0];
  // Passed even if it is fixed, counted from 0 as graphs are: the programs' outputs have other rows, from which the
  // count would be inferred.
  const counted = { rows: observation.rows ?? graphs };
  const [nodeTokens, graphOf, isVirtual, condition] = tape.record(
    rowProgramOperation,
    [observation, byNode.offsets],
    {
      program: nodesProgram(layout),
      outputs: [
        type('i32', nodes, layout.nodeTokens),
        type('i32', nodes),
        type('i32', nodes, 1),
        ...(thermometer ? [type('f32', graphs, thermometer.bins)] : []),
      ],
      rowCount,
    },
    counted,
  );
  const [edgeTokens, structure] = tape.record(
    rowProgramOperation,
    [observation, byNode.offsets, byEdge.offsets],
    {
      program: entriesProgram(layout, nodes.capacity),
      outputs: [
        type('i32', edges, layout.edgeTokens),
        { dtype: 'i32', shape: [4 * (nodes.capacity + entries.capacity)] },
      ],
      rowCount,
    },
    counted,
  );
  return {
    graphs,
    nodes,
    edges,
    entries,
    offsets: byNode.offsets,
    graphOf,
    isVirtual,
    nodeTokens,
    edgeTokens,
    structure,
    ...(condition ? { condition } : {}),
  };
}
