import type { LooseTree, TreeRow } from './tree-row.ts';

/**
 * Writes a tree to a row, and the new number of each node to `place`. Trees that differ only in the order of their
 * nodes and edges get the same row.
 */
export type WriteTree = (tree: LooseTree, state: Int32Array, place: Int32Array, finished: 0 | 1) => void;

/**
 * Rooted in their middles, two trees are equal up to order if their roots are equal and their branches, once sorted,
 * are equal one by one (Aho, Hopcroft and Ullman, The Design and Analysis of Computer Algorithms, 1974, example 3.2;
 * here nodes and edges have labels). Of two middles the root is the one that gives the smaller row. Nodes are numbered
 * in the order of a walk down the branches.
 *
 * Work arrays are made once; nothing is allocated for a tree.
 */
export function treeWriter(row: TreeRow): WriteTree {
  const max = row.maxFragments;
  // The neighbours of node i, and the edges to them, start at i * max; so do the branches of a rooted tree.
  const degree = new Int32Array(max);
  const neighbour = new Int32Array(max * max);
  const joining = new Int32Array(max * max);
  const branches = new Int32Array(max);
  const branch = new Int32Array(max * max);
  // The positions of the stems of the edge from a node towards the root: the stem of the parent, and that of the node
  // itself.
  const stemAbove = new Int32Array(max);
  const stemOwn = new Int32Array(max);
  const unpeeled = new Int32Array(max);
  const middles = new Int32Array(2);
  const otherState = new Int32Array(row.size);
  const otherPlace = new Int32Array(max);
  let tree: LooseTree;
  let written = 0;

  function findNeighbours(): void {
    const { nodes, edges } = tree;
    for (let i = 0; i < nodes; i++) degree[i] = 0;
    for (let e = 0; e < nodes - 1; e++) {
      const u = edges[4 * e];
      const v = edges[4 * e + 1];
      neighbour[u * max + degree[u]] = v;
      joining[u * max + degree[u]++] = 4 * e;
      neighbour[v * max + degree[v]] = u;
      joining[v * max + degree[v]++] = 4 * e;
    }
  }

  /** Removes leaves until one or two nodes are left. Returns how many. */
  function findMiddles(): number {
    const { nodes } = tree;
    for (let i = 0; i < nodes; i++) unpeeled[i] = degree[i];
    let left = nodes;
    while (left > 2) {
      // Leaves are marked first and removed afterwards, so that a new leaf is not removed in the same round.
      for (let i = 0; i < nodes; i++) if (unpeeled[i] === 1) unpeeled[i] = -1;
      for (let i = 0; i < nodes; i++) {
        if (unpeeled[i] !== -1) continue;
        unpeeled[i] = -2;
        left--;
        for (let k = 0; k < degree[i]; k++) {
          const next = neighbour[i * max + k];
          if (unpeeled[next] > 0) unpeeled[next]--;
        }
      }
    }
    let count = 0;
    for (let i = 0; i < nodes; i++) if (unpeeled[i] >= 0) middles[count++] = i;
    return count;
  }

  /** Compares two branches: negative if the first comes first, 0 if they are equal. */
  function compare(a: number, b: number): number {
    const { fragment, edges } = tree;
    if (fragment[a] !== fragment[b]) return fragment[a] - fragment[b];
    if (edges[stemAbove[a]] !== edges[stemAbove[b]]) return edges[stemAbove[a]] - edges[stemAbove[b]];
    if (edges[stemOwn[a]] !== edges[stemOwn[b]]) return edges[stemOwn[a]] - edges[stemOwn[b]];
    if (branches[a] !== branches[b]) return branches[a] - branches[b];
    for (let k = 0; k < branches[a]; k++) {
      const difference = compare(branch[a * max + k], branch[b * max + k]);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** Finds and sorts the branches of a node, after those of its branches. */
  function arrange(node: number, above: number): void {
    let count = 0;
    for (let k = 0; k < degree[node]; k++) {
      const next = neighbour[node * max + k];
      if (next === above) continue;
      const edge = joining[node * max + k];
      const isFirst = tree.edges[edge] === node;
      stemAbove[next] = edge + (isFirst ? 2 : 3);
      stemOwn[next] = edge + (isFirst ? 3 : 2);
      arrange(next, node);
      let at = count++;
      for (; at > 0 && compare(branch[node * max + at - 1], next) > 0; at--) {
        branch[node * max + at] = branch[node * max + at - 1];
      }
      branch[node * max + at] = next;
    }
    branches[node] = count;
  }

  function write(node: number, above: number, state: Int32Array, place: Int32Array): void {
    const at = written++;
    place[node] = at;
    state[row.fragments + at] = tree.fragment[node];
    if (at > 0) {
      const edge = row.edges + 3 * (at - 1);
      state[edge] = above;
      state[edge + 1] = tree.edges[stemAbove[node]];
      state[edge + 2] = tree.edges[stemOwn[node]];
    }
    for (let k = 0; k < branches[node]; k++) write(branch[node * max + k], at, state, place);
  }

  function writeFrom(root: number, state: Int32Array, place: Int32Array): void {
    state.fill(-1);
    state[0] = tree.nodes;
    written = 0;
    arrange(root, -1);
    write(root, -1, state, place);
  }

  function isSmaller(a: Int32Array, b: Int32Array): boolean {
    for (let i = 0; i < row.finished; i++) if (a[i] !== b[i]) return a[i] < b[i];
    return false;
  }

  return (given, state, place, finished) => {
    tree = given;
    if (tree.nodes === 0) {
      state.fill(-1);
      state[0] = 0;
    } else {
      findNeighbours();
      const count = findMiddles();
      writeFrom(middles[0], state, place);
      if (count === 2) {
        writeFrom(middles[1], otherState, otherPlace);
        if (isSmaller(otherState, state)) {
          for (let i = 0; i < row.finished; i++) state[i] = otherState[i];
          for (let i = 0; i < tree.nodes; i++) place[i] = otherPlace[i];
        }
      }
    }
    state[row.finished] = finished;
  };
}
