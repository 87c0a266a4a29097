import fc from 'fast-check';
import type { PlainGraph } from '../../bench/gpu/graphs.ts';
import type { GraphLayout } from '../../src/environment/graph-layout.ts';
import type { ActionGroup } from '../../src/ops/index.ts';
import { createDraw } from './arbitraries.ts';

export { graphRows, type PlainGraph, smallLayout as testLayout } from '../../bench/gpu/graphs.ts';

/** A directed edge with the features' tokens of its direction. */
export interface DirectedEdge {
  readonly source: number;
  readonly target: number;
  readonly tokens: readonly number[];
}

/** How many nodes and edges random graphs have: often one node, as many as there can be, or no edges at all. */
export const graphSizes = (layout: GraphLayout, max: number): fc.Arbitrary<{ nodes: number; edges: number }[]> =>
  fc.array(
    fc.record({
      nodes: fc.oneof(fc.constantFrom(1, 2, layout.maxNodes), fc.integer({ min: 1, max: layout.maxNodes })),
      edges: fc.oneof(fc.constantFrom(0, layout.maxEdges), fc.integer({ min: 0, max: layout.maxEdges })),
    }),
    { minLength: 1, maxLength: max },
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

/** The directed edges that lead to each node, in the order of the graph's edges. */
export function edgesTo({ nodes, edges }: PlainGraph): DirectedEdge[][] {
  const directed = edges.flatMap(({ ends: [u, v], forward, backward }) => [
    { source: u, target: v, tokens: forward },
    { source: v, target: u, tokens: backward },
  ]);
  return nodes.map((_, node) => directed.filter(({ target }) => target === node));
}

/** Where an edge that leads to a node comes from, and its features: a row of the graph's own, or what it is instead. */
export interface PlainEntry {
  readonly source: number;
  readonly features: number | 'virtual' | 'loop';
}

/** All edges that lead to each node, virtual ones and loops included; the virtual node is the last. */
export function entriesTo(graph: PlainGraph): PlainEntry[][] {
  let row = 0;
  const virtual = graph.nodes.length;
  const real = edgesTo(graph).map((edges, node): PlainEntry[] => [
    ...edges.map(({ source }) => ({ source, features: row++ })),
    { source: virtual, features: 'virtual' },
    { source: node, features: 'loop' },
  ]);
  const toVirtual = graph.nodes.map((_, source): PlainEntry => ({ source, features: 'virtual' }));
  return [...real, [...toVirtual, { source: virtual, features: 'loop' }]];
}

/** The features of those edges: a loop's are the mean of all others'. */
export function featuresTo(
  entries: readonly PlainEntry[],
  e: readonly number[][],
  virtual: readonly number[],
): number[][] {
  const others = entries.flatMap(({ features }) => {
    if (features === 'loop') return [];
    return [features === 'virtual' ? [...virtual] : e[features]];
  });
  return [...others, virtual.map((_, c) => others.reduce((sum, each) => sum + each[c], 0) / others.length)];
}

/** y_i = x_i + sum of (relu(x_j + e_ji) + 1e-7) of one graph. */
export function plainMessages(
  x: readonly number[][],
  e: readonly number[][],
  virtual: readonly number[],
  graph: PlainGraph,
) {
  return entriesTo(graph).map((entries, i) => {
    const features = featuresTo(entries, e, virtual);
    return x[i].map((own, c) =>
      entries.reduce((sum, { source }, k) => sum + Math.max(x[source][c] + features[k][c], 0) + 1e-7, own),
    );
  });
}

/** Attention in one graph, head behind head. */
export function plainAttention(
  { q, k, v, r }: Record<'q' | 'k' | 'v' | 'r', readonly number[][]>,
  e: readonly number[][],
  virtual: readonly number[],
  graph: PlainGraph,
  heads: number,
): number[][] {
  const channels = virtual.length / heads;
  return entriesTo(graph).map((entries, i) => {
    const features = featuresTo(entries, e, virtual);
    const result = [...r[i]];
    for (let head = 0; head < heads; head++) {
      const own = Array.from({ length: channels }, (_, c) => head * channels + c);
      const scores = entries.map(
        ({ source }, n) =>
          own.reduce((sum, c) => sum + q[i][c] * (k[source][c] + features[n][c]), 0) / Math.sqrt(channels),
      );
      const largest = Math.max(...scores);
      const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
      entries.forEach(({ source }, n) => {
        for (const c of own) result[c] += (Math.exp(scores[n] - largest) / total) * (v[source][c] + features[n][c]);
      });
    }
    return result;
  });
}

/** Rows of numbers as lists, and graph by graph. */
export function rowsByGraph(
  numbers: ArrayLike<number>,
  width: number,
  graphs: readonly PlainGraph[],
  rowsIn: (graph: PlainGraph) => number,
): number[][][] {
  let row = 0;
  return graphs.map((graph) =>
    Array.from({ length: rowsIn(graph) }, () => {
      const first = width * row++;
      return Array.from({ length: width }, (_, c) => numbers[first + c]);
    }),
  );
}

/** Nodes of a graph, the virtual one included, and its directed edges. */
export const nodesIn = ({ nodes }: PlainGraph): number => nodes.length + 1;
export const edgesIn = ({ edges }: PlainGraph): number => 2 * edges.length;

/** A row of actions: the numbers of all elements of all groups, 0 where there is no such element. */
export function plainActions(
  { nodes, edges }: PlainGraph,
  groups: readonly ActionGroup[],
  ofGraph: (column: number) => number,
  ofNode: (node: number, column: number) => number,
): number[] {
  return groups.flatMap(({ of, width, max, column, second }) => {
    const pairs = nodes.flatMap((_, v) => Array.from({ length: v }, (_, u) => [u, v]));
    const elements = { graph: [[]], node: nodes.map((_, u) => [u]), edge: edges.map(({ ends }) => ends), pair: pairs };
    return Array.from({ length: max * width }, (_, at) => {
      const members = elements[of][Math.floor(at / width)];
      const k = at % width;
      if (!members) return 0;
      if (of === 'graph') return ofGraph(column + k);
      const [u, v] = members;
      return ofNode(u, column + k) + (v === undefined ? 0 : ofNode(v, second + k));
    });
  });
}
