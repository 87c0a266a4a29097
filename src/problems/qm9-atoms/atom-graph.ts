import type { ColouredGraph } from '../../graph/canonical-graph.ts';

/** The elements in the order of actions and features, and the maximum number of bonds of each. */
export const ATOM_ELEMENTS = ['C', 'N', 'F', 'O'] as const;
const MAX_BONDS = [4, 5, 1, 2];

/**
 * An attribute of an atom that an action can set: the number of values besides the initial one, and its bits in an
 * atom's kind. `wildcard` would choose the element of an atom without one. There are no such atoms, so it is never set;
 * the network's outputs include it as in the literature.
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

/** The bits of chirality in an atom's kind. */
export const CHIRALITY_BITS = 3 << ATOM_ATTRIBUTES[CHIRALITY].shift;

/** Marks the kind of the surplus atom, and makes that atom the last in canonical order. */
export const ONE_TOO_MANY = 1 << 12;

export function elementOf(kind: number): number {
  return kind & 3;
}

/** The number of an attribute's value; 0 is the initial one. */
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

/** The formal charge of an attribute's value. */
export function chargeOf(kind: number): number {
  return [0, 1, -1][attributeOf(kind, CHARGE)];
}

/**
 * The number of bonds that an atom can still take: its element's maximum minus charge, explicit hydrogens and existing
 * bonds.
 */
export function roomOf({ nodes, colour, edge }: ColouredGraph, size: number, atom: number): number {
  const kind = colour[atom];
  let room = MAX_BONDS[elementOf(kind)] - Math.abs(chargeOf(kind)) - attributeOf(kind, WRITTEN_HYDROGENS);
  for (let other = 0; other < nodes; other++) room -= edge[atom * size + other];
  return room;
}

/** The number of an atom's neighbours. */
export function degreeOf({ nodes, edge }: ColouredGraph, size: number, atom: number): number {
  let degree = 0;
  for (let other = 0; other < nodes; other++) if (edge[atom * size + other] !== 0) degree++;
  return degree;
}

/** Whether all atoms are connected. */
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

/** Whether all atoms stay connected without the bond between two of them, which is restored afterwards. */
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

/** Removes an atom; later ones move up. */
export function removeAtom(graph: ColouredGraph, size: number, atom: number): void {
  const { colour, edge } = graph;
  const moved = (at: number): number => (at < atom ? at : at + 1);
  graph.nodes--;
  for (let u = 0; u < graph.nodes; u++) {
    colour[u] = colour[moved(u)];
    for (let v = 0; v < graph.nodes; v++) edge[u * size + v] = edge[moved(u) * size + moved(v)];
  }
}
