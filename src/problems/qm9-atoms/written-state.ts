import { colouredGraph } from '../../graph/canonical-graph.ts';
import {
  addAtom,
  attributeOf,
  degreeOf,
  isBare,
  isConnected,
  ONE_TOO_MANY,
  roomOf,
  setBond,
  WRITTEN_HYDROGENS,
} from './atom-graph.ts';
import type { WrittenGraph } from './atom-graph-text.ts';
import { type AtomWriter, graphOfRow, STOPPED, TOO_LARGE, writeNoAtoms } from './atom-row.ts';
import { eachBond } from './layout.ts';
import type { AtomRules } from './rules.ts';

/** The atoms and bonds of a state for writing. */
export function writtenOf({ row, room }: AtomRules, state: Int32Array): WrittenGraph {
  const graph = graphOfRow(row, state, room);
  const bonds: [number, number, number][] = [];
  eachBond(graph, room, (u, v, order) => bonds.push([u, v, order]));
  return { kinds: graph.colour.slice(0, graph.nodes), bonds };
}

/**
 * Writes a state, except for its level, and returns the number of each written atom in its row.
 * @throws Error whose message is the end of a sentence, if there is no such state
 */
export function takeWritten(
  { maxAtoms, room, row }: AtomRules,
  write: AtomWriter,
  { kinds, bonds }: WrittenGraph,
  standing: number,
  state: Int32Array,
): Int32Array {
  const graph = colouredGraph(room);
  const allowed = standing === TOO_LARGE ? room : maxAtoms;
  if (kinds.length > allowed) throw new Error(`it has ${kinds.length} atoms, of ${maxAtoms} at most`);
  if (standing === TOO_LARGE && kinds.length < room) throw new Error(`it has no more than ${maxAtoms} atoms`);
  if (standing === STOPPED && kinds.length === 0) throw new Error('it has no atom to stop at');
  for (const kind of kinds) addAtom(graph, room, kind);
  for (const [u, v, order] of bonds) {
    if (u === v || u >= graph.nodes || v >= graph.nodes) throw new Error(`there are no atoms ${u} and ${v} to bond`);
    if (graph.edge[u * room + v] !== 0) throw new Error(`atoms ${u} and ${v} are bonded twice`);
    setBond(graph, room, u, v, order);
  }
  if (graph.nodes > 0 && !isConnected(graph, room)) throw new Error('its atoms do not hang together');
  for (let v = 0; v < graph.nodes; v++) {
    // Explicit hydrogens may be set last, when there is room for one bond, and then exceed the room.
    const hydrogens = attributeOf(graph.colour[v], WRITTEN_HYDROGENS);
    const short = roomOf(graph, room, v) + hydrogens < Math.min(1, hydrogens);
    if (short) throw new Error(`atom ${v} has no room for its bonds, charge and hydrogens`);
  }
  if (standing === TOO_LARGE) {
    const last = maxAtoms;
    const bare = isBare(graph.colour[last]) && degreeOf(graph, room, last) === 1;
    const joined = graph.edge.slice(last * room, (last + 1) * room).indexOf(1);
    if (!bare || joined < 0 || roomOf(graph, room, joined) < 0) {
      throw new Error('its last atom is not one that has just been added');
    }
    graph.colour[last] |= ONE_TOO_MANY;
  }
  writeNoAtoms(row, state);
  const place = graph.nodes > 0 ? write(graph, state) : new Int32Array(0);
  state[row.standing] = standing;
  return place;
}
