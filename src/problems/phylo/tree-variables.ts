import type { TypedObjects } from '../expression/typed-reward.ts';

/**
 * What expressions see of a tree: the mutations that explain the sequences on it, the joins from its root to its deepest
 * taxon, pairs of taxa joined directly, and its imbalance (Colless): how many more taxa one side of a join has than the
 * other, over all joins.
 */
export const treeVariables = ['mutations', 'height', 'cherries', 'imbalance'] as const;

/** The variables alone, to check an expression before there are sequences. */
export const unknownTrees: TypedObjects = {
  ...{ count: 0, many: 'trees', variables: treeVariables },
  objectAt: () => undefined,
};
