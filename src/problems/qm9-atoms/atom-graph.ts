import type { ColouredGraph } from '../../graph/canonical-graph.ts';

/** The elements, in the order in which actions and features number them, and how many bonds each has at most. */
export const ATOM_ELEMENTS = ['C', 'N', 'F', 'O'] as const;
const MAX_BONDS = [4, 5, 1, 2];

/**
 * An attribute of an atom that an action can set: how many values it has besides the one that atoms come with, and the
 * bits where an atom's kind keeps it. `wildcard` would choose the element of an atom that has none yet. There are no such
 * atoms, so it is never set; the network's outputs have room for it as the literature's do.
 */
export const ATOM_ATTRIBUTES = [
  { name: 'charge', values: 2, shift: 2 },
  { name: 'chirality', values: 2, shift: 4 },
  { name: 'written hydrogens', values: 3, shift: 6 },
  { name: 'wildcard', values: 4, shift: 31 },
  { name: 'no further hydrogens', values: 1, shift: 8 },
] as const;

export const CHARGE = 0;
export const CHIRALITY = 1;
export const WRITTEN_HYDROGENS = 2;
export const WILDCARD = 3;
export const NO_FURTHER_HYDROGENS = 4;

/** Where an atom's kind keeps its chirality. */
export const CHIRALITY_BITS = 3 << ATOM_ATTRIBUTES[CHIRALITY].shift;

/** In the kind of the atom that is one too many. It makes that atom the last in canonical order. */
export const ONE_TOO_MANY = 1 << 12;

export function elementOf(kind: number): number {
  return kind & 3;
}

/** The number of an attribute's value; 0 is the one that atoms come with. */
export function attributeOf(kind: number, attribute: number): number {
  const { values, shift } = ATOM_ATTRIBUTES[attribute];
  return attribute === WILDCARD ? 0 : (kind >> shift) & (values === 1 ? 1 : 3);
}

export function withAttribute(kind: number, attribute: number, value: number): number {
  const { shift } = ATOM_ATTRIBUTES[attribute];
  return (kind & ~(3 << shift)) | (value << shift);
}

/** Whether no attribute has been set. */
export function isBare(kind: number): boolean {
  return (kind & ~ONE_TOO_MANY) === elementOf(kind);
}

/** The formal charge that a value of the attribute stands for. */
export function chargeOf(kind: number): number {
  return [0, 1, -1][attributeOf(kind, CHARGE)];
}

/** The bonds that an atom can still take: what its element allows, less charge, written hydrogens and present bonds. */
export function roomOf({ nodes, colour, edge }: ColouredGraph, size: number, atom: number): number {
  const kind = colour[atom];
  let room = MAX_BONDS[elementOf(kind)] - Math.abs(chargeOf(kind)) - attributeOf(kind, WRITTEN_HYDROGENS);
  for (let other = 0; other < nodes; other++) room -= edge[atom * size + other];
  return room;
}

/** How many atoms an atom is bonded to. */
export function degreeOf({ nodes, edge }: ColouredGraph, size: number, atom: number): number {
  let degree = 0;
  for (let other = 0; other < nodes; other++) if (edge[atom * size + other] !== 0) degree++;
  return degree;
}

/** Whether all atoms hang together. */
export function isConnected({ nodes, edge }: ColouredGraph, size: number): boolean {
  let reached = 1;
  for (let grown = 0; grown !== reached; ) {
    grown = reached;
    for (let u = 0; u < nodes; u++) {
      if ((reached & (1 << u)) === 0) continue;
      for (let v = 0; v < nodes; v++) if (edge[u * size + v] !== 0) reached |= 1 << v;
    }
  }
  return nodes > 0 && reached === 2 ** nodes - 1;
}

/** Whether all atoms hang together without the bond between two of them, which is put back. */
export function isInRing(graph: ColouredGraph, size: number, u: number, v: number): boolean {
  const order = graph.edge[u * size + v];
  setBond(graph, size, u, v, 0);
  const connected = isConnected(graph, size);
  setBond(graph, size, u, v, order);
  return connected;
}

export function setBond({ edge }: ColouredGraph, size: number, u: number, v: number, order: number): void {
  edge[u * size + v] = order;
  edge[v * size + u] = order;
}

/** Adds an atom without bonds, and returns its number. */
export function addAtom(graph: ColouredGraph, size: number, kind: number): number {
  const atom = graph.nodes++;
  graph.colour[atom] = kind;
  for (let other = 0; other < graph.nodes; other++) setBond(graph, size, atom, other, 0);
  return atom;
}

/** Takes an atom away; those behind it move up. */
export function removeAtom(graph: ColouredGraph, size: number, atom: number): void {
  const { colour, edge } = graph;
  const moved = (at: number): number => (at < atom ? at : at + 1);
  graph.nodes--;
  for (let u = 0; u < graph.nodes; u++) {
    colour[u] = colour[moved(u)];
    for (let v = 0; v < graph.nodes; v++) edge[u * size + v] = edge[moved(u) * size + moved(v)];
  }
}
