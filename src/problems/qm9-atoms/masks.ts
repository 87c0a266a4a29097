import type { ColouredGraph } from '../../graph/canonical-graph.ts';
import { attributeOf, CHARGE, degreeOf, isBare, isInRing, roomOf, WILDCARD, WRITTEN_HYDROGENS } from './atom-graph.ts';
import {
  ATTRIBUTE_CHOICES,
  ATTRIBUTES,
  type AtomActions,
  CHOICES,
  ELEMENTS,
  eachBond,
  pairNumber,
  STOP,
} from './layout.ts';

/** Marks the actions allowed at an unfinished state in `mask`, which holds zeros. */
export function allowActions(graph: ColouredGraph, max: number, actions: AtomActions, mask: Int32Array): void {
  const room = roomsOf(graph, max);
  const { nodes, colour, edge } = graph;
  if (nodes === 0) {
    mask.fill(1, actions.add, actions.add + ELEMENTS);
    return;
  }
  mask[STOP] = 1;
  for (let v = 0; v < nodes; v++) {
    if (room[v] > 0) mask.fill(1, actions.add + v * ELEMENTS, actions.add + (v + 1) * ELEMENTS);
    for (const [choice, { attribute }] of ATTRIBUTE_CHOICES.entries()) {
      if (attribute === WILDCARD || attributeOf(colour[v], attribute) !== 0) continue;
      if ((attribute === CHARGE || attribute === WRITTEN_HYDROGENS) && room[v] < 1) continue;
      mask[actions.set + v * CHOICES + choice] = 1;
    }
    for (let u = 0; u < v; u++) {
      if (edge[v * max + u] === 0 && room[u] > 0 && room[v] > 0) mask[actions.bond + pairNumber(u, v)] = 1;
    }
  }
  eachBond(graph, max, (u, v, order, bond) => {
    if (order !== 1) return;
    const free = Math.min(room[u], room[v]);
    if (free >= 1) mask[actions.order + 2 * bond] = 1;
    if (free >= 2) mask[actions.order + 2 * bond + 1] = 1;
  });
}

/** Marks the backward actions that undo an allowed action, at an unfinished state, in `mask`, which holds zeros. */
export function allowBackwardActions(graph: ColouredGraph, max: number, actions: AtomActions, mask: Int32Array): void {
  const room = roomsOf(graph, max);
  const { nodes, colour, edge } = graph;
  for (let v = 0; v < nodes; v++) {
    for (let i = 0; i < ATTRIBUTES; i++) {
      const value = attributeOf(colour[v], i);
      // Setting it again takes room for a bond, to which the room it takes now counts.
      const again = i === CHARGE ? room[v] >= 0 : i !== WRITTEN_HYDROGENS || room[v] + value >= 1;
      if (value !== 0 && again) mask[actions.unset + v * ATTRIBUTES + i] = 1;
    }
    if (!isBare(colour[v])) continue;
    if (nodes === 1) mask[actions.remove] = 1;
    if (degreeOf(graph, max, v) !== 1) continue;
    for (let u = 0; u < nodes; u++) if (edge[v * max + u] === 1 && room[u] >= 0) mask[actions.remove + v] = 1;
  }
  eachBond(graph, max, (u, v, order, bond) => {
    if (room[u] < 0 || room[v] < 0) return;
    if (order > 1) mask[actions.single + bond] = 1;
    else if (isInRing(graph, max, u, v)) mask[actions.unbond + bond] = 1;
  });
}

function roomsOf(graph: ColouredGraph, max: number): number[] {
  return Array.from({ length: graph.nodes }, (_, atom) => roomOf(graph, max, atom));
}
