import { type GraphLayout, graphRow } from '../../src/environment/graph-layout.ts';

/** A graph as lists. */
export interface PlainGraph {
  /** The tokens of each node. */
  readonly nodes: readonly (readonly number[])[];
  /** Undirected edges u, v, with the tokens of the direction from u to v and of that from v to u. */
  readonly edges: readonly PlainEdge[];
  readonly level: number;
}

export interface PlainEdge {
  readonly ends: readonly [number, number];
  readonly forward: readonly number[];
  readonly backward: readonly number[];
}

/** A layout with actions of every kind. */
export const smallLayout: GraphLayout = {
  maxNodes: 9,
  nodeTokens: 2,
  nodeWidth: 6,
  maxEdges: 12,
  edgeTokens: 1,
  edgeWidth: 3,
  edgeHeads: 'concatenated',
  thermometer: { bins: 4, low: 0, high: 6, from: 1, step: 0.5 },
  actions: [
    { name: 'stop', of: 'graph', width: 1 },
    { name: 'add node', of: 'node', width: 3 },
    { name: 'set edge', of: 'edge', width: 2 },
    { name: 'add edge', of: 'pair', width: 1 },
  ],
  backwardActions: [
    { name: 'remove edge', of: 'edge', width: 1 },
    { name: 'remove node', of: 'node', width: 1 },
  ],
};

/** The graphs as rows of an observation. */
export function graphRows(graphs: readonly PlainGraph[], layout: GraphLayout): Int32Array {
  const { nodes: firstNode, edges: firstEdge, edgeSize, size } = graphRow(layout);
  const rows = new Int32Array(graphs.length * size).fill(-1);
  graphs.forEach(({ nodes, edges, level }, g) => {
    const row = rows.subarray(g * size, (g + 1) * size);
    row.set([nodes.length, edges.length, level]);
    for (const [u, tokens] of nodes.entries()) row.set(tokens, firstNode + u * layout.nodeTokens);
    for (const [j, { ends, forward, backward }] of edges.entries()) {
      row.set([...ends, ...forward, ...backward], firstEdge + j * edgeSize);
    }
  });
  return rows;
}

/** Paths of 1 to 9 nodes of `smallLayout`, closed to a ring if they have 4 or more. */
export function pathsAndRings(count: number): PlainGraph[] {
  return Array.from({ length: count }, (_, g) => {
    const size = 1 + (g % smallLayout.maxNodes);
    const token = (i: number) => (i + g) % smallLayout.nodeWidth;
    return {
      nodes: Array.from({ length: size }, (_, u) => [token(2 * u), token(2 * u + 1)]),
      edges: Array.from({ length: size > 3 ? size : size - 1 }, (_, u) => ({
        ends: [u, (u + 1) % size] as const,
        forward: [u % 3],
        backward: [(u + g) % 3],
      })),
      level: g % 10,
    };
  });
}
