import type { WriteTree } from '../graph/canonical-tree.ts';
import type { LooseTree } from '../graph/tree-row.ts';
import { STOP, type TreeRules, UNDO_STOP } from './fragment-tree-rules.ts';
import { afterAction, beforeAction, treeOf } from './fragment-tree-steps.ts';

/** The correspondence of actions and backward actions. */
export interface ActionPairs {
  backwardAction(state: Int32Array, action: number): number;
  forwardAction(state: Int32Array, backwardAction: number): number;
}

export function actionPairs(rules: TreeRules, write: WriteTree): ActionPairs {
  const { row, maxFragments, maxStems, kinds, choices, add, attach, remove, detach } = rules;
  /** The positions of a tree's nodes in its row. */
  const placesOf = (tree: LooseTree): Int32Array => {
    const place = new Int32Array(maxFragments);
    write(tree, new Int32Array(row.size), place, 0);
    return place;
  };
  /** An edge's number in the tree's row, and the side on which a node is there. */
  const edgeInRow = ({ edges }: LooseTree, place: Int32Array, edge: number, side: number) => {
    const own = place[edges[4 * edge + side]];
    const other = place[edges[4 * edge + 1 - side]];
    return { edge: Math.max(own, other) - 1, side: own < other ? 0 : 1 };
  };
  return {
    backwardAction(state, action) {
      if (action === STOP) return UNDO_STOP;
      const tree = afterAction(rules, treeOf(row, state), action);
      const place = placesOf(tree);
      if (action < attach) return remove + place[tree.nodes - 1];
      const side = (action - attach) % choices < maxStems ? 0 : 1;
      const found = edgeInRow(tree, place, Math.floor((action - attach) / choices), side);
      return detach + 2 * found.edge + found.side;
    },
    forwardAction(state, backwardAction) {
      if (backwardAction === UNDO_STOP) return STOP;
      const tree = beforeAction(rules, treeOf(row, state), backwardAction);
      const place = placesOf(tree);
      if (backwardAction >= detach) {
        const edge = (backwardAction - detach) >> 1;
        const side = (backwardAction - detach) & 1;
        const stem = state[row.edges + 3 * edge + 1 + side];
        const found = edgeInRow(tree, place, edge, side);
        return attach + found.edge * choices + found.side * maxStems + stem;
      }
      const node = backwardAction - remove;
      const neighbour = neighbourOf(rules, state, node);
      const at = tree.nodes === 0 ? 0 : place[neighbour > node ? neighbour - 1 : neighbour];
      return add + at * kinds + state[row.fragments + node];
    },
  };
}

/** The neighbour of a node with one edge; 0 for a node without edges. */
function neighbourOf({ row }: TreeRules, state: Int32Array, node: number): number {
  let neighbour = 0;
  for (let e = 0; e < state[0] - 1; e++) {
    const first = state[row.edges + 3 * e];
    if (e + 1 === node) neighbour = first;
    else if (first === node) neighbour = e + 1;
  }
  return neighbour;
}
