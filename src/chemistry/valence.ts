import type { Atom, Molecule } from './molecule.ts';

/** Elements by atomic number, as far as molecules here contain them, with their usual valences. */
const ELEMENTS: Readonly<Record<string, { readonly number: number; readonly valences: readonly number[] }>> = {
  H: { number: 1, valences: [1] },
  Be: { number: 4, valences: [2] },
  B: { number: 5, valences: [3] },
  C: { number: 6, valences: [4] },
  N: { number: 7, valences: [3] },
  O: { number: 8, valences: [2] },
  F: { number: 9, valences: [1] },
  Al: { number: 13, valences: [3] },
  Si: { number: 14, valences: [4] },
  P: { number: 15, valences: [3, 5] },
  S: { number: 16, valences: [2, 4, 6] },
  Cl: { number: 17, valences: [1] },
  Se: { number: 34, valences: [2, 4, 6] },
  Br: { number: 35, valences: [1] },
  Te: { number: 52, valences: [2, 4, 6] },
  I: { number: 53, valences: [1, 3, 5] },
};

/** Symbols by atomic number, for the elements that molecules are built of here. */
export const ELEMENT_SYMBOLS: ReadonlyMap<number, string> = new Map(
  Object.entries(ELEMENTS).map(([symbol, { number }]) => [number, symbol]),
);

/**
 * An atom's usual valences, ascending. A charged atom has those of the neutral element with as many electrons, as N+
 * has carbon's 4 and C+ boron's 3; beyond the table, and for noble gases, there are none.
 */
export function usualValences(element: string, charge: number): readonly number[] {
  const found = ELEMENTS[element];
  if (found === undefined) return [];
  if (charge === 0) return found.valences;
  return ELEMENTS[ELEMENT_SYMBOLS.get(found.number - charge) ?? '']?.valences ?? [];
}

/** The sum of the orders of each atom's bonds. An aromatic atom's bonds count 1 each, and 1 more for all together. */
export function bondSums({ atoms, bonds }: Molecule): number[] {
  const sums = atoms.map(({ aromatic }) => (aromatic ? 1 : 0));
  for (const { atoms: ends, order } of bonds) for (const end of ends) sums[end] += order === 'aromatic' ? 1 : order;
  return sums;
}

/**
 * The hydrogens of an atom: the explicit ones, or as many as fill the smallest usual valence that accommodates its
 * bonds; 0 if none does.
 * @param bondSum the sum of the orders of its bonds; see `bondSums`.
 */
export function hydrogensOf({ element, charge, hydrogens }: Atom, bondSum: number): number {
  if (hydrogens !== undefined) return hydrogens;
  const valence = usualValences(element, charge).find((max) => max >= bondSum);
  return valence === undefined ? 0 : valence - bondSum;
}

/**
 * Whether every atom has a usual valence and the charges add up to 0, so that there are no radicals and the molecule is
 * not an ion.
 */
export function isNeutralClosedShell(molecule: Molecule): boolean {
  const sums = bondSums(molecule);
  const isUsual = (atom: Atom, i: number) =>
    usualValences(atom.element, atom.charge).includes(sums[i] + hydrogensOf(atom, sums[i]));
  return molecule.atoms.every(isUsual) && molecule.atoms.reduce((sum, { charge }) => sum + charge, 0) === 0;
}

/**
 * Whether no atom of the second period (B to F) is short of an octet, as the carbon of O=[C+][O-] is: such an atom
 * beside one with a lone pair is another way to write the bond that the pair would form.
 */
export function hasOctets(molecule: Molecule): boolean {
  const sums = bondSums(molecule);
  return molecule.atoms.every((atom, i) => {
    const { number } = ELEMENTS[atom.element] ?? { number: 0 };
    if (number < 5 || number > 9) return true;
    // Each bond uses one of the atom's electrons and adds one of the neighbour's.
    const valence = sums[i] + hydrogensOf(atom, sums[i]);
    return number - 2 - atom.charge + valence >= 8;
  });
}
