import type { Chemistry } from '../../chemistry/chemistry.ts';
import { frontierGap } from '../../chemistry/frontier-gap.ts';
import type { Molecule } from '../../chemistry/molecule.ts';
import { hasOctets, isNeutralClosedShell } from '../../chemistry/valence.ts';
import { conditionValue } from '../../environment/condition.ts';
import type { DeferredReward } from '../../environment/environment.ts';
import { moleculeReward } from '../../molecules/molecule-reward.ts';
import { log } from '../../numeric/elementary.ts';
import { checkGiven } from '../../text/check-given.ts';
import type { Qm9Atoms } from './environment.ts';

/** The name of the surrogate wherever its results appear. */
export const QM9_SURROGATE = 'surrogate gap (Hückel model of the bonds, not the published network)';

/** How molecules of atoms are rewarded. */
export interface Qm9AtomsRewardOptions {
  readonly environment: Qm9Atoms;
  readonly chemistry: Chemistry;
  /** The inverse temperature, for an environment that draws none. */
  readonly inverseTemperature?: number;
  /** Another score instead of the surrogate's: positive, about 1 for desired molecules. `name` describes it. */
  readonly score?: {
    readonly name: string;
    /** Scores of molecules, in their order. */
    readonly rate: (smiles: readonly string[]) => Promise<ArrayLike<number>>;
  };
}

/**
 * The reward of QM9's atoms: log R = beta log r, where beta is the trajectory's inverse temperature or the given one;
 * -75 for molecules that are too large or invalid, and with the surrogate for ions, radicals and carbocations.
 *
 * The paper's r is computed from the HOMO-LUMO gap that a network predicts from a molecule's geometry (MXMNet), whose
 * weights are not available. A surrogate (`surrogateScore`) replaces it, unless `score` is given.
 */
export function qm9AtomsReward(options: Qm9AtomsRewardOptions): DeferredReward {
  checkGiven('qm9AtomsReward', { options }, { environment: 'object', chemistry: 'object' });
  const { environment, chemistry, inverseTemperature = 16, score } = options;
  const { condition } = environment;
  // The surrogate does not cover ions, radicals and atoms without an octet, which QM9 does not contain. At r = 1e-4 and
  // a high inverse temperature they would count far less than invalid molecules, and drive a sampler to the smallest
  // molecules.
  const properMolecule = (molecule: Molecule) => (score || isKnown(molecule) ? molecule : undefined);
  const beta = (state: Int32Array): number =>
    condition ? conditionValue(condition, state[condition.index]) : inverseTemperature;
  return moleculeReward({
    name: score?.name ?? QM9_SURROGATE,
    chemistry,
    stateSize: environment.stateSize,
    moleculeOf: (state) => (environment.isTooLarge(state) ? undefined : properMolecule(environment.moleculeOf(state))),
    rate: score?.rate ?? (async (smiles) => smiles.map((each) => surrogateScore(chemistry.readSmiles(each)))),
    logReward: (found, state) => beta(state) * log(found),
  });
}

/** Molecules that define the scale of scores. */
const butadiene = chain(2, 1, 2);
const methane = chain();

/**
 * r = clip(1 - (gap - low) / range, 1e-4, 2), the paper's form, with `frontierGap` for the gap. The paper's low is the
 * 5 % quantile of QM9's gaps and its range their span; here low is butadiene's gap, that of a small conjugated
 * molecule, and range methane's, about the widest possible. So r is 1 for butadiene, 0.27 for methane and 1.27 without
 * a gap. QM9 contains neutral molecules without unpaired electrons and with an octet at each atom; others, which would
 * have hardly any gap, get the minimum r. Zwitterions such as glycine's have the r of their gap.
 *
 * @throws Error on a molecule with aromatic atoms, and on elements other than C, N, O, F and hydrogen
 */
export function surrogateScore(molecule: Molecule): number {
  checkGiven('surrogateScore', { molecule }, 'molecule');
  // Checked first: counted as if its bonds were localised, an aromatic oxygen would have one too many.
  if (molecule.atoms.some(({ aromatic }) => aromatic)) {
    throw new Error(
      'surrogateScore: the molecule has aromatic atoms, and the score is of single and double bonds; read it with ' +
        "a chemistry package's readSmiles, which puts them in place, or write the SMILES with double bonds, as in C1=COC=C1.",
    );
  }
  if (!isKnown(molecule)) return 1e-4;
  const low = frontierGap(butadiene);
  const range = frontierGap(methane);
  return Math.min(2, Math.max(1e-4, 1 - (frontierGap(molecule) - low) / range));
}

/** Whether QM9 could contain a molecule, judging by its bonds and charges. */
function isKnown(molecule: Molecule): boolean {
  return isNeutralClosedShell(molecule) && hasOctets(molecule);
}

/** A chain of carbon atoms. */
function chain(...orders: readonly (1 | 2)[]): Molecule {
  return {
    atoms: Array.from({ length: orders.length + 1 }, () => ({ element: 'C', charge: 0, aromatic: false })),
    bonds: orders.map((order, i) => ({ atoms: [i, i + 1], order })),
  };
}
