import { square } from '../numeric/elementary.ts';
import type { Molecule } from './molecule.ts';
import { symmetricEigenvalues } from './symmetric-eigenvalues.ts';
import { bondSums, hydrogensOf } from './valence.ts';

/**
 * An element's valence electrons, and energies in units of Hückel's resonance integral |beta|, relative to carbon's p
 * orbital; higher means more strongly bound. `single` and `pair` are those of a p orbital that contributes one electron
 * or two to a pi system, `coupling` its coupling to a neighbour's, for both (Streitwieser, Molecular Orbital Theory for
 * Organic Chemists, 1961, his table of recommended values); `lone` is the energy of a lone pair in the plane, and
 * `sigma` that of an orbital in a single bond.
 */
interface ElementParameters {
  readonly electrons: number;
  readonly single: number;
  readonly pair: number;
  readonly coupling: { readonly single: number; readonly pair: number };
  readonly lone: number;
  readonly sigma: number;
}

const carbon: ElementParameters = {
  ...{ electrons: 4, single: 0, pair: 0 },
  ...{ coupling: { single: 1, pair: 1 }, lone: 0.4, sigma: 0 },
};

const parameters: Readonly<Record<string, ElementParameters>> = {
  C: carbon,
  N: { electrons: 5, single: 0.5, pair: 1.5, coupling: { single: 1, pair: 0.8 }, lone: 1.1, sigma: 0.5 },
  O: { electrons: 6, single: 1, pair: 2, coupling: { single: 1, pair: 0.8 }, lone: 1.6, sigma: 1 },
  F: { electrons: 7, single: 2, pair: 3, coupling: { single: 0.7, pair: 0.7 }, lone: 3, sigma: 1.5 },
};

/** The extra binding energy of a positive charge, as for N+ in Streitwieser's table: 2 instead of 0.5. */
const CHARGE_SHIFT = 1.5;
/** The coupling of the two orbitals of a single bond: an alkane's gap is then about four and a half |beta|, or 11 eV. */
const SIGMA_COUPLING = 2.3;
const VALENCE_ORBITALS = 4;

/**
 * The gap between the highest occupied and the lowest empty orbital of a molecule of C, N, O, F and hydrogen, in units
 * of |beta| (about 2.7 eV), by a model of our own on the bonds alone. It is neither quantum chemistry nor a prediction
 * of the gap in QM9; it stands in for one if a problem needs such a reward. It does not depend on the numbering of the
 * atoms, or on how the double bonds of an aromatic ring are written.
 *
 * - Each multiple bond, lone pair next to it, radical and empty orbital gives p orbitals, one for each atom and one
 *   more
 *    for a second multiple bond, across the first; those of neighbours are coupled, and the levels are the eigenvalues
 *   of the matrix (Hückel,
 *   1931, with heteroatoms as in Streitwieser, 1961).
 * - Lone pairs in the plane are levels of their own.
 * - Each single bond has a bonding and an antibonding level, those of two coupled orbitals.
 *
 * Electrons fill the levels from the lowest. If a level is half filled, the gap is from it to the next.
 *
 * @throws Error on other elements and on aromatic bonds, which have to be written as single and double ones
 */
export function frontierGap(molecule: Molecule): number {
  const { atoms, bonds } = molecule;
  const sums = bondSums(molecule);
  const neighbours = atoms.map(() => 0);
  for (const { atoms: ends } of bonds) for (const end of ends) neighbours[end]++;

  const levels: number[] = [];
  const energy: number[] = [];
  const coupling: number[] = [];
  let electrons = 0;
  const addSigma = (a: number, b: number): void => {
    const half = Math.sqrt(square(SIGMA_COUPLING) + square((a - b) / 2));
    levels.push((a + b) / 2 + half, (a + b) / 2 - half);
    electrons += 2;
  };
  const sigmaOf = (atom: number): number => parametersOf(atoms[atom].element).sigma;

  // The p orbitals of each atom, by their numbers in the pi system.
  const orbitals = atoms.map((atom, i): number[] => {
    if (atom.aromatic)
      throw new Error('Orbitals are those of single and double bonds; this molecule has aromatic ones.');
    const own = parametersOf(atom.element);
    const hydrogens = hydrogensOf(atom, sums[i]);
    for (let h = 0; h < hydrogens; h++) addSigma(own.sigma, 0);
    const inBonds = sums[i] - neighbours[i];
    const free = Math.max(0, VALENCE_ORBITALS - neighbours[i] - hydrogens - inBonds);
    let left = Math.max(0, own.electrons - atom.charge - sums[i] - hydrogens);
    const shift = atom.charge * CHARGE_SHIFT;
    const pi: number[] = [];
    const addPi = (brought: number): void => {
      const kind = brought === 2 ? 'pair' : 'single';
      pi.push(energy.length);
      energy.push(own[kind] + (kind === 'single' ? shift : 0));
      coupling.push(own.coupling[kind]);
      electrons += brought;
    };
    for (let bond = 0; bond < inBonds; bond++) addPi(1);
    for (let orbital = 0; orbital < free; orbital++) {
      const brought = Math.min(2, left);
      left -= brought;
      // One of them stands across the plane where no multiple bond does; what lies in the plane is on its own.
      if (orbital === free - 1 && inBonds === 0) addPi(brought);
      else {
        levels.push(own.lone + (brought === 2 ? 0 : shift));
        electrons += brought;
      }
    }
    return pi;
  });

  const size = energy.length;
  const matrix = new Float64Array(size * size);
  for (const [i, value] of energy.entries()) matrix[i * size + i] = value;
  const couple = (one: readonly number[], other: readonly number[]): void => {
    for (let k = 0; k < Math.min(one.length, other.length); k++) {
      const strength = coupling[one[k]] * coupling[other[k]];
      matrix[one[k] * size + other[k]] = strength;
      matrix[other[k] * size + one[k]] = strength;
    }
  };
  const inUse = atoms.map(() => 0);
  for (const {
    atoms: [u, v],
    order,
  } of bonds) {
    addSigma(sigmaOf(u), sigmaOf(v));
    // A multiple bond is between orbitals of its own; what is across from them is coupled too, as in a cumulene.
    const more = Number(order) - 1;
    const [own, across] = [u, v].reduce<[number[][], number[][]]>(
      ([taken, rest], end) => {
        const from = inUse[end];
        inUse[end] += more;
        const pi = orbitals[end];
        return [
          [...taken, pi.slice(from, from + more)],
          [...rest, [...pi.slice(0, from), ...pi.slice(from + more)]],
        ];
      },
      [[], []],
    );
    couple(own[0], own[1]);
    couple(across[0], across[1]);
  }
  levels.push(...symmetricEigenvalues(matrix, size));
  // From the most strongly bound, which is filled first.
  levels.sort((a, b) => b - a);
  const filled = Math.ceil(electrons / 2);
  if (filled === 0 || filled >= levels.length) return 0;
  return levels[filled - 1] - levels[filled];
}

function parametersOf(element: string): ElementParameters {
  const found = parameters[element];
  if (found !== undefined) return found;
  throw new Error(`Orbitals of ${element} are not known; those of ${Object.keys(parameters).join(', ')} are.`);
}
