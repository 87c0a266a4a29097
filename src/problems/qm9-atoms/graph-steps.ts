import { type ColouredGraph, copyGraph } from '../../graph/canonical-graph.ts';
import { addAtom, ONE_TOO_MANY, removeAtom, setBond, withAttribute } from './atom-graph.ts';
import { ATTRIBUTE_CHOICES, ATTRIBUTES, CHOICES, ELEMENTS, eachBond, pairOf } from './layout.ts';
import type { AtomRules } from './rules.ts';

/** The graph after a step, and the numbers there of the two atoms that changed, which may be the same. */
export interface GraphStep {
  readonly graph: ColouredGraph;
  readonly changed: readonly [number, number];
}

/** The graph after an action other than stopping; the given graph is not changed. */
export function afterAction({ maxAtoms, room, actions }: AtomRules, from: ColouredGraph, action: number): GraphStep {
  const graph = copyGraph(from);
  if (action < actions.set) {
    const to = Math.floor((action - actions.add) / ELEMENTS);
    const added = addAtom(graph, room, (action - actions.add) % ELEMENTS);
    if (added > 0) setBond(graph, room, to, added, 1);
    if (added === maxAtoms) graph.colour[added] |= ONE_TOO_MANY;
    return { graph, changed: [added, added] };
  }
  if (action < actions.bond) {
    const atom = Math.floor((action - actions.set) / CHOICES);
    const { attribute, value } = ATTRIBUTE_CHOICES[(action - actions.set) % CHOICES];
    graph.colour[atom] = withAttribute(graph.colour[atom], attribute, value);
    return { graph, changed: [atom, atom] };
  }
  if (action < actions.order) {
    const pair = pairOf(action - actions.bond);
    setBond(graph, room, ...pair, 1);
    return { graph, changed: pair };
  }
  const pair = findBond(graph, room, Math.floor((action - actions.order) / 2));
  setBond(graph, room, ...pair, 2 + ((action - actions.order) % 2));
  return { graph, changed: pair };
}

/**
 * The graph after a backward action other than undoing the stop; the given graph is not changed. Atoms keep their
 * numbers, except for those after a removed one. In that case `changed` is the atom that it was bonded to.
 */
export function beforeAction({ room, actions }: AtomRules, from: ColouredGraph, backwardAction: number): GraphStep {
  const graph = copyGraph(from);
  if (backwardAction < actions.unset) {
    const atom = backwardAction - actions.remove;
    let to = 0;
    for (let v = 0; v < graph.nodes; v++) if (graph.edge[atom * room + v] !== 0) to = v;
    removeAtom(graph, room, atom);
    const left = to > atom ? to - 1 : to;
    return { graph, changed: [left, left] };
  }
  if (backwardAction < actions.unbond) {
    const atom = Math.floor((backwardAction - actions.unset) / ATTRIBUTES);
    graph.colour[atom] = withAttribute(graph.colour[atom], (backwardAction - actions.unset) % ATTRIBUTES, 0);
    return { graph, changed: [atom, atom] };
  }
  const single = backwardAction >= actions.single;
  const pair = findBond(graph, room, backwardAction - (single ? actions.single : actions.unbond));
  setBond(graph, room, ...pair, single ? 1 : 0);
  return { graph, changed: pair };
}

function findBond(graph: ColouredGraph, room: number, number: number): [number, number] {
  let found: [number, number] = [0, 0];
  eachBond(graph, room, (u, v, _order, bond) => {
    if (bond === number) found = [u, v];
  });
  return found;
}
