import { elementOf } from '../../chemistry/elements.ts';
import { atomEnvironments } from '../../chemistry/hybridization.ts';
import type { Bond, Molecule } from '../../chemistry/molecule.ts';

/** Features of an atom. */
export const SEH_ATOM_WIDTH = 71;
/** Kinds of bonds: single, double, triple, aromatic, and finally none, for an atom's edge to itself. */
export const SEH_BOND_KINDS = 5;

/** A molecule as input of the sEH network. */
export interface SehGraph {
  readonly atomCount: number;
  /** [atomCount, 71]. */
  readonly features: Float32Array;
  /** Two numbers each, from one atom to the other; every bond in both directions, sorted by target and then by kind. */
  readonly edges: Int32Array;
  /** The kind of each edge's bond. */
  readonly kinds: Int32Array;
}

/**
 * The features of Bengio et al. (2021), by column: 0 to 5 the element H, C, N, O, F or another; 9 aromatic; 10 to 12
 * sp, sp2, sp3; 13 the number of hydrogens; 13 + Z the atomic number Z. The other columns are always 0. A single atom
 * has an edge to itself whose bond has no kind.
 *
 * @throws Error on an element that is unknown or has no column
 */
export function sehGraph(molecule: Molecule): SehGraph {
  const { atoms, bonds } = molecule;
  const features = new Float32Array(atoms.length * SEH_ATOM_WIDTH);
  for (const [i, { hydrogens, hybridization }] of atomEnvironments(molecule).entries()) {
    const { element, aromatic } = atoms[i];
    const at = i * SEH_ATOM_WIDTH;
    const kind = ['H', 'C', 'N', 'O', 'F'].indexOf(element);
    features[at + (kind < 0 ? 5 : kind)] = 1;
    features[at + 9] = aromatic ? 1 : 0;
    const orbitals = ['sp', 'sp2', 'sp3'].indexOf(hybridization);
    if (orbitals >= 0) features[at + 10 + orbitals] = 1;
    features[at + 13] = hydrogens;
    features[at + 13 + elementOf(element).number] = 1;
  }
  if (bonds.length === 0) {
    return { atomCount: atoms.length, features, edges: Int32Array.of(0, 0), kinds: Int32Array.of(SEH_BOND_KINDS - 1) };
  }
  const directed = bonds.flatMap(({ atoms: [u, v], order }) => [
    { from: u, to: v, kind: kindOf(order) },
    { from: v, to: u, kind: kindOf(order) },
  ]);
  directed.sort((a, b) => a.to - b.to || a.kind - b.kind || a.from - b.from);
  return {
    atomCount: atoms.length,
    features,
    edges: Int32Array.from(directed.flatMap(({ from, to }) => [from, to])),
    kinds: Int32Array.from(directed, ({ kind }) => kind),
  };
}

function kindOf(order: Bond['order']): number {
  return order === 'aromatic' ? 3 : order - 1;
}
