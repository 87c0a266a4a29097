/** A tree with labels, with room for `maxFragments` nodes. */
export interface LooseTree {
  nodes: number;
  readonly fragment: number[];
  /** Four numbers an edge: its nodes u and v, the stems that it takes of u and of v. One edge fewer than nodes, in any order. */
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
 * Where the parts of a tree's row are: the number of nodes; the fragment of each; three numbers for each edge; at last 1
 * for a finished tree and 0 otherwise. Edge i joins node i + 1 with one before it: its three numbers are that node, the
 * stem taken of that node and the stem taken of node i + 1. What is not there, or not chosen, is -1.
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
