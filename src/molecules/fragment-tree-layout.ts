import type { GraphLayout } from '../environment/graph-layout.ts';
import type { TreeRow } from '../graph/tree-row.ts';

/**
 * The observation of a tree, with a node for each fragment and an edge for each bond between them; and its actions.
 * Those of an edge are first the stems of its first node, then those of its second.
 */
export function treeLayout(kinds: number, maxStems: number, maxFragments: number): GraphLayout {
  return {
    maxNodes: maxFragments,
    nodeTokens: 1,
    // One feature for each fragment, and one for an empty tree.
    nodeWidth: kinds + 1,
    maxEdges: maxFragments - 1,
    // The stem at the node that the edge leaves, or none, and the stem at the node that it reaches, or none.
    edgeTokens: 2,
    edgeWidth: 2 * (maxStems + 1),
    edgeHeads: 'concatenated',
    actions: [
      { name: 'stop', of: 'graph', width: 1 },
      { name: 'add node', of: 'node', width: kinds },
      { name: 'set edge attribute', of: 'edge', width: 2 * maxStems },
    ],
    backwardActions: [
      { name: 'undo stop', of: 'graph', width: 1 },
      { name: 'remove node', of: 'node', width: 1 },
      { name: 'remove edge attribute', of: 'edge', width: 2 },
    ],
  };
}

/** Writes the observation of a tree. */
export function encodeTree(row: TreeRow, layout: GraphLayout, state: Int32Array, into: Int32Array): void {
  const nodes = state[0];
  const nodeStart = 3;
  const edgeStart = nodeStart + row.maxFragments;
  const stems = layout.edgeWidth / 2;
  into.fill(-1);
  into[0] = Math.max(1, nodes);
  into[1] = Math.max(0, nodes - 1);
  into[2] = 0;
  // An empty tree is one node of a kind of its own.
  if (nodes === 0) into[nodeStart] = layout.nodeWidth - 1;
  for (let i = 0; i < nodes; i++) into[nodeStart + i] = state[row.fragments + i];
  for (let e = 0; e < nodes - 1; e++) {
    const at = row.edges + 3 * e;
    const to = edgeStart + 6 * e;
    const first = state[at + 1] + 1;
    const second = state[at + 2] + 1;
    into[to] = state[at];
    into[to + 1] = e + 1;
    into[to + 2] = first;
    into[to + 3] = stems + second;
    into[to + 4] = second;
    into[to + 5] = stems + first;
  }
}
