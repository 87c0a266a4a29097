/** A tree with labels, with room for `maxFragments` nodes. */
export interface LooseTree {
  nodes: number;
  readonly fragment: number[];
  /**
   * Four numbers for each edge: its nodes u and v, and its stems at u and v. There is one edge fewer than nodes, in any
   * order.
   */
  readonly edges: number[];
}

export function looseTree(maxFragments: number): LooseTree {
  return {
    nodes: 0,
    fragment: new Array<number>(maxFragments).fill(0),
    edges: new Array<number>(4 * maxFragments).fill(0),
  };
}

export function copyTree({ nodes, fragment, edges }: LooseTree): LooseTree {
  return { nodes, fragment: fragment.slice(), edges: edges.slice() };
}

/**
 * The layout of a tree's row: the number of nodes; the fragment of each; three numbers for each edge; finally 1 for a
 * finished tree and 0 otherwise. Edge i joins node i + 1 with one before it: its three numbers are that node, its stem
 * at that node and its stem at node i + 1. Missing and unchosen entries are -1.
 */
export interface TreeRow {
  readonly maxFragments: number;
  readonly fragments: number;
  readonly edges: number;
  readonly finished: number;
  readonly size: number;
}

export function treeRow(maxFragments: number): TreeRow {
  const edges = 1 + maxFragments;
  const finished = edges + 3 * (maxFragments - 1);
  return { maxFragments, fragments: 1, edges, finished, size: finished + 1 };
}
