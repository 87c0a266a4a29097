import { type GraphLayout, graphRow, maxElements } from '../../environment/graph-layout.ts';
import type { ColouredGraph } from '../../graph/canonical-graph.ts';
import { ATOM_ATTRIBUTES, ATOM_ELEMENTS, attributeOf, elementOf } from './atom-graph.ts';

/** The inverse temperatures of trajectories: uniform from 0.5 to 32, in steps of 0.031. */
export const QM9_TEMPERATURES = { name: 'inverse temperature', index: 0, levels: 1024, low: 0.5, high: 32 } as const;

export const ELEMENTS = ATOM_ELEMENTS.length;
export const ATTRIBUTES = ATOM_ATTRIBUTES.length;
/** The attribute and the value of each choice of setting an attribute. */
export const ATTRIBUTE_CHOICES = ATOM_ATTRIBUTES.flatMap(({ values }, attribute) =>
  Array.from({ length: values }, (_, i) => ({ attribute, value: i + 1 })),
);
export const CHOICES = ATTRIBUTE_CHOICES.length;
/** The first feature of each attribute: one for each value, then one for each element and for no atom. */
const FEATURE_STARTS = ATOM_ATTRIBUTES.map((_, attribute) =>
  ATOM_ATTRIBUTES.slice(0, attribute).reduce((sum, { values }) => sum + values + 1, 0),
);
const ELEMENT_START = CHOICES + ATTRIBUTES;
const NO_ATOM = ELEMENT_START + ELEMENTS + 1;

/** The first action of each kind: stopping, and undoing it, have the number 0. */
export interface AtomActions {
  readonly add: number;
  readonly set: number;
  readonly bond: number;
  readonly order: number;
  readonly remove: number;
  readonly unset: number;
  readonly unbond: number;
  readonly single: number;
}

export const STOP = 0;
export const UNDO_STOP = 0;

export function atomActions(layout: GraphLayout): AtomActions {
  const starts = (groups: GraphLayout['actions']): number[] => {
    let start = 0;
    return groups.map(({ of, width }) => {
      const from = start;
      start += maxElements(layout, of) * width;
      return from;
    });
  };
  const [, add, set, bond, order] = starts(layout.actions);
  const [, remove, unset, unbond, single] = starts(layout.backwardActions);
  return { add, set, bond, order, remove, unset, unbond, single };
}

/** The number of a pair of atoms, as in `GraphActions`. */
export function pairNumber(a: number, b: number): number {
  const v = Math.max(a, b);
  return (v * (v - 1)) / 2 + Math.min(a, b);
}

export function pairOf(pair: number): [number, number] {
  let v = 1;
  while (pairNumber(0, v + 1) <= pair) v++;
  return [pair - pairNumber(0, v), v];
}

export function qm9Layout(maxAtoms: number, temperatures: boolean): GraphLayout {
  const max = maxAtoms + 1;
  const { levels, low, high } = QM9_TEMPERATURES;
  return {
    maxNodes: max,
    nodeTokens: ATTRIBUTES + 1,
    nodeWidth: NO_ATOM + 1,
    // Nitrogen has at most five bonds, and the surplus atom has one.
    maxEdges: Math.min((max * (max - 1)) / 2, Math.floor((5 * maxAtoms + 1) / 2)),
    edgeTokens: 1,
    edgeWidth: 3,
    ...(temperatures && {
      thermometer: { bins: 32, low: 0, high: 32, from: low, step: (high - low) / (levels - 1) },
    }),
    edgeHeads: 'summed',
    actions: [
      { name: 'stop', of: 'graph', width: 1 },
      { name: 'add atom', of: 'node', width: ELEMENTS },
      { name: 'set atom attribute', of: 'node', width: CHOICES },
      { name: 'add bond', of: 'pair', width: 1 },
      { name: 'set bond order', of: 'edge', width: 2 },
    ],
    backwardActions: [
      { name: 'undo stop', of: 'graph', width: 1 },
      { name: 'remove atom', of: 'node', width: 1 },
      { name: 'remove atom attribute', of: 'node', width: ATTRIBUTES },
      { name: 'remove bond', of: 'edge', width: 1 },
      { name: 'make bond single', of: 'edge', width: 1 },
    ],
  };
}

/** The bonds of a graph in the order of rows: by the later atom, then by the earlier one. */
export function eachBond(
  { nodes, edge }: ColouredGraph,
  max: number,
  use: (u: number, v: number, order: number, bond: number) => void,
): void {
  let bond = 0;
  for (let v = 1; v < nodes; v++) {
    for (let u = 0; u < v; u++) if (edge[v * max + u] !== 0) use(u, v, edge[v * max + u], bond++);
  }
}

/** Writes the observation of a graph. */
export function encodeAtoms(graph: ColouredGraph, layout: GraphLayout, level: number, into: Int32Array): void {
  const { nodes, edges, edgeSize } = graphRow(layout);
  into.fill(-1);
  into[0] = Math.max(1, graph.nodes);
  into[1] = 0;
  into[2] = level;
  if (graph.nodes === 0) into[nodes] = NO_ATOM;
  for (let v = 0; v < graph.nodes; v++) {
    const at = nodes + v * layout.nodeTokens;
    for (let i = 0; i < ATTRIBUTES; i++) into[at + i] = FEATURE_STARTS[i] + attributeOf(graph.colour[v], i);
    into[at + ATTRIBUTES] = ELEMENT_START + elementOf(graph.colour[v]);
  }
  eachBond(graph, layout.maxNodes, (u, v, order, bond) => {
    const at = edges + bond * edgeSize;
    into[at] = u;
    into[at + 1] = v;
    into[at + 2] = order - 1;
    into[at + 3] = order - 1;
    into[1] = bond + 1;
  });
}
