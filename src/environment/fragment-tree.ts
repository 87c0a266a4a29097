/**
 * A tree of fragments, its nodes and edges in any order. The arrays have room for `mostFragments` nodes and one edge
 * fewer.
 */
export interface LooseTree {
  nodes: number;
  /** What each node is. */
  readonly fragment: Int32Array;
  /** Four numbers an edge: nodes u and v, and the stems that it takes of either, -1 where that is not chosen yet. */
  readonly edges: Int32Array;
}

export function looseTree(mostFragments: number): LooseTree {
  return { nodes: 0, fragment: new Int32Array(mostFragments), edges: new Int32Array(4 * mostFragments) };
}

/**
 * Where the parts of a tree's row are: the number of nodes; the fragment of each; three numbers for each edge; at last 1
 * for a finished tree and 0 otherwise. Edge i joins node i + 1 with one before it: its three numbers are that node, the
 * stem taken of that node and the stem taken of node i + 1. What is not there, or not chosen, is -1.
 */
export interface TreeRow {
  readonly mostFragments: number;
  readonly fragments: number;
  readonly edges: number;
  readonly finished: number;
  readonly size: number;
}

export function treeRow(mostFragments: number): TreeRow {
  const edges = 1 + mostFragments;
  const finished = edges + 3 * (mostFragments - 1);
  return { mostFragments, fragments: 1, edges, finished, size: finished + 1 };
}

/** Takes a tree out of its row. */
export function loosen(row: TreeRow, state: Int32Array, tree: LooseTree): void {
  tree.nodes = state[0];
  for (let i = 0; i < tree.nodes; i++) tree.fragment[i] = state[row.fragments + i];
  for (let e = 0; e < tree.nodes - 1; e++) {
    const at = row.edges + 3 * e;
    tree.edges[4 * e] = state[at];
    tree.edges[4 * e + 1] = e + 1;
    tree.edges[4 * e + 2] = state[at + 1];
    tree.edges[4 * e + 3] = state[at + 2];
  }
}
