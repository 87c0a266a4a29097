import type { Molecule } from '../../chemistry/molecule.ts';
import type { Condition, Environment } from '../../environment/environment.ts';
import { graphActionCount } from '../../environment/graph-layout.ts';
import { graphObservation } from '../../environment/observation.ts';
import { checkNames } from '../../options/index.ts';
import { messageOf } from '../../text/message-of.ts';
import { quoted } from '../../text/quoted.ts';
import { actionPairs } from './action-pairs.ts';
import { CHIRALITY_BITS } from './atom-graph.ts';
import { readGraphText, writeGraphText } from './atom-graph-text.ts';
import { moleculeOfAtoms, turnedKinds, writtenAtoms } from './atom-molecule.ts';
import { atomWriter, graphOfRow, STOPPED, TOO_LARGE, UNDER_WAY, writeNoAtoms } from './atom-row.ts';
import { afterAction, beforeAction } from './graph-steps.ts';
import { encodeAtoms, QM9_TEMPERATURES, STOP, UNDO_STOP } from './layout.ts';
import { allowActions, allowBackwardActions } from './masks.ts';
import { atomRules } from './rules.ts';
import { MAX_QM9_ATOMS } from './size.ts';
import { takeWritten, writtenOf } from './written-state.ts';

export { QM9_TEMPERATURES } from './layout.ts';

/** The maximum size of molecules, and whether temperatures are drawn. */
export interface Qm9AtomsOptions {
  /** The maximum number of atoms in a molecule, without hydrogens; 9 by default, as in QM9. */
  readonly maxAtoms?: number;
  /**
   * Whether each trajectory has its own inverse temperature, which the policy observes, as in the paper. True by
   * default; otherwise the reward has one inverse temperature for all.
   */
  readonly temperatures?: boolean;
}

/** Molecules of atoms. */
export interface Qm9Atoms extends Environment {
  /** The molecule of a terminal state. @throws Error on another state */
  moleculeOf(state: Int32Array): Molecule;
  /** Whether a terminal state is a molecule with a surplus atom, which has no proper reward. */
  isTooLarge(state: Int32Array): boolean;
  /**
   * Writes a molecule as the terminal state that stops at it, with the highest level.
   * @throws Error that says why, if the molecule cannot be built here
   */
  writeObject(molecule: Molecule, state: Int32Array): void;
}

/**
 * Small molecules built atom by atom (QM9 in the Ent-PPO paper, arXiv 2606.15793; the environment is
 * recursionpharma/gflownet's): C, N, F and O with charges, chirality, explicit hydrogens and single, double and triple
 * bonds. A step adds an atom to one that has room for a bond, bonds two atoms, makes a bond double or triple, sets an
 * attribute of an atom, or stops. Exceeding `maxAtoms` also ends the trajectory, in an invalid state (`isTooLarge`).
 * Steps only respect the room for bonds, so the result need not be a valid molecule either: rewards check this.
 *
 * Molecules that are equal up to the order of their atoms are one state: rows are canonical, and actions refer to atoms
 * and bonds by their numbers in the row. If atoms are interchangeable, several actions lead to the same child, and each
 * counts. Backward actions are exactly the inverses of allowed actions: removing an atom that has at most one bond, if
 * no attribute of either is set; removing an attribute or a bond of a ring; making a bond single; or undoing the stop.
 * (The paper's code also removes attributes that its own masks would not allow to be set again.) Chirality refers to
 * the order of the neighbours in the row.
 *
 * State row: see `AtomRow`. Actions, in the order of the paper's outputs: stop; add an atom (C, N, F, O) to each atom,
 * or to atom 0 if there are none; set an attribute of each atom (charge +1, -1; chirality clockwise, counterclockwise;
 * 1, 2, 3 explicit hydrogens; four that are never allowed; no further hydrogens); bond each pair of atoms; make each
 * bond double or triple. For the text of a molecule see `writeGraphText`.
 *
 * @throws Error if the number of atoms is not in 1 .. 15
 */
export function qm9Atoms(options: Qm9AtomsOptions = {}): Qm9Atoms {
  checkNames('qm9Atoms', options, ['maxAtoms', 'temperatures']);
  const { maxAtoms = 9, temperatures = true } = options;
  if (!(Number.isInteger(maxAtoms) && maxAtoms >= 1 && maxAtoms <= MAX_QM9_ATOMS)) {
    throw new Error(`A molecule of qm9-atoms has at most 1 to ${MAX_QM9_ATOMS} atoms, not ${maxAtoms}.`);
  }
  const rules = atomRules(maxAtoms, temperatures);
  const { layout, row, room, actions } = rules;
  const maxSteps = 1 + 5 * maxAtoms + Math.max(0, Math.floor((3 * maxAtoms) / 2) - (maxAtoms - 1));
  const highestLevel = temperatures ? QM9_TEMPERATURES.levels - 1 : 0;
  const write = atomWriter(row, room);
  const graphOf = (state: Int32Array) => graphOfRow(row, state, room);

  const environment: Qm9Atoms = {
    name: 'qm9-atoms',
    options: { maxAtoms, temperatures: temperatures ? 'drawn' : 'fixed' },
    stateSize: row.size,
    actionCount: graphActionCount(layout, layout.actions),
    backwardActionCount: graphActionCount(layout, layout.backwardActions),
    maxSteps,
    horizon: maxSteps,
    upToSymmetry: true,
    ...(temperatures && { condition: QM9_TEMPERATURES satisfies Condition }),
    observation: graphObservation({
      layout,
      // The row also holds the level.
      width: Math.max(layout.nodeWidth, layout.maxEdges + 1, highestLevel + 1),
      encode: (state, into) => encodeAtoms(graphOf(state), layout, state[row.level], into),
    }),

    initial(state) {
      writeNoAtoms(row, state);
      state[row.level] = highestLevel;
    },
    isTerminal: (state) => state[row.standing] !== UNDER_WAY,
    forwardMask(state, mask) {
      mask.fill(0);
      if (state[row.standing] === UNDER_WAY) allowActions(graphOf(state), room, actions, mask);
    },
    step(state, action) {
      if (action === STOP) {
        state[row.standing] = STOPPED;
        return;
      }
      const { graph } = afterAction(rules, graphOf(state), action);
      write(graph, state);
      if (graph.nodes === room) state[row.standing] = TOO_LARGE;
    },
    backwardMask(state, mask) {
      mask.fill(0);
      if (state[row.standing] === STOPPED) mask[UNDO_STOP] = 1;
      else if (state[row.standing] === TOO_LARGE) mask[actions.remove + maxAtoms] = 1;
      else allowBackwardActions(graphOf(state), room, actions, mask);
    },
    backwardStep(state, backwardAction) {
      if (backwardAction !== UNDO_STOP) write(beforeAction(rules, graphOf(state), backwardAction).graph, state);
      state[row.standing] = UNDER_WAY;
    },
    ...actionPairs(rules, write),

    text(state) {
      const atoms = state[row.atoms] === 0 ? 'no atoms' : writeGraphText(writtenOf(rules, state));
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
        const written = atoms === 'no atoms' ? { kinds: [], bonds: [] } : readGraphText(atoms);
        takeWritten(rules, write, written, standings.indexOf(standing), state);
        state[row.level] = Number(level ?? 0);
      } catch (error) {
        const problem = messageOf(error);
        throw new Error(`${quoted(text)} is not a state of qm9-atoms: ${problem}.`, { cause: error });
      }
    },
    moleculeOf(state) {
      if (!environment.isTerminal(state)) {
        throw new Error(`${environment.text(state)} is still under way, and no molecule yet.`);
      }
      return moleculeOfAtoms(writtenOf(rules, state));
    },
    isTooLarge: (state) => state[row.standing] === TOO_LARGE,
    writeObject(molecule, state) {
      try {
        const written = writtenAtoms(molecule);
        // Chirality refers to the order of the neighbours, which is known once the atoms are in the order of the row.
        const flat = { ...written, kinds: written.kinds.map((kind) => kind & ~CHIRALITY_BITS) };
        const place = takeWritten(rules, write, flat, STOPPED, state);
        takeWritten(rules, write, { ...written, kinds: turnedKinds(written, place) }, STOPPED, state);
      } catch (error) {
        const problem = messageOf(error);
        throw new Error(`This molecule cannot be built by qm9-atoms: ${problem}.`, { cause: error });
      }
      state[row.level] = highestLevel;
    },

    enumeration: { reason: 'Molecules of atoms are too many to be numbered.' },
  };
  return environment;
}
