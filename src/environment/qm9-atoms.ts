import type { Molecule } from '../chemistry/molecule.ts';
import {
  ATOM_ATTRIBUTES,
  ATOM_ELEMENTS,
  addAtom,
  attributeOf,
  CHARGE,
  CHIRALITY_BITS,
  degreeOf,
  elementOf,
  isBare,
  isConnected,
  isInRing,
  ONE_TOO_MANY,
  removeAtom,
  roomOf,
  setBond,
  WILDCARD,
  WRITTEN_HYDROGENS,
  withAttribute,
} from './atom-graph.ts';
import { readGraphText, type WrittenGraph, writeGraphText } from './atom-graph-text.ts';
import { moleculeOfAtoms, turnedKinds, writtenAtoms } from './atom-molecule.ts';
import {
  atomRow,
  atomWriter,
  bondInRow,
  bondNumber,
  readAtoms,
  STOPPED,
  TOO_LARGE,
  UNDER_WAY,
  writeNoAtoms,
} from './atom-row.ts';
import { colouredGraph } from './canonical-graph.ts';
import type { Condition, Environment } from './environment.ts';
import { type GraphLayout, graphActionCount, graphRow } from './graph-layout.ts';

export interface Qm9AtomsOptions {
  /** The most atoms of a molecule, hydrogens not counted; 9 unless said, as in QM9. */
  readonly mostAtoms?: number;
  /**
   * Whether each trajectory is given an inverse temperature of its own, which the policy sees, as in the paper. Yes unless
   * said; without it a reward has one inverse temperature for all.
   */
  readonly temperatures?: boolean;
}

/** Molecules of atoms. */
export interface Qm9Atoms extends Environment {
  /** The molecule that a terminal state stands for. @throws Error on another state */
  moleculeOf(state: Int32Array): Molecule;
  /** Whether a terminal state is a molecule with an atom too many, which has no proper reward. */
  isTooLarge(state: Int32Array): boolean;
  /**
   * Writes a molecule as the terminal state that stops at it, of the highest level.
   * @throws Error on a molecule that cannot be built here, saying why
   */
  writeObject(molecule: Molecule, state: Int32Array): void;
}

/** More atoms than these take longer to put in canonical order than networks take to look at them. */
export const QM9_ATOMS_LIMIT = 15;

/** The inverse temperatures that trajectories are given: uniform from 0.5 to 32, in steps of 0.031. */
export const QM9_TEMPERATURES = { name: 'inverse temperature', place: 0, levels: 1024, low: 0.5, high: 32 } as const;

const STOP = 0;
const UNDO_STOP = 0;
const ELEMENTS = ATOM_ELEMENTS.length;
const ATTRIBUTES = ATOM_ATTRIBUTES.length;
/** The attribute and its value that each of the choices of setting an attribute stands for. */
const ATTRIBUTE_CHOICES = ATOM_ATTRIBUTES.flatMap(({ values }, attribute) =>
  Array.from({ length: values }, (_, i) => ({ attribute, value: i + 1 })),
);
const CHOICES = ATTRIBUTE_CHOICES.length;
/** Where the features of each attribute start: one for each value, and then one for each element and for no atom at all. */
const FEATURE_STARTS = ATOM_ATTRIBUTES.map((_, attribute) =>
  ATOM_ATTRIBUTES.slice(0, attribute).reduce((sum, { values }) => sum + values + 1, 0),
);
const ELEMENT_START = CHOICES + ATTRIBUTES;
const NO_ATOM = ELEMENT_START + ELEMENTS + 1;

/**
 * Small molecules built atom by atom (QM9 in the Ent-PPO paper, arXiv 2606.15793; the environment is
 * recursionpharma/gflownet's): C, N, F and O with charges, chirality, written hydrogens and single, double and triple
 * bonds. A step adds an atom to one that has room for a bond, bonds two atoms, makes a bond double or triple, sets an
 * attribute of an atom, or stops. An atom more than `mostAtoms` ends the trajectory as well, with a state that is no
 * proper object (`isTooLarge`). What has room for the steps taken need not be a valid molecule either: rewards find out.
 *
 * Molecules that are the same but for the order of their atoms are one state: rows are canonical, and actions name atoms
 * and bonds by their numbers in the row. Where atoms can be exchanged, several actions lead to the same child, and each
 * counts. Backward actions are exactly those that undo an action that is allowed: taking away an atom with one bond at
 * most, nothing of both being set, an attribute, a bond of a ring, what a bond is more than single, or the stop. (The
 * paper's code also takes back attributes whose setting its own masks would not allow again.) Chirality is by the order of
 * the neighbours in the row.
 *
 * State row: see `AtomRow`. Actions, in the order of the paper's outputs: stop; add an atom (C, N, F, O) to each atom, or
 * to atom 0 where there is none yet; set an attribute of each atom (charge +1, -1; chirality clockwise, counterclockwise;
 * 1, 2, 3 written hydrogens; four that are never allowed; no further hydrogens); bond each pair of atoms; make each bond
 * double or triple. In text a molecule is as `writeGraphText` has it.
 *
 * @throws Error on a number of atoms out of 1 .. 15
 */
export function qm9Atoms({ mostAtoms = 9, temperatures = true }: Qm9AtomsOptions = {}): Qm9Atoms {
  if (!(Number.isInteger(mostAtoms) && mostAtoms >= 1 && mostAtoms <= QM9_ATOMS_LIMIT)) {
    throw new Error(`A molecule of qm9-atoms has at most 1 to ${QM9_ATOMS_LIMIT} atoms, not ${mostAtoms}.`);
  }
  const most = mostAtoms + 1;
  const layout = layoutOf(mostAtoms, temperatures);
  const pairs = (most * (most - 1)) / 2;
  const { nodes: nodeStart, edges: edgeStart, edgeSize, size: rowSize } = graphRow(layout);
  const addStart = 1;
  const setStart = addStart + most * ELEMENTS;
  const bondStart = setStart + most * CHOICES;
  const orderStart = bondStart + pairs;
  const removeStart = 1;
  const unsetStart = removeStart + most;
  const unbondStart = unsetStart + most * ATTRIBUTES;
  const singleStart = unbondStart + layout.mostEdges;
  const actionCount = graphActionCount(layout, layout.actions);
  const backwardActionCount = graphActionCount(layout, layout.backwardActions);
  const maxSteps = 1 + 5 * mostAtoms + Math.max(0, Math.floor((3 * mostAtoms) / 2) - (mostAtoms - 1));

  const row = atomRow(most);
  const writeAtoms = atomWriter(row, most);
  // Work space, so that a step allocates nothing.
  const graph = colouredGraph(most);
  const place = new Int32Array(most);
  const elsewhere = new Int32Array(row.size);
  const room = new Int32Array(most);

  const read = (state: Int32Array): void => readAtoms(row, state, graph, most);
  const measure = (): void => {
    for (let v = 0; v < graph.nodes; v++) room[v] = roomOf(graph, most, v);
  };
  /** The bonds of the graph in the order of the row it was read from. */
  function eachBond(use: (u: number, v: number, order: number, bond: number) => void): void {
    let bond = 0;
    for (let v = 1; v < graph.nodes; v++) {
      for (let u = 0; u < v; u++) if (graph.edge[v * most + u] !== 0) use(u, v, graph.edge[v * most + u], bond++);
    }
  }
  function findBond(number: number): [number, number] {
    let found: [number, number] = [0, 0];
    eachBond((u, v, _order, bond) => {
      if (bond === number) found = [u, v];
    });
    return found;
  }

  /** The graph that an action other than stopping leads to; the atoms that it changed, by their numbers there. */
  function grow(state: Int32Array, action: number): [number, number] {
    read(state);
    if (action < setStart) {
      const to = Math.floor((action - addStart) / ELEMENTS);
      const added = addAtom(graph, most, (action - addStart) % ELEMENTS);
      if (added > 0) setBond(graph, most, to, added, 1);
      if (added === mostAtoms) graph.colour[added] |= ONE_TOO_MANY;
      return [added, added];
    }
    if (action < bondStart) {
      const atom = Math.floor((action - setStart) / CHOICES);
      const { attribute, value } = ATTRIBUTE_CHOICES[(action - setStart) % CHOICES];
      graph.colour[atom] = withAttribute(graph.colour[atom], attribute, value);
      return [atom, atom];
    }
    if (action < orderStart) {
      const pair = pairOf(action - bondStart);
      setBond(graph, most, ...pair, 1);
      return pair;
    }
    const pair = findBond(Math.floor((action - orderStart) / 2));
    setBond(graph, most, ...pair, 2 + ((action - orderStart) % 2));
    return pair;
  }

  /** The graph that a backward action other than undoing the stop leads to. Atoms keep their numbers but behind one removed. */
  function shrink(state: Int32Array, backwardAction: number): [number, number] {
    read(state);
    if (backwardAction < unsetStart) {
      const atom = backwardAction - removeStart;
      let to = 0;
      for (let v = 0; v < graph.nodes; v++) if (graph.edge[atom * most + v] !== 0) to = v;
      removeAtom(graph, most, atom);
      const left = to > atom ? to - 1 : to;
      return [left, left];
    }
    if (backwardAction < unbondStart) {
      const atom = Math.floor((backwardAction - unsetStart) / ATTRIBUTES);
      graph.colour[atom] = withAttribute(graph.colour[atom], (backwardAction - unsetStart) % ATTRIBUTES, 0);
      return [atom, atom];
    }
    const single = backwardAction >= singleStart;
    const pair = findBond(backwardAction - (single ? singleStart : unbondStart));
    setBond(graph, most, ...pair, single ? 1 : 0);
    return pair;
  }

  const environment: Qm9Atoms = {
    name: 'qm9-atoms',
    options: { mostAtoms, temperatures: temperatures ? 'drawn' : 'fixed' },
    stateSize: row.size,
    actionCount,
    backwardActionCount,
    maxSteps,
    horizon: maxSteps,
    upToSymmetry: true,
    ...(temperatures && { condition: QM9_TEMPERATURES satisfies Condition }),
    observation: {
      kind: 'graph',
      layout,
      width: Math.max(layout.nodeWidth, layout.mostEdges + 1, temperatures ? QM9_TEMPERATURES.levels : 0),
      positions: rowSize,
      encode(state, into) {
        read(state);
        into.fill(-1);
        into[0] = Math.max(1, graph.nodes);
        into[1] = 0;
        into[2] = state[row.level];
        if (graph.nodes === 0) into[nodeStart] = NO_ATOM;
        for (let v = 0; v < graph.nodes; v++) {
          const at = nodeStart + v * layout.nodeTokens;
          for (let i = 0; i < ATTRIBUTES; i++) into[at + i] = FEATURE_STARTS[i] + attributeOf(graph.colour[v], i);
          into[at + ATTRIBUTES] = ELEMENT_START + elementOf(graph.colour[v]);
        }
        eachBond((u, v, order, bond) => {
          const at = edgeStart + bond * edgeSize;
          into[at] = u;
          into[at + 1] = v;
          into[at + 2] = order - 1;
          into[at + 3] = order - 1;
          into[1] = bond + 1;
        });
      },
    },

    initial(state) {
      writeNoAtoms(row, state);
      state[row.level] = temperatures ? QM9_TEMPERATURES.levels - 1 : 0;
    },
    isTerminal: (state) => state[row.standing] !== UNDER_WAY,
    forwardMask(state, mask) {
      mask.fill(0);
      if (state[row.standing] !== UNDER_WAY) return;
      read(state);
      measure();
      const { nodes, colour, edge } = graph;
      if (nodes === 0) {
        mask.fill(1, addStart, addStart + ELEMENTS);
        return;
      }
      mask[STOP] = 1;
      for (let v = 0; v < nodes; v++) {
        if (room[v] > 0) mask.fill(1, addStart + v * ELEMENTS, addStart + (v + 1) * ELEMENTS);
        for (const [choice, { attribute }] of ATTRIBUTE_CHOICES.entries()) {
          if (attribute === WILDCARD || attributeOf(colour[v], attribute) !== 0) continue;
          if ((attribute === CHARGE || attribute === WRITTEN_HYDROGENS) && room[v] < 1) continue;
          mask[setStart + v * CHOICES + choice] = 1;
        }
        for (let u = 0; u < v; u++) {
          if (edge[v * most + u] === 0 && room[u] > 0 && room[v] > 0) mask[bondStart + pairNumber(u, v)] = 1;
        }
      }
      eachBond((u, v, order, bond) => {
        if (order !== 1) return;
        const free = Math.min(room[u], room[v]);
        if (free >= 1) mask[orderStart + 2 * bond] = 1;
        if (free >= 2) mask[orderStart + 2 * bond + 1] = 1;
      });
    },
    step(state, action) {
      if (action === STOP) {
        state[row.standing] = STOPPED;
        return;
      }
      grow(state, action);
      writeAtoms(graph, state, place);
      if (graph.nodes === most) state[row.standing] = TOO_LARGE;
    },
    backwardMask(state, mask) {
      mask.fill(0);
      if (state[row.standing] === STOPPED) {
        mask[UNDO_STOP] = 1;
        return;
      }
      if (state[row.standing] === TOO_LARGE) {
        mask[removeStart + mostAtoms] = 1;
        return;
      }
      read(state);
      measure();
      const { nodes, colour, edge } = graph;
      for (let v = 0; v < nodes; v++) {
        for (let i = 0; i < ATTRIBUTES; i++) {
          const value = attributeOf(colour[v], i);
          // Setting it again takes room for a bond, which what it took itself counts as.
          const again = i === CHARGE ? room[v] >= 0 : i !== WRITTEN_HYDROGENS || room[v] + value >= 1;
          if (value !== 0 && again) mask[unsetStart + v * ATTRIBUTES + i] = 1;
        }
        if (!isBare(colour[v])) continue;
        if (nodes === 1) mask[removeStart] = 1;
        if (degreeOf(graph, most, v) !== 1) continue;
        for (let u = 0; u < nodes; u++) if (edge[v * most + u] === 1 && room[u] >= 0) mask[removeStart + v] = 1;
      }
      eachBond((u, v, order, bond) => {
        if (room[u] < 0 || room[v] < 0) return;
        if (order > 1) mask[singleStart + bond] = 1;
        else if (isInRing(graph, most, u, v)) mask[unbondStart + bond] = 1;
      });
    },
    backwardStep(state, backwardAction) {
      if (backwardAction !== UNDO_STOP) {
        shrink(state, backwardAction);
        writeAtoms(graph, state, place);
      }
      state[row.standing] = UNDER_WAY;
    },
    backwardAction(state, action) {
      if (action === STOP) return UNDO_STOP;
      const [u, v] = grow(state, action);
      writeAtoms(graph, elsewhere, place);
      if (action < setStart) return removeStart + place[u];
      if (action < bondStart) {
        return unsetStart + place[u] * ATTRIBUTES + ATTRIBUTE_CHOICES[(action - setStart) % CHOICES].attribute;
      }
      const start = action < orderStart ? unbondStart : singleStart;
      return start + bondNumber(row, elsewhere, place[u], place[v]);
    },
    forwardAction(state, backwardAction) {
      if (backwardAction === UNDO_STOP) return STOP;
      const [u, v] = shrink(state, backwardAction);
      writeAtoms(graph, elsewhere, place);
      if (backwardAction < unsetStart) {
        const element = elementOf(state[row.kinds + backwardAction - removeStart]);
        return addStart + (graph.nodes === 0 ? 0 : place[u]) * ELEMENTS + element;
      }
      if (backwardAction < unbondStart) {
        const attribute = (backwardAction - unsetStart) % ATTRIBUTES;
        const value = attributeOf(state[row.kinds + u], attribute);
        const choice = ATTRIBUTE_CHOICES.findIndex((each) => each.attribute === attribute && each.value === value);
        return setStart + place[u] * CHOICES + choice;
      }
      if (backwardAction < singleStart) return bondStart + pairNumber(place[u], place[v]);
      const bond = bondNumber(row, elsewhere, place[u], place[v]);
      return orderStart + 2 * bond + bondInRow(row, state, u, v) - 2;
    },

    text(state) {
      const atoms = state[row.atoms] === 0 ? 'no atoms' : writeGraphText(writtenOf(state));
      const level = temperatures ? ` at level ${state[row.level]}` : '';
      return atoms + ['', ' (stopped)', ' (one atom too many)'][state[row.standing]] + level;
    },
    parse(text, state) {
      const [, atoms, standing, level] =
        /^(.*?)( \(stopped\)| \(one atom too many\))?(?: at level (\d{1,4}))?$/s.exec(text) ?? [];
      const standings = [undefined, ' (stopped)', ' (one atom too many)'];
      try {
        const levels = temperatures ? QM9_TEMPERATURES.levels : 1;
        if ((level !== undefined) !== temperatures || Number(level ?? 0) >= levels) {
          throw new Error(temperatures ? `its level is one of 0 to ${levels - 1}` : 'it has no level');
        }
        take(
          atoms === 'no atoms' ? { kinds: [], bonds: [] } : readGraphText(atoms),
          standings.indexOf(standing),
          state,
        );
        state[row.level] = Number(level ?? 0);
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        throw new Error(`"${text}" is no state of qm9-atoms: ${problem}.`, { cause: error });
      }
    },
    moleculeOf(state) {
      if (!environment.isTerminal(state)) {
        throw new Error(`${environment.text(state)} is still under way, and no molecule yet.`);
      }
      return moleculeOfAtoms(writtenOf(state));
    },
    isTooLarge: (state) => state[row.standing] === TOO_LARGE,
    writeObject(molecule, state) {
      try {
        const written = writtenAtoms(molecule);
        // Chirality is by the order of the neighbours, and that is known once the atoms are in the order of the row.
        take({ ...written, kinds: written.kinds.map((kind) => kind & ~CHIRALITY_BITS) }, STOPPED, state);
        take({ ...written, kinds: turnedKinds(written, place) }, STOPPED, state);
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        throw new Error(`This molecule cannot be built by qm9-atoms: ${problem}.`, { cause: error });
      }
      state[row.level] = temperatures ? QM9_TEMPERATURES.levels - 1 : 0;
    },

    enumeration: { reason: 'Molecules of atoms are too many to be numbered.' },
  };

  function writtenOf(state: Int32Array): WrittenGraph {
    read(state);
    const bonds: [number, number, number][] = [];
    eachBond((u, v, order) => bonds.push([u, v, order]));
    return { kinds: Array.from(graph.colour.subarray(0, graph.nodes)), bonds };
  }

  /** Writes a state, but for its level. @throws Error whose message is the end of a sentence, where there is no such state */
  function take({ kinds, bonds }: WrittenGraph, standing: number, state: Int32Array): void {
    const allowed = standing === TOO_LARGE ? most : mostAtoms;
    if (kinds.length > allowed) throw new Error(`it has ${kinds.length} atoms, of ${mostAtoms} at most`);
    if (standing === TOO_LARGE && kinds.length < most) throw new Error(`it has no more than ${mostAtoms} atoms`);
    if (standing === STOPPED && kinds.length === 0) throw new Error('it has no atom to stop at');
    graph.nodes = 0;
    for (const kind of kinds) addAtom(graph, most, kind);
    for (const [u, v, order] of bonds) {
      if (u === v || u >= graph.nodes || v >= graph.nodes) throw new Error(`there are no atoms ${u} and ${v} to bond`);
      if (graph.edge[u * most + v] !== 0) throw new Error(`atoms ${u} and ${v} are bonded twice`);
      setBond(graph, most, u, v, order);
    }
    if (graph.nodes > 0 && !isConnected(graph, most)) throw new Error('its atoms do not hang together');
    for (let v = 0; v < graph.nodes; v++) {
      // Written hydrogens may be set last, with room for one bond, and be more than there is room for.
      const hydrogens = attributeOf(graph.colour[v], WRITTEN_HYDROGENS);
      const short = roomOf(graph, most, v) + hydrogens < Math.min(1, hydrogens);
      if (short) throw new Error(`atom ${v} has no room for its bonds, charge and hydrogens`);
    }
    if (standing === TOO_LARGE) {
      const last = mostAtoms;
      const bare = isBare(graph.colour[last]) && degreeOf(graph, most, last) === 1;
      const joined = graph.edge.subarray(last * most, (last + 1) * most).indexOf(1);
      if (!bare || joined < 0 || roomOf(graph, most, joined) < 0) {
        throw new Error('its last atom is not one that has just been added');
      }
      graph.colour[last] |= ONE_TOO_MANY;
    }
    writeNoAtoms(row, state);
    if (graph.nodes > 0) writeAtoms(graph, state, place);
    state[row.standing] = standing;
  }
  return environment;
}

function pairNumber(a: number, b: number): number {
  const v = Math.max(a, b);
  return (v * (v - 1)) / 2 + Math.min(a, b);
}

function pairOf(pair: number): [number, number] {
  let v = 1;
  while (pairNumber(0, v + 1) <= pair) v++;
  return [pair - pairNumber(0, v), v];
}

function layoutOf(mostAtoms: number, temperatures: boolean): GraphLayout {
  const most = mostAtoms + 1;
  const { levels, low, high } = QM9_TEMPERATURES;
  return {
    mostNodes: most,
    nodeTokens: ATTRIBUTES + 1,
    nodeWidth: NO_ATOM + 1,
    // Nitrogen has five bonds at most, and the atom that is one too many has one.
    mostEdges: Math.min((most * (most - 1)) / 2, Math.floor((5 * mostAtoms + 1) / 2)),
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
