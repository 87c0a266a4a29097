import type { Alignment } from './sequences.ts';

/** A rooted binary tree: the number of a taxon, or two trees. */
export type PhyloTree = number | readonly [PhyloTree, PhyloTree];

/** The Fitch sets of a tree's root, and the mutations below it. */
export interface Ancestor {
  /** For each site the letters that the root can have without a further mutation. */
  readonly sets: Uint8Array;
  readonly mutations: number;
}

/** A leaf: the letters of a taxon. */
export function leafAncestor({ sets, sites }: Alignment, taxon: number): Ancestor {
  return { sets: sets.subarray(taxon * sites, (taxon + 1) * sites), mutations: 0 };
}

/**
 * Joins two trees (Fitch 1971): where the letters of both have something in common the root has that; where not, it has
 * either's, at the cost of a mutation in each column that the site stands for.
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

/** The fewest mutations that explain the sequences on a tree; it does not depend on where the tree is rooted. */
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

/** The trees that a leaf on each branch of a tree makes, the branch above its root among them. */
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

/** A tree in Newick's notation, as other programs read it: `((A,B),C);`. Names with other signs are quoted. */
export function newick(tree: PhyloTree, taxa: readonly string[]): string {
  const write = (subtree: PhyloTree): string =>
    typeof subtree === 'number' ? label(taxa[subtree]) : `(${write(subtree[0])},${write(subtree[1])})`;
  return `${write(tree)};`;
}

function label(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "''")}'`;
}
