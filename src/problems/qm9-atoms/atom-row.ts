import { type ColouredGraph, canonicalNumbering, colouredGraph } from '../../graph/canonical-graph.ts';
import { addAtom, CHIRALITY_BITS, setBond } from './atom-graph.ts';

/**
 * The layout of a molecule as a state: the level of the condition, 0 if there is none; its status (`UNDER_WAY`,
 * `STOPPED` or `TOO_LARGE`); the number of atoms; then for each atom in canonical order its kind (see
 * `ATOM_ATTRIBUTES`), -1 after the last; and for each its bonds to the atoms before it, two bits for each: 0 for none,
 * or the order.
 */
export interface AtomRow {
  readonly size: number;
  readonly level: 0;
  readonly standing: 1;
  readonly atoms: 2;
  readonly kinds: 3;
  readonly bonds: number;
}

export const UNDER_WAY = 0;
export const STOPPED = 1;
/** The last atom is a surplus one. */
export const TOO_LARGE = 2;

/** @param max the maximum number of atoms, including a surplus one */
export function atomRow(max: number): AtomRow {
  return { size: 3 + 2 * max, level: 0, standing: 1, atoms: 2, kinds: 3, bonds: 3 + max };
}

/** Writes the initial state to a row, except for its level. */
export function writeNoAtoms(row: AtomRow, state: Int32Array): void {
  state.fill(-1, row.standing);
  state[row.standing] = UNDER_WAY;
  state[row.atoms] = 0;
}

/** The atoms and bonds of a state as a graph. @param max the maximum number of atoms, including a surplus one */
export function graphOfRow(row: AtomRow, state: Int32Array, max: number): ColouredGraph {
  const graph = colouredGraph(max);
  for (let v = 0; v < state[row.atoms]; v++) {
    addAtom(graph, max, state[row.kinds + v]);
    const bonds = state[row.bonds + v];
    for (let u = 0; u < v; u++) setBond(graph, max, u, v, (bonds >> (2 * u)) & 3);
  }
  return graph;
}

/**
 * Writes a graph to a row in canonical order, except for level and status, and returns the number of each of its atoms
 * in the row.
 */
export type AtomWriter = (graph: ColouredGraph, state: Int32Array) => Int32Array;

/**
 * Makes a writer, with the work space for canonical orders. Chirality is compared last: its meaning depends on the
 * order of the neighbours, which therefore must not depend on it.
 */
export function atomWriter(row: AtomRow, max: number): AtomWriter {
  const number = canonicalNumbering(max, CHIRALITY_BITS);
  const ordered = colouredGraph(max);
  return (graph, state) => {
    const { nodes } = graph;
    const place = new Int32Array(nodes);
    number(graph, place);
    for (let v = 0; v < nodes; v++) {
      ordered.colour[place[v]] = graph.colour[v];
      for (let u = 0; u < nodes; u++) ordered.edge[place[v] * max + place[u]] = graph.edge[v * max + u];
    }
    state[row.atoms] = nodes;
    for (let v = 0; v < max; v++) {
      let bonds = v < nodes ? 0 : -1;
      for (let u = 0; u < v && v < nodes; u++) bonds |= ordered.edge[v * max + u] << (2 * u);
      state[row.kinds + v] = v < nodes ? ordered.colour[v] : -1;
      state[row.bonds + v] = bonds;
    }
    return place;
  };
}

/** The order of the bond between two atoms of a state, 0 for none. */
export function bondInRow(row: AtomRow, state: Int32Array, a: number, b: number): number {
  return (state[row.bonds + Math.max(a, b)] >> (2 * Math.min(a, b))) & 3;
}

/** The number of a bond in a state: bonds are in the order of their later atom, then of their earlier one. */
export function bondNumber(row: AtomRow, state: Int32Array, a: number, b: number): number {
  let before = 0;
  for (let v = 1; v <= Math.max(a, b); v++) {
    const end = v < Math.max(a, b) ? v : Math.min(a, b);
    for (let u = 0; u < end; u++) if (bondInRow(row, state, u, v) !== 0) before++;
  }
  return before;
}
