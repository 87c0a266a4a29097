import { elementOf } from './elements.ts';
import type { Bond, Molecule } from './molecule.ts';

/** The surroundings of an atom in its molecule. */
export interface AtomEnvironment {
  /** All hydrogens, written out or not. */
  readonly hydrogens: number;
  /** Of the s and p orbitals; `other` for an atom without neighbours or with more than four. */
  readonly hybridization: 'sp' | 'sp2' | 'sp3' | 'other';
}

/**
 * Hydrogens and hybridisation of each atom, as RDKit has them for molecules of usual valences:
 *
 * - An atom without explicit hydrogens gets as many as bring it to the smallest valence that its bonds do not exceed;
 *   an
 *   aromatic one never goes beyond the first of its element's valences.
 * - An atom has one orbital for each neighbour, hydrogens among them, and for each lone pair; two are sp, three sp2.
 *   Four
 *    are sp3, but sp2 with a conjugated bond and at most three neighbours, whose lone pair then is part of the pi
 *   system.
 *
 * @throws Error on an unknown element
 */
export function atomEnvironments(molecule: Molecule): AtomEnvironment[] {
  const { atoms, bonds } = molecule;
  const neighbours = new Int32Array(atoms.length);
  const bondSum = new Float64Array(atoms.length);
  for (const { atoms: pair, order } of bonds) {
    for (const atom of pair) {
      neighbours[atom]++;
      bondSum[atom] += countOf(order);
    }
  }
  const hydrogens = atoms.map(({ element, aromatic, hydrogens: written }, i) => {
    if (written !== undefined) return written;
    const { valences } = elementOf(element);
    const valence = aromatic ? valences[0] : valences.find((usual) => usual >= bondSum[i]);
    return Math.max(0, (valence ?? 0) - bondSum[i]);
  });
  const degree = atoms.map((_, i) => neighbours[i] + hydrogens[i]);
  const conjugated = conjugatedBonds(molecule, degree);
  const hasConjugatedBond = atoms.map(() => false);
  for (const [b, { atoms: pair }] of bonds.entries()) {
    if (conjugated[b]) for (const atom of pair) hasConjugatedBond[atom] = true;
  }
  return atoms.map(({ element, aromatic, charge }, i) => {
    const { outerElectrons, valences } = elementOf(element);
    const sum = bondSum[i] + hydrogens[i];
    // Half bonds of aromatic atoms may not add up to a valence; the next lower one is meant.
    const valence = aromatic ? (valences.findLast((usual) => usual + charge <= sum) ?? sum - charge) + charge : sum;
    const lonePairs = Math.floor((outerElectrons - valence - charge) / 2);
    const orbitals = degree[i] + Math.max(0, lonePairs);
    const isFlat = degree[i] <= 3 && hasConjugatedBond[i];
    const hybridization =
      orbitals === 2 ? 'sp' : orbitals === 3 || (orbitals === 4 && isFlat) ? 'sp2' : orbitals === 4 ? 'sp3' : 'other';
    return { hydrogens: hydrogens[i], hybridization };
  });
}

/** The number of single bonds that a bond counts as. */
function countOf(order: Bond['order']): number {
  return order === 'aromatic' ? 1.5 : order;
}

/**
 * Bonds that share pi electrons: aromatic ones; and at an atom with two or three neighbours that can give a pi electron,
 * a double bond and each of its other bonds that leads to such an atom.
 */
function conjugatedBonds({ atoms, bonds }: Molecule, degree: readonly number[]): boolean[] {
  const canConjugate = atoms.map(({ element, charge }, i) => {
    const { number, outerElectrons, valences } = elementOf(element);
    const hasUsualShell =
      number <= 10 || (outerElectrons !== 5 && outerElectrons !== 6) || (outerElectrons === 6 && degree[i] < 2);
    if (!hasUsualShell || valences[0] <= 1 || degree[i] > 3) return false;
    const lonePairs = Math.max(0, outerElectrons - valences[0] - charge);
    return valences[0] - degree[i] + lonePairs > 0;
  });
  const bondsOf = atoms.map((): number[] => []);
  for (const [b, { atoms: pair }] of bonds.entries()) for (const atom of pair) bondsOf[atom].push(b);
  const conjugated = bonds.map(({ order }) => order === 'aromatic');
  for (const [atom, incident] of bondsOf.entries()) {
    if (!canConjugate[atom] || degree[atom] < 2) continue;
    for (const first of incident) {
      if (countOf(bonds[first].order) < 1.5) continue;
      for (const second of incident) {
        const [u, v] = bonds[second].atoms;
        if (second === first || !canConjugate[u === atom ? v : u]) continue;
        conjugated[first] = true;
        conjugated[second] = true;
      }
    }
  }
  return conjugated;
}
