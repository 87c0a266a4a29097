import { copyTree, type LooseTree, looseTree, type TreeRow } from '../graph/tree-row.ts';
import { addNode, loosen, NO_STEM, removeNode, takeStem } from './fragment-tree.ts';
import type { TreeRules } from './fragment-tree-rules.ts';

/** The tree of a state, its nodes and edges numbered as in the row. */
export function treeOf(row: TreeRow, state: Int32Array): LooseTree {
  const tree = looseTree(row.maxFragments);
  loosen(row, state, tree);
  return tree;
}

/** The tree after an action other than stopping; the given tree is not changed. A new node is the last. */
export function afterAction(rules: TreeRules, from: LooseTree, action: number): LooseTree {
  const { add, attach, kinds, choices, maxStems } = rules;
  const tree = copyTree(from);
  if (action < attach) {
    addNode(tree, Math.floor((action - add) / kinds), (action - add) % kinds);
  } else {
    const choice = (action - attach) % choices;
    const side = choice < maxStems ? 0 : 1;
    takeStem(tree, Math.floor((action - attach) / choices), side, choice - side * maxStems);
  }
  return tree;
}

/** The tree after a backward action other than undoing the stop; the given tree is not changed. */
export function beforeAction({ remove, detach }: TreeRules, from: LooseTree, backwardAction: number): LooseTree {
  const tree = copyTree(from);
  const detached = backwardAction - detach;
  if (detached < 0) removeNode(tree, backwardAction - remove);
  else takeStem(tree, detached >> 1, (detached & 1) as 0 | 1, NO_STEM);
  return tree;
}
