import type { Rows, Tensor, TensorType } from '../tape/index.ts';
import { expect } from '../tape/index.ts';

/**
 * Graphs of unequal sizes without padding. Each graph has its nodes in their order and then one virtual node, connected
 * both ways with every other; every node has a loop to itself. Rows of nodes are ordered by graph, rows of edges by the
 * node they lead to. All numbers count from 0. `graphBatch` makes it (src/graph).
 *
 * The edges of the graphs themselves have features, which are rows; all edges with a virtual node share one row of
 * features; and a loop's are the mean of those of the other edges that lead to its node.
 */
export interface GraphStructure {
  /** The nodes, virtual ones included. */
  readonly nodes: Rows;
  /** The directed edges of the graphs themselves, two for each undirected one, without virtual ones and loops. */
  readonly edges: Rows;
  /** All directed edges, virtual ones and loops included. */
  readonly entries: Rows;
  /** i32 [most graphs + 1]: graph g has nodes offsets[g] .. offsets[g + 1] - 1, the last of them virtual. */
  readonly offsets: Tensor;
  /**
   * i32 [4 (capacity of nodes + capacity of entries)]. Four numbers for each node: its first entry, the entry behind
   * its last, its first edge, its graph. Then four for each entry: the node it comes from, the node it leads to, its
   * edge, or -1 for one with a virtual node and -2 for a loop, and the entry that leads the other way. The entries that
   * lead to a node are contiguous: those of its edges, in the order of the edges; then that of the virtual node (to a
   * virtual node: those of all others); then its loop.
   */
  readonly structure: Tensor;
}

/** The type of f32 rows over a row space. */
export function rowsOfNumbers(rows: Rows, ...inner: number[]): TensorType {
  return { dtype: 'f32', shape: [rows.capacity, ...inner], rows };
}

/** @throws unless the tensors are f32 rows of the nodes, the edges and one row for virtual edges, of these widths */
export function checkGraphRows(
  operation: string,
  inputs: readonly Tensor[],
  { nodes, edges }: Pick<GraphStructure, 'nodes' | 'edges'>,
  nodeWidth: number,
  edgeWidth: number,
): void {
  const [x, e, virtual] = inputs;
  const is = (tensor: Tensor, rows: number, width: number) =>
    tensor.dtype === 'f32' && tensor.shape.length === 2 && tensor.shape[0] === rows && tensor.shape[1] === width;
  const fits = is(x, nodes.capacity, nodeWidth) && is(e, edges.capacity, edgeWidth) && is(virtual, 1, edgeWidth);
  const rule =
    `takes f32 rows of the nodes [${nodes.capacity}, ${nodeWidth}], of the edges [${edges.capacity}, ${edgeWidth}] ` +
    `and of virtual edges [1, ${edgeWidth}].`;
  expect(fits, operation, rule, inputs);
}
