import type { Molecule } from '../../chemistry/molecule.ts';
import type { Condition, Environment } from '../../environment/environment.ts';
import { graphActionCount } from '../../environment/graph-layout.ts';
import { graphObservation } from '../../environment/observation.ts';
import { colouredGraph } from '../../graph/canonical-graph.ts';
import { messageOf } from '../../text/message-of.ts';
import { quoted } from '../../text/quoted.ts';
import {
  addAtom,
  attributeOf,
  CHIRALITY_BITS,
  degreeOf,
  elementOf,
  isBare,
  isConnected,
  ONE_TOO_MANY,
  removeAtom,
  roomOf,
  setBond,
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
import {
  ATTRIBUTE_CHOICES,
  ATTRIBUTES,
  atomActions,
  CHOICES,
  ELEMENTS,
  eachBond,
  encodeAtoms,
  pairNumber,
  pairOf,
  QM9_TEMPERATURES,
  qm9Layout,
  STOP,
  UNDO_STOP,
} from './layout.ts';
import { allowActions, allowBackwardActions } from './masks.ts';
import { MAX_QM9_ATOMS } from './size.ts';

export { QM9_TEMPERATURES } from './layout.ts';

/** How large molecules may be, and whether temperatures are drawn. */
export interface Qm9AtomsOptions {
  /** The most atoms of a molecule, hydrogens not counted; 9 unless said, as in QM9. */
  readonly maxAtoms?: number;
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

/**
 * Small molecules built atom by atom (QM9 in the Ent-PPO paper, arXiv 2606.15793; the environment is
 * recursionpharma/gflownet's): C, N, F and O with charges, chirality, written hydrogens and single, double and triple
 * bonds. A step adds an atom to one that has room for a bond, bonds two atoms, makes a bond double or triple, sets an
 * attribute of an atom, or stops. An atom more than `maxAtoms` ends the trajectory as well, with a state that is no
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
export function qm9Atoms({ maxAtoms = 9, temperatures = true }: Qm9AtomsOptions = {}): Qm9Atoms {
  if (!(Number.isInteger(maxAtoms) && maxAtoms >= 1 && maxAtoms <= MAX_QM9_ATOMS)) {
    throw new Error(`A molecule of qm9-atoms has at most 1 to ${MAX_QM9_ATOMS} atoms, not ${maxAtoms}.`);
  }
  const max = maxAtoms + 1;
  const layout = qm9Layout(maxAtoms, temperatures);
  const actions = atomActions(layout);
  const actionCount = graphActionCount(layout, layout.actions);
  const backwardActionCount = graphActionCount(layout, layout.backwardActions);
  const maxSteps = 1 + 5 * maxAtoms + Math.max(0, Math.floor((3 * maxAtoms) / 2) - (maxAtoms - 1));

  const row = atomRow(max);
  const writeAtoms = atomWriter(row, max);
  // Work space, so that a step allocates nothing.
  const graph = colouredGraph(max);
  const place = new Int32Array(max);
  const elsewhere = new Int32Array(row.size);

  const read = (state: Int32Array): void => readAtoms(row, state, graph, max);
  function findBond(number: number): [number, number] {
    let found: [number, number] = [0, 0];
    eachBond(graph, max, (u, v, _order, bond) => {
      if (bond === number) found = [u, v];
    });
    return found;
  }

  /** The graph that an action other than stopping leads to; the atoms that it changed, by their numbers there. */
  function grow(state: Int32Array, action: number): [number, number] {
    read(state);
    if (action < actions.set) {
      const to = Math.floor((action - actions.add) / ELEMENTS);
      const added = addAtom(graph, max, (action - actions.add) % ELEMENTS);
      if (added > 0) setBond(graph, max, to, added, 1);
      if (added === maxAtoms) graph.colour[added] |= ONE_TOO_MANY;
      return [added, added];
    }
    if (action < actions.bond) {
      const atom = Math.floor((action - actions.set) / CHOICES);
      const { attribute, value } = ATTRIBUTE_CHOICES[(action - actions.set) % CHOICES];
      graph.colour[atom] = withAttribute(graph.colour[atom], attribute, value);
      return [atom, atom];
    }
    if (action < actions.order) {
      const pair = pairOf(action - actions.bond);
      setBond(graph, max, ...pair, 1);
      return pair;
    }
    const pair = findBond(Math.floor((action - actions.order) / 2));
    setBond(graph, max, ...pair, 2 + ((action - actions.order) % 2));
    return pair;
  }

  /** The graph that a backward action other than undoing the stop leads to. Atoms keep their numbers but behind one removed. */
  function shrink(state: Int32Array, backwardAction: number): [number, number] {
    read(state);
    if (backwardAction < actions.unset) {
      const atom = backwardAction - actions.remove;
      let to = 0;
      for (let v = 0; v < graph.nodes; v++) if (graph.edge[atom * max + v] !== 0) to = v;
      removeAtom(graph, max, atom);
      const left = to > atom ? to - 1 : to;
      return [left, left];
    }
    if (backwardAction < actions.unbond) {
      const atom = Math.floor((backwardAction - actions.unset) / ATTRIBUTES);
      graph.colour[atom] = withAttribute(graph.colour[atom], (backwardAction - actions.unset) % ATTRIBUTES, 0);
      return [atom, atom];
    }
    const single = backwardAction >= actions.single;
    const pair = findBond(backwardAction - (single ? actions.single : actions.unbond));
    setBond(graph, max, ...pair, single ? 1 : 0);
    return pair;
  }

  const environment: Qm9Atoms = {
    name: 'qm9-atoms',
    options: { maxAtoms, temperatures: temperatures ? 'drawn' : 'fixed' },
    stateSize: row.size,
    actionCount,
    backwardActionCount,
    maxSteps,
    horizon: maxSteps,
    upToSymmetry: true,
    ...(temperatures && { condition: QM9_TEMPERATURES satisfies Condition }),
    observation: graphObservation({
      layout,
      // The row also holds the level.
      width: Math.max(layout.nodeWidth, layout.maxEdges + 1, temperatures ? QM9_TEMPERATURES.levels : 0),
      encode(state, into) {
        read(state);
        encodeAtoms(graph, layout, state[row.level], into);
      },
    }),

    initial(state) {
      writeNoAtoms(row, state);
      state[row.level] = temperatures ? QM9_TEMPERATURES.levels - 1 : 0;
    },
    isTerminal: (state) => state[row.standing] !== UNDER_WAY,
    forwardMask(state, mask) {
      mask.fill(0);
      if (state[row.standing] !== UNDER_WAY) return;
      read(state);
      allowActions(graph, max, actions, mask);
    },
    step(state, action) {
      if (action === STOP) {
        state[row.standing] = STOPPED;
        return;
      }
      grow(state, action);
      writeAtoms(graph, state, place);
      if (graph.nodes === max) state[row.standing] = TOO_LARGE;
    },
    backwardMask(state, mask) {
      mask.fill(0);
      if (state[row.standing] === STOPPED) {
        mask[UNDO_STOP] = 1;
        return;
      }
      if (state[row.standing] === TOO_LARGE) {
        mask[actions.remove + maxAtoms] = 1;
        return;
      }
      read(state);
      allowBackwardActions(graph, max, actions, mask);
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
      if (action < actions.set) return actions.remove + place[u];
      if (action < actions.bond) {
        return actions.unset + place[u] * ATTRIBUTES + ATTRIBUTE_CHOICES[(action - actions.set) % CHOICES].attribute;
      }
      const start = action < actions.order ? actions.unbond : actions.single;
      return start + bondNumber(row, elsewhere, place[u], place[v]);
    },
    forwardAction(state, backwardAction) {
      if (backwardAction === UNDO_STOP) return STOP;
      const [u, v] = shrink(state, backwardAction);
      writeAtoms(graph, elsewhere, place);
      if (backwardAction < actions.unset) {
        const element = elementOf(state[row.kinds + backwardAction - actions.remove]);
        return actions.add + (graph.nodes === 0 ? 0 : place[u]) * ELEMENTS + element;
      }
      if (backwardAction < actions.unbond) {
        const attribute = (backwardAction - actions.unset) % ATTRIBUTES;
        const value = attributeOf(state[row.kinds + u], attribute);
        const choice = ATTRIBUTE_CHOICES.findIndex((each) => each.attribute === attribute && each.value === value);
        return actions.set + place[u] * CHOICES + choice;
      }
      if (backwardAction < actions.single) return actions.bond + pairNumber(place[u], place[v]);
      const bond = bondNumber(row, elsewhere, place[u], place[v]);
      return actions.order + 2 * bond + bondInRow(row, state, u, v) - 2;
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
        const problem = messageOf(error);
        throw new Error(`${quoted(text)} is no state of qm9-atoms: ${problem}.`, { cause: error });
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
        const problem = messageOf(error);
        throw new Error(`This molecule cannot be built by qm9-atoms: ${problem}.`, { cause: error });
      }
      state[row.level] = temperatures ? QM9_TEMPERATURES.levels - 1 : 0;
    },

    enumeration: { reason: 'Molecules of atoms are too many to be numbered.' },
  };

  function writtenOf(state: Int32Array): WrittenGraph {
    read(state);
    const bonds: [number, number, number][] = [];
    eachBond(graph, max, (u, v, order) => bonds.push([u, v, order]));
    return { kinds: Array.from(graph.colour.subarray(0, graph.nodes)), bonds };
  }

  /** Writes a state, but for its level. @throws Error whose message is the end of a sentence, where there is no such state */
  function take({ kinds, bonds }: WrittenGraph, standing: number, state: Int32Array): void {
    const allowed = standing === TOO_LARGE ? max : maxAtoms;
    if (kinds.length > allowed) throw new Error(`it has ${kinds.length} atoms, of ${maxAtoms} at most`);
    if (standing === TOO_LARGE && kinds.length < max) throw new Error(`it has no more than ${maxAtoms} atoms`);
    if (standing === STOPPED && kinds.length === 0) throw new Error('it has no atom to stop at');
    graph.nodes = 0;
    for (const kind of kinds) addAtom(graph, max, kind);
    for (const [u, v, order] of bonds) {
      if (u === v || u >= graph.nodes || v >= graph.nodes) throw new Error(`there are no atoms ${u} and ${v} to bond`);
      if (graph.edge[u * max + v] !== 0) throw new Error(`atoms ${u} and ${v} are bonded twice`);
      setBond(graph, max, u, v, order);
    }
    if (graph.nodes > 0 && !isConnected(graph, max)) throw new Error('its atoms do not hang together');
    for (let v = 0; v < graph.nodes; v++) {
      // Written hydrogens may be set last, with room for one bond, and be more than there is room for.
      const hydrogens = attributeOf(graph.colour[v], WRITTEN_HYDROGENS);
      const short = roomOf(graph, max, v) + hydrogens < Math.min(1, hydrogens);
      if (short) throw new Error(`atom ${v} has no room for its bonds, charge and hydrogens`);
    }
    if (standing === TOO_LARGE) {
      const last = maxAtoms;
      const bare = isBare(graph.colour[last]) && degreeOf(graph, max, last) === 1;
      const joined = graph.edge.subarray(last * max, (last + 1) * max).indexOf(1);
      if (!bare || joined < 0 || roomOf(graph, max, joined) < 0) {
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
