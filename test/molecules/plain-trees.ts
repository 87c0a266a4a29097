/**
 * Trees of fragments by hand: lists that are copied at every step, and compared under every order of their nodes. Written
 * apart from the library, by the rules of the literature.
 */
export interface PlainTree {
  readonly nodes: readonly number[];
  /** Node u, node v, stem of u, stem of v; -1 for a stem that is not chosen. */
  readonly edges: readonly (readonly [number, number, number, number])[];
  readonly finished: boolean;
}

export const emptyTree: PlainTree = { nodes: [], edges: [], finished: false };

/** The same text for trees that are the same up to the order of their parts, and for no others. */
export function keyOf({ nodes, edges, finished }: PlainTree): string {
  const keys = orders(nodes.length).map((order) => {
    const renamed = edges.map(([u, v, a, b]) => {
      const [x, y] = [order.indexOf(u), order.indexOf(v)];
      return (x < y ? [x, y, a, b] : [y, x, b, a]).join(' ');
    });
    return JSON.stringify([order.map((node) => nodes[node]), renamed.sort(), finished]);
  });
  return keys.sort()[0];
}

/** What every action leads to; as often as there are actions that lead there. */
export function childrenOf(tree: PlainTree, stemCounts: readonly number[], max: number): PlainTree[] {
  const { nodes, edges, finished } = tree;
  if (finished) return [];
  const children: PlainTree[] = [];
  const fragments = [...stemCounts.keys()];
  if (nodes.length === 0) return fragments.map((fragment) => ({ ...tree, nodes: [fragment] }));
  if (edges.every(([, , a, b]) => a >= 0 && b >= 0)) children.push({ ...tree, finished: true });
  for (const [u, fragment] of nodes.entries()) {
    const degree = edges.filter(([a, b]) => a === u || b === u).length;
    if (nodes.length === max || degree >= stemCounts[fragment]) continue;
    for (const added of fragments) {
      children.push({ ...tree, nodes: [...nodes, added], edges: [...edges, [u, nodes.length, -1, -1]] });
    }
  }
  for (const [e, [u, v, a, b]] of edges.entries()) {
    const replaced = (edge: PlainTree['edges'][number]): PlainTree => ({ ...tree, edges: edges.with(e, edge) });
    if (a < 0) for (const stem of freeStems(tree, u, stemCounts)) children.push(replaced([u, v, stem, b]));
    if (b < 0) for (const stem of freeStems(tree, v, stemCounts)) children.push(replaced([u, v, a, stem]));
  }
  return children;
}

/** What every backward action leads to; as often as there are backward actions that lead there. */
export function parentsOf(tree: PlainTree): PlainTree[] {
  const { nodes, edges, finished } = tree;
  if (finished) return [{ ...tree, finished: false }];
  const parents: PlainTree[] = [];
  for (const node of nodes.keys()) {
    const touching = edges.filter(([u, v]) => u === node || v === node);
    if (touching.length > 1 || touching.some(([, , a, b]) => a >= 0 || b >= 0)) continue;
    const moved = (other: number): number => (other > node ? other - 1 : other);
    parents.push({
      ...tree,
      nodes: nodes.filter((_, other) => other !== node),
      edges: edges.filter((edge) => !touching.includes(edge)).map(([u, v, a, b]) => [moved(u), moved(v), a, b]),
    });
  }
  for (const [e, [u, v, a, b]] of edges.entries()) {
    if (a >= 0) parents.push({ ...tree, edges: edges.with(e, [u, v, -1, b]) });
    if (b >= 0) parents.push({ ...tree, edges: edges.with(e, [u, v, a, -1]) });
  }
  return parents;
}

/** Every tree that can be reached, by key. */
export function allTrees(stemCounts: readonly number[], max: number): Map<string, PlainTree> {
  const trees = new Map([[keyOf(emptyTree), emptyTree]]);
  // A Map also passes what is added while it is walked through.
  for (const tree of trees.values()) {
    for (const child of childrenOf(tree, stemCounts, max)) {
      const key = keyOf(child);
      if (!trees.has(key)) trees.set(key, child);
    }
  }
  return trees;
}

function freeStems({ nodes, edges }: PlainTree, node: number, stemCounts: readonly number[]): number[] {
  const taken = edges.flatMap(([u, v, a, b]) => [...(u === node ? [a] : []), ...(v === node ? [b] : [])]);
  return Array.from({ length: stemCounts[nodes[node]] }, (_, stem) => stem).filter((stem) => !taken.includes(stem));
}

function orders(count: number): number[][] {
  if (count === 0) return [[]];
  return orders(count - 1).flatMap((order) =>
    order.concat(count - 1).map((_, at) => order.toSpliced(at, 0, count - 1)),
  );
}
