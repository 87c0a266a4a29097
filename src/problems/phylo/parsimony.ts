import type { Alignment } from './sequences.ts';

/** A rooted binary tree: the number of a taxon, or a pair of trees. */
export type PhyloTree = number | readonly [PhyloTree, PhyloTree];

/** The Fitch sets of a tree's root, and the number of mutations below it. */
export interface Ancestor {
  /** For each site the letters that the root can have without another mutation. */
  readonly sets: Uint8Array;
  readonly mutations: number;
}

/** A leaf: the letters of a taxon. */
export function leafAncestor({ sets, sites }: Alignment, taxon: number): Ancestor {
  return { sets: sets.subarray(taxon * sites, (taxon + 1) * sites), mutations: 0 };
}

/**
 * Joins two trees (Fitch 1971): the root gets the letters that both have in common, or if there are none those of
 * either, at the cost of a mutation in each column of the site.
 */
export function joinAncestors({ weights }: Alignment, left: Ancestor, right: Ancestor): Ancestor {
  const sets = new Uint8Array(left.sets.length);
  let mutations = left.mutations + right.mutations;
  for (let site = 0; site < sets.length; site++) {
    const common = left.sets[site] & right.sets[site];
    if (common === 0) mutations += weights[site];
    sets[site] = common || left.sets[site] | right.sets[site];
  }
  return { sets, mutations };
}

/** Subtrees by number: the taxa first, then joins. Equal subtrees have one number. */
export interface Subtrees {
  /** To be called before each tree: numbers of joins stay valid until then. */
  begin(): void;
  /** The number of the join of two subtrees. */
  join(left: number, right: number): number;
  /** The minimum number of mutations that explains the sequences on a subtree. */
  mutations(subtree: number): number;
}

/** Above every number of a subtree, so that a pair of them is one integer below 2^53. */
const subtreeLimit = 2 ** 26;

/**
 * Subtrees with their Fitch sets, kept from tree to tree: for a tree that differs by one join from an earlier one, only
 * that join is computed.
 * @param capacity joins beyond which all are forgotten at the next tree
 */
export function rememberedSubtrees(sequences: Alignment, capacity = 4096): Subtrees {
  const leaves = sequences.taxa.map((_, taxon) => leafAncestor(sequences, taxon));
  const ancestors = [...leaves];
  const joins = new Map<number, number>();
  return {
    begin() {
      if (joins.size <= capacity) return;
      joins.clear();
      ancestors.length = leaves.length;
    },
    join(left, right) {
      const pair = left * subtreeLimit + right;
      const known = joins.get(pair);
      if (known !== undefined) return known;
      joins.set(pair, ancestors.length);
      return ancestors.push(joinAncestors(sequences, ancestors[left], ancestors[right])) - 1;
    },
    mutations: (subtree) => ancestors[subtree].mutations,
  };
}

/** The same as `parsimony` with a cache of recent subtrees. */
export function rememberedParsimony(sequences: Alignment, capacity?: number): (tree: PhyloTree) => number {
  const subtrees = rememberedSubtrees(sequences, capacity);
  const numberOf = (tree: PhyloTree): number =>
    typeof tree === 'number' ? tree : subtrees.join(numberOf(tree[0]), numberOf(tree[1]));
  return (tree) => {
    subtrees.begin();
    return subtrees.mutations(numberOf(tree));
  };
}

/**
 * A tree made by repeatedly joining the two trees whose join costs the fewest mutations, the first of ties. Good trees
 * need about as many.
 */
export function greedyTree(sequences: Alignment): { readonly tree: PhyloTree; readonly mutations: number } {
  let roots = sequences.taxa.map((_, taxon) => ({
    tree: taxon as PhyloTree,
    ancestor: leafAncestor(sequences, taxon),
  }));
  while (roots.length > 1) {
    let best: { l: number; r: number; ancestor: Ancestor; cost: number } | undefined;
    for (let l = 0; l < roots.length; l++) {
      for (let r = l + 1; r < roots.length; r++) {
        const ancestor = joinAncestors(sequences, roots[l].ancestor, roots[r].ancestor);
        const cost = ancestor.mutations - roots[l].ancestor.mutations - roots[r].ancestor.mutations;
        if (best === undefined || cost < best.cost) best = { l, r, ancestor, cost };
      }
    }
    if (best === undefined) break;
    const { l, r, ancestor } = best;
    const joined = { tree: [roots[l].tree, roots[r].tree] as const, ancestor };
    roots = roots.map((root, i) => (i === l ? joined : root)).filter((_, i) => i !== r);
  }
  const [{ tree, ancestor }] = roots;
  return { tree, mutations: ancestor.mutations };
}

/**
 * The minimum number of mutations that explains the sequences on a tree; it does not depend on the position of the
 * root.
 */
export function parsimony(sequences: Alignment, tree: PhyloTree): number {
  const ancestor = (subtree: PhyloTree): Ancestor =>
    typeof subtree === 'number'
      ? leafAncestor(sequences, subtree)
      : joinAncestors(sequences, ancestor(subtree[0]), ancestor(subtree[1]));
  return ancestor(tree).mutations;
}

/** All rooted binary trees of the taxa 0 .. count - 1: (2 count - 3)!! of them. @throws beyond 8 taxa */
export function allTrees(count: number): PhyloTree[] {
  if (count > 8) throw new Error(`There are more than two million trees of ${count} taxa: too many to list.`);
  let trees: PhyloTree[] = [0];
  for (let taxon = 1; taxon < count; taxon++) trees = trees.flatMap((tree) => withLeaf(tree, taxon));
  return trees;
}

/** The trees made by adding a leaf to each branch of a tree, including the branch above its root. */
function withLeaf(tree: PhyloTree, leaf: number): PhyloTree[] {
  const above: PhyloTree = [tree, leaf];
  if (typeof tree === 'number') return [above];
  const [left, right] = tree;
  return [
    above,
    ...withLeaf(left, leaf).map((each): PhyloTree => [each, right]),
    ...withLeaf(right, leaf).map((each): PhyloTree => [left, each]),
  ];
}

/** A tree in Newick's notation, as other programs read it: `((A,B),C);`. Names with special characters are quoted. */
export function newick(tree: PhyloTree, taxa: readonly string[]): string {
  const write = (subtree: PhyloTree): string =>
    typeof subtree === 'number' ? label(taxa[subtree]) : `(${write(subtree[0])},${write(subtree[1])})`;
  return `${write(tree)};`;
}

function label(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "''")}'`;
}
