import fc from 'fast-check';
import { type GraphLayout, graphRow } from '../../src/environment/graph-layout.ts';
import { createDraw } from './arbitraries.ts';

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

/** A directed edge with the features' tokens of its direction. */
export interface DirectedEdge {
  readonly source: number;
  readonly target: number;
  readonly tokens: readonly number[];
}

/** A layout with actions of every kind. */
export const testLayout: GraphLayout = {
  mostNodes: 9,
  nodeTokens: 2,
  nodeWidth: 6,
  mostEdges: 12,
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

/** How many nodes and edges random graphs have: often one node, as many as there can be, or no edges at all. */
export const graphSizes = (layout: GraphLayout, most: number): fc.Arbitrary<{ nodes: number; edges: number }[]> =>
  fc.array(
    fc.record({
      nodes: fc.oneof(fc.constantFrom(1, 2, layout.mostNodes), fc.integer({ min: 1, max: layout.mostNodes })),
      edges: fc.oneof(fc.constantFrom(0, layout.mostEdges), fc.integer({ min: 0, max: layout.mostEdges })),
    }),
    { minLength: 1, maxLength: most },
  );

/** Graphs of these sizes, of fewer edges where there are not as many pairs of nodes. Some tokens are missing. */
export function drawGraphs(
  sizes: readonly { readonly nodes: number; readonly edges: number }[],
  layout: GraphLayout,
  seed: number,
): PlainGraph[] {
  const draw = createDraw(seed);
  const tokens = (count: number, width: number) => Array.from(draw.integers(count, -1, width - 1));
  return sizes.map(({ nodes, edges }) => {
    const pairs = Array.from({ length: nodes }, (_, v) => Array.from({ length: v }, (_, u) => [u, v])).flat();
    const chosen = draw.permutation(pairs.length).slice(0, edges);
    return {
      nodes: Array.from({ length: nodes }, () => tokens(layout.nodeTokens, layout.nodeWidth)),
      edges: chosen.map((pair) => {
        const [u, v] = pairs[pair];
        const ends: [number, number] = draw.mask(1, 0.5)[0] === 1 ? [u, v] : [v, u];
        return {
          ends,
          forward: tokens(layout.edgeTokens, layout.edgeWidth),
          backward: tokens(layout.edgeTokens, layout.edgeWidth),
        };
      }),
      level: draw.integers(1, 0, 9)[0],
    };
  });
}

/** The graphs as rows of an observation. */
export function graphRows(graphs: readonly PlainGraph[], layout: GraphLayout): Int32Array {
  const { nodes: firstNode, edges: firstEdge, edgeSize, size } = graphRow(layout);
  const rows = new Int32Array(graphs.length * size).fill(-1);
  graphs.forEach(({ nodes, edges, level }, g) => {
    const row = rows.subarray(g * size, (g + 1) * size);
    row.set([nodes.length, edges.length, level]);
    nodes.forEach((tokens, u) => row.set(tokens, firstNode + u * layout.nodeTokens));
    edges.forEach(({ ends, forward, backward }, j) =>
      row.set([...ends, ...forward, ...backward], firstEdge + j * edgeSize),
    );
  });
  return rows;
}

/** The directed edges that lead to each node, in the order of the graph's edges. */
export function edgesTo({ nodes, edges }: PlainGraph): DirectedEdge[][] {
  const directed = edges.flatMap(({ ends: [u, v], forward, backward }) => [
    { source: u, target: v, tokens: forward },
    { source: v, target: u, tokens: backward },
  ]);
  return nodes.map((_, node) => directed.filter(({ target }) => target === node));
}
