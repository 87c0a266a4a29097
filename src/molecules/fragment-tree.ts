import type { LooseTree, TreeRow } from '../graph/tree-row.ts';

/**
 * A tree of fragments as lists: the fragment of each node, and for each edge its nodes u and v and its stems at u and
 * v, -1 for a stem that is not chosen yet.
 */
export interface FragmentTree {
  readonly fragments: readonly number[];
  readonly edges: readonly (readonly [number, number, number, number])[];
}

/** Marks a stem that is not chosen yet. */
export const NO_STEM = -1;

/** Reads a tree from its row for modification. */
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

/** Joins a new node, the last, to `node`; the first node stays unjoined. */
export function addNode(tree: LooseTree, node: number, fragment: number): void {
  const added = tree.nodes++;
  tree.fragment[added] = fragment;
  if (added === 0) return;
  const at = 4 * (added - 1);
  tree.edges[at] = node;
  tree.edges[at + 1] = added;
  tree.edges[at + 2] = NO_STEM;
  tree.edges[at + 3] = NO_STEM;
}

/** Chooses the stem of an edge's node u (side 0) or v (side 1), or `NO_STEM`. */
export function takeStem(tree: LooseTree, edge: number, side: 0 | 1, stem: number): void {
  tree.edges[4 * edge + 2 + side] = stem;
}

/** Removes a node with at most one edge, and that edge. Later nodes move up. */
export function removeNode(tree: LooseTree, node: number): void {
  const { fragment, edges } = tree;
  let kept = 0;
  for (let e = 0; e < tree.nodes - 1; e++) {
    const u = edges[4 * e];
    const v = edges[4 * e + 1];
    if (u === node || v === node) continue;
    edges[4 * kept] = u > node ? u - 1 : u;
    edges[4 * kept + 1] = v > node ? v - 1 : v;
    edges[4 * kept + 2] = edges[4 * e + 2];
    edges[4 * kept + 3] = edges[4 * e + 3];
    kept++;
  }
  for (let i = node; i < tree.nodes - 1; i++) fragment[i] = fragment[i + 1];
  tree.nodes--;
}

/** Reads a tree from its row. */
export function treeOfRow(row: TreeRow, state: Int32Array): FragmentTree {
  const nodes = state[0];
  return {
    fragments: Array.from(state.subarray(row.fragments, row.fragments + nodes)),
    edges: Array.from({ length: Math.max(0, nodes - 1) }, (_, e) => {
      const at = row.edges + 3 * e;
      return [state[at], e + 1, state[at + 1], state[at + 2]] as const;
    }),
  };
}

/**
 * Checks that lists form a tree that can be built, and optionally a finished one.
 * @throws Error whose message is the end of a sentence, if they do not
 */
export function checkTree(
  { fragments, edges }: FragmentTree,
  { stemCounts, maxFragments, finished }: { stemCounts: Int32Array; maxFragments: number; finished: boolean },
): void {
  const refuse = (problem: string): never => {
    throw new Error(problem);
  };
  if (fragments.length > maxFragments) refuse(`it has ${fragments.length} fragments, of ${maxFragments} at most`);
  if (fragments.length === 0 && finished) refuse('a finished tree has at least one fragment');
  const unknown = fragments.find((fragment) => stemCounts[fragment] === undefined);
  if (unknown !== undefined) refuse(`there is no fragment ${unknown}; they are 0 to ${stemCounts.length - 1}`);
  if (edges.length !== Math.max(0, fragments.length - 1)) {
    refuse(`a tree of ${fragments.length} fragments has one edge fewer, not ${edges.length}`);
  }
  const part = fragments.map((_, node) => node);
  const taken = fragments.map(() => new Set<number>());
  const degree = fragments.map(() => 0);
  const take = (node: number, stem: number): void => {
    const count = stemCounts[fragments[node]];
    degree[node]++;
    if (degree[node] > count) refuse(`node ${node} has more edges than the ${count} stems of its fragment`);
    if (stem === -1) {
      if (finished) refuse(`an edge of node ${node} has not chosen its stem`);
      return;
    }
    if (!(Number.isInteger(stem) && stem >= 0 && stem < count)) {
      refuse(`node ${node} has no stem ${stem}; they are 0 to ${count - 1}`);
    }
    if (taken[node].has(stem)) refuse(`two edges of node ${node} take its stem ${stem}`);
    taken[node].add(stem);
  };
  for (const [u, v, stemOfU, stemOfV] of edges) {
    const [joined, joining] = [part[u], part[v]];
    if (joined === undefined || joining === undefined)
      refuse(`an edge joins nodes ${u} and ${v} of ${fragments.length}`);
    if (joined === joining) refuse(`the edge of nodes ${u} and ${v} closes a ring`);
    for (const [node, of] of part.entries()) if (of === joining) part[node] = joined;
    take(u, stemOfU);
    take(v, stemOfV);
  }
}
