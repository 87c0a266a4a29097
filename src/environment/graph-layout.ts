import { checkGiven } from '../text/check-given.ts';

/**
 * The layout of a graph as a row of int32 of fixed size, which devices turn into nodes and edges without padding. Its
 * numbers, in order:
 *
 *   the number of nodes, 1 .. maxNodes; the number of edges, 0 .. maxEdges; the level of the environment's condition,
 *     0 if it has none;
 *   for each of maxNodes nodes, `nodeTokens` tokens: indices into its `nodeWidth` features that are 1, or -1 for none;
 *   for each of maxEdges edges, its two nodes u and v, then `edgeTokens` tokens of the direction from u to v, then as
 *     many of the direction from v to u: indices into `edgeWidth` features, or -1 for none.
 *
 * Entries after the last node and the last edge are -1. Edges are undirected, but their tokens may depend on the
 * direction. There are no loops and no repeated edges.
 */
export interface GraphLayout {
  readonly maxNodes: number;
  readonly nodeTokens: number;
  readonly nodeWidth: number;
  readonly maxEdges: number;
  readonly edgeTokens: number;
  readonly edgeWidth: number;
  /** The condition's values, as a thermometer of `bins` features over low .. high; absent if there is no condition. */
  readonly thermometer?: {
    readonly bins: number;
    readonly low: number;
    readonly high: number;
    /** The value of level k is from + k step. */
    readonly from: number;
    readonly step: number;
  };
  /**
   * How a network combines the two nodes of an edge for the edge's actions: `concatenated` in the order of the row, if
   * they play different parts; `summed` if edges have no direction. Pairs of nodes are always summed.
   */
  readonly edgeHeads: 'concatenated' | 'summed';
  /** The forward actions, group after group: the outputs of the policy. */
  readonly actions: readonly GraphActions[];
  /** The backward actions, likewise. */
  readonly backwardActions: readonly GraphActions[];
}

/**
 * Actions of one kind: `width` of them for the whole graph, for each node, for each edge, or for each pair of nodes.
 * Within a group actions are numbered by element, then by choice, with room for the maximum number of elements. Edges
 * have the order of the row; the pair of nodes u < v has the number v (v - 1) / 2 + u.
 */
export interface GraphActions {
  /** The name of the actions in readable text, such as `add node`. */
  readonly name: string;
  readonly of: 'graph' | 'node' | 'edge' | 'pair';
  readonly width: number;
}

/** The offsets of the parts of a row, and its length. */
export function graphRow(layout: GraphLayout): {
  nodes: number;
  edges: number;
  edgeSize: number;
  /** The level of the environment's condition. */
  level: number;
  size: number;
} {
  checkGiven('graphRow', { layout }, { actions: 'list', backwardActions: 'list' });
  const nodes = 3;
  const edges = nodes + layout.maxNodes * layout.nodeTokens;
  const edgeSize = 2 + 2 * layout.edgeTokens;
  return { nodes, edges, edgeSize, level: 2, size: edges + layout.maxEdges * edgeSize };
}

/** The maximum number of elements of a group of actions. */
export function maxElements({ maxNodes, maxEdges }: GraphLayout, of: GraphActions['of']): number {
  switch (of) {
    case 'graph':
      return 1;
    case 'node':
      return maxNodes;
    case 'edge':
      return maxEdges;
    case 'pair':
      return (maxNodes * (maxNodes - 1)) / 2;
  }
}

/** The number of actions in all groups together. */
export function graphActionCount(layout: GraphLayout, groups: readonly GraphActions[]): number {
  checkGiven('graphActionCount', { layout }, { actions: 'list', backwardActions: 'list' });
  checkGiven('graphActionCount', { groups }, 'list');
  return groups.reduce((sum, { of, width }) => sum + maxElements(layout, of) * width, 0);
}
