import type { ColouredGraph } from '../../graph/canonical-graph.ts';
import { attributeOf, elementOf } from './atom-graph.ts';
import { type AtomWriter, bondInRow, bondNumber, graphOfRow } from './atom-row.ts';
import { afterAction, beforeAction } from './graph-steps.ts';
import { ATTRIBUTE_CHOICES, ATTRIBUTES, CHOICES, ELEMENTS, pairNumber, STOP, UNDO_STOP } from './layout.ts';
import type { AtomRules } from './rules.ts';

/** The correspondence of actions and backward actions. */
export interface ActionPairs {
  backwardAction(state: Int32Array, action: number): number;
  forwardAction(state: Int32Array, backwardAction: number): number;
}

export function actionPairs(rules: AtomRules, write: AtomWriter): ActionPairs {
  const { row, room, actions } = rules;
  /** The row of a graph's bonds, and the numbers of its atoms there. */
  const placed = (graph: ColouredGraph) => {
    const reached = new Int32Array(row.size);
    return { reached, place: write(graph, reached) };
  };
  return {
    backwardAction(state, action) {
      if (action === STOP) return UNDO_STOP;
      const { graph, changed } = afterAction(rules, graphOfRow(row, state, room), action);
      const { reached, place } = placed(graph);
      const [u, v] = changed.map((atom) => place[atom]);
      if (action < actions.set) return actions.remove + u;
      if (action < actions.bond) {
        return actions.unset + u * ATTRIBUTES + ATTRIBUTE_CHOICES[(action - actions.set) % CHOICES].attribute;
      }
      const start = action < actions.order ? actions.unbond : actions.single;
      return start + bondNumber(row, reached, u, v);
    },
    forwardAction(state, backwardAction) {
      if (backwardAction === UNDO_STOP) return STOP;
      const { graph, changed } = beforeAction(rules, graphOfRow(row, state, room), backwardAction);
      const { reached, place } = placed(graph);
      const [u, v] = changed.map((atom) => place[atom]);
      if (backwardAction < actions.unset) {
        const element = elementOf(state[row.kinds + backwardAction - actions.remove]);
        return actions.add + (graph.nodes === 0 ? 0 : u) * ELEMENTS + element;
      }
      if (backwardAction < actions.unbond) {
        const attribute = (backwardAction - actions.unset) % ATTRIBUTES;
        const value = attributeOf(state[row.kinds + changed[0]], attribute);
        const choice = ATTRIBUTE_CHOICES.findIndex((each) => each.attribute === attribute && each.value === value);
        return actions.set + u * CHOICES + choice;
      }
      if (backwardAction < actions.single) return actions.bond + pairNumber(u, v);
      return actions.order + 2 * bondNumber(row, reached, u, v) + bondInRow(row, state, ...changed) - 2;
    },
  };
}
