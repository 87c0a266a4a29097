import type { Problem } from '../../environment/environment.ts';
import { elementOf } from '../../problems/qm9-atoms/atom-graph.ts';
import { atomRow, bondInRow } from '../../problems/qm9-atoms/atom-row.ts';
import { type Qm9Atoms, qm9Atoms } from '../../problems/qm9-atoms/environment.ts';
import { atomActions, ELEMENTS, pairOf, qm9Layout, STOP } from '../../problems/qm9-atoms/layout.ts';
import { surrogateScore } from '../../problems/qm9-atoms/reward.ts';

/** The change of a molecule in a step; atoms have their numbers before it. */
export type AtomStep =
  | { readonly kind: 'stop' }
  | { readonly kind: 'add'; readonly to: number; readonly element: string }
  | { readonly kind: 'bond'; readonly atoms: readonly [number, number] }
  | { readonly kind: 'order'; readonly atoms: readonly [number, number]; readonly order: 2 | 3 };

/** Small molecules of C, N, O and F that are always valid, whatever the walk. */
export interface SmallMolecules {
  readonly problem: Problem & { readonly environment: Qm9Atoms };
  /** The effect of an action in a state. */
  stepOf(state: Int32Array, action: number): AtomStep;
  /** The molecule of any state, stopped or not. */
  partOf(state: Int32Array): { readonly elements: readonly string[]; readonly bonds: readonly PartBond[] };
  /** The reward's own score, before sharpening. */
  scoreOf(state: Int32Array): number;
}

export interface PartBond {
  readonly atoms: readonly [number, number];
  readonly order: number;
}

const symbols = ['C', 'N', 'F', 'O'];
const [C, N] = [0, 1];
/** The minimum number of bonds in a ring. */
const smallestRing = 5;
/** The sharpness of the reward: log R = sharpness log(score). */
export const sharpness = 12;

/**
 * Molecules with at most this many atoms, without counting hydrogens: those of `qm9-atoms` without charges, explicit
 * hydrogens and chirality, in which nitrogen has at most three bonds, elements other than carbon are bonded only to
 * carbon, an atom has at most one double or triple bond, and rings have five atoms or more. All these rules hold for
 * the parts of a valid molecule, so undoing a step leads to a valid state.
 *
 * The score is `surrogateScore`, from the gap in the Hückel model: 0.27 for methane, 1 for butadiene, more if electrons
 * can move even farther, as in a dye.
 */
export function smallMolecules(maxAtoms: number): SmallMolecules {
  const whole = qm9Atoms({ maxAtoms, temperatures: false });
  const layout = qm9Layout(maxAtoms, false);
  const actions = atomActions(layout);
  const row = atomRow(maxAtoms + 1);
  const element = (state: Int32Array, atom: number) => elementOf(state[row.kinds + atom]);
  const order = (state: Int32Array, a: number, b: number) => (a === b ? 0 : bondInRow(row, state, a, b));
  const bondsOf = (state: Int32Array): PartBond[] => {
    const bonds: PartBond[] = [];
    for (let v = 1; v < state[row.atoms]; v++) {
      for (let u = 0; u < v; u++) if (order(state, u, v) > 0) bonds.push({ atoms: [u, v], order: order(state, u, v) });
    }
    return bonds;
  };
  const stepOf = (state: Int32Array, action: number): AtomStep => {
    if (action === STOP) return { kind: 'stop' };
    if (action < actions.set) {
      const at = action - actions.add;
      return { kind: 'add', to: Math.floor(at / ELEMENTS), element: symbols[at % ELEMENTS] };
    }
    if (action < actions.order) return { kind: 'bond', atoms: pairOf(action - actions.bond) };
    const at = action - actions.order;
    return { kind: 'order', atoms: bondsOf(state)[Math.floor(at / 2)].atoms, order: at % 2 === 0 ? 2 : 3 };
  };
  /** Whether two elements may be bonded. */
  const suit = (first: number, second: number) => first === C || second === C;
  const isAllowed = (state: Int32Array, action: number, facts: Facts): boolean => {
    if (action >= actions.set && action < actions.bond) return false;
    const step = stepOf(state, action);
    const { sums, multiple, distances } = facts;
    const hasRoom = (atom: number, more: number) => element(state, atom) !== N || sums[atom] + more <= 3;
    switch (step.kind) {
      case 'stop':
        return true;
      case 'add':
        if (state[row.atoms] === 0) return true;
        return (
          state[row.atoms] < maxAtoms &&
          hasRoom(step.to, 1) &&
          suit(element(state, step.to), symbols.indexOf(step.element))
        );
      case 'bond': {
        const [a, b] = step.atoms;
        const isFar = distances[a * maxAtoms + b] >= smallestRing - 1;
        return isFar && suit(element(state, a), element(state, b)) && hasRoom(a, 1) && hasRoom(b, 1);
      }
      case 'order': {
        const [a, b] = step.atoms;
        const more = step.order - order(state, a, b);
        return more > 0 && !multiple[a] && !multiple[b] && hasRoom(a, more) && hasRoom(b, more);
      }
    }
  };
  const factsOf = (state: Int32Array): Facts => {
    const [sums, multiple] = [new Array<number>(maxAtoms).fill(0), new Array<boolean>(maxAtoms).fill(false)];
    const distances = new Array<number>(maxAtoms * maxAtoms).fill(Number.POSITIVE_INFINITY);
    for (const {
      atoms: [a, b],
      order: bond,
    } of bondsOf(state)) {
      for (const atom of [a, b]) {
        sums[atom] += bond;
        multiple[atom] ||= bond > 1;
      }
      distances[a * maxAtoms + b] = distances[b * maxAtoms + a] = 1;
    }
    for (let via = 0; via < maxAtoms; via++) {
      for (let a = 0; a < maxAtoms; a++) {
        for (let b = 0; b < maxAtoms; b++) {
          const around = distances[a * maxAtoms + via] + distances[via * maxAtoms + b];
          if (around < distances[a * maxAtoms + b]) distances[a * maxAtoms + b] = around;
        }
      }
    }
    return { sums, multiple, distances };
  };

  const environment: Qm9Atoms = {
    ...whole,
    name: 'small-molecules',
    options: { maxAtoms },
    forwardMask(state, mask) {
      whole.forwardMask(state, mask);
      const facts = factsOf(state);
      for (let action = 0; action < mask.length; action++) {
        if (mask[action] !== 0 && !isAllowed(state, action, facts)) mask[action] = 0;
      }
    },
  };
  const scoreOf = (state: Int32Array) => surrogateScore(environment.moleculeOf(state));
  const reward = {
    name: 'narrow gap',
    stateSize: whole.stateSize,
    logReward: (state: Int32Array) => sharpness * Math.log(scoreOf(state)),
  };
  return {
    problem: { environment, reward },
    stepOf,
    partOf: (state) => ({
      elements: Array.from({ length: state[row.atoms] }, (_, atom) => symbols[element(state, atom)]),
      bonds: bondsOf(state),
    }),
    scoreOf,
  };
}

/** For each atom the sum of its bonds, and whether one is double or triple; the number of bonds between two atoms. */
interface Facts {
  readonly sums: readonly number[];
  readonly multiple: readonly boolean[];
  readonly distances: readonly number[];
}
