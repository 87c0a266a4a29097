import type { Atom, Bond, Molecule } from './molecule.ts';

/**
 * Reads a molecule's SMILES (Daylight theory manual, chapter 3): atoms with and without brackets, charges, written
 * hydrogens, bonds, branches and rings. A bond that is not written is aromatic between two aromatic atoms of one ring,
 * and single otherwise. Isotopes, stereochemistry, wildcards and molecules in parts are refused: no fragment has them.
 *
 * @throws Error, with the place in the text, on what it cannot read
 */
export function readSmiles(smiles: string): Molecule {
  const atoms: Atom[] = [];
  const bonds: { atoms: [number, number]; order: Bond['order'] | undefined }[] = [];
  const branchPoints: number[] = [];
  const rings = new Map<string, { atom: number; order: Bond['order'] | undefined }>();
  let previous: number | undefined;
  let order: Bond['order'] | undefined;
  let position = 0;
  const refuse = (problem: string): never => {
    throw new Error(`Cannot read the SMILES "${smiles}": at character ${position + 1}, ${problem}.`);
  };

  while (position < smiles.length) {
    const [token] = tokenPattern.exec(smiles.slice(position)) ?? refuse(`"${smiles[position]}" is not understood`);
    const written = bondOrders.get(token);
    if (written !== undefined) {
      if (previous === undefined || order !== undefined) refuse('there is a bond without an atom before it');
      order = written;
    } else if (token === '(') {
      branchPoints.push(previous ?? refuse('a branch starts from no atom'));
    } else if (token === ')') {
      if (order !== undefined) refuse('a bond leads to no atom');
      previous = branchPoints.pop() ?? refuse('a branch ends that was not begun');
    } else if (/^[%\d]/.test(token)) {
      const atom: number = previous ?? refuse('a ring starts from no atom');
      const name = token.replace('%', '');
      const opening = rings.get(name);
      if (opening === undefined) {
        rings.set(name, { atom, order });
      } else {
        if (opening.order !== undefined && order !== undefined && opening.order !== order)
          refuse(`ring ${name} has two different bonds`);
        if (opening.atom === atom) refuse(`ring ${name} joins an atom with itself`);
        bonds.push({ atoms: [opening.atom, atom], order: order ?? opening.order });
        rings.delete(name);
      }
      order = undefined;
    } else {
      const atom = atomOf(token) ?? refuse(`"${token}" is no atom that is known here`);
      atoms.push(atom);
      if (previous !== undefined) bonds.push({ atoms: [previous, atoms.length - 1], order });
      previous = atoms.length - 1;
      order = undefined;
    }
    position += token.length;
  }
  if (atoms.length === 0) refuse('there is no atom');
  if (order !== undefined) refuse('a bond leads to no atom');
  if (branchPoints.length > 0) refuse('a branch does not end');
  for (const name of rings.keys()) refuse(`ring ${name} is not closed`);

  const pairs = bonds.map((bond) => bond.atoms);
  return {
    atoms,
    bonds: bonds.map((bond, i) => {
      const isAromatic = bond.atoms.every((atom) => atoms[atom].aromatic) && isInRing(pairs, i, atoms.length);
      return { atoms: bond.atoms, order: bond.order ?? (isAromatic ? 'aromatic' : 1) };
    }),
  };
}

const tokenPattern = /^(?:\[[^[\]]*\]|Cl|Br|[BCNOPSFIbcnops]|%\d\d|\d|[-=#:()])/;

const bondOrders: ReadonlyMap<string, Bond['order']> = new Map<string, Bond['order']>([
  ['-', 1],
  ['=', 2],
  ['#', 3],
  [':', 'aromatic'],
]);

/** An atom as it is written, or undefined where that is none. */
function atomOf(token: string): Atom | undefined {
  if (!token.startsWith('[')) return { ...elementOf(token), charge: 0 };
  const parts = /^\[([A-Z][a-z]?|[bcnops])(H\d?)?(\+\d?|-\d?|\+\++|--+)?\]$/.exec(token);
  if (parts === null) return undefined;
  const [, symbol, hydrogens = 'H0', charge = ''] = parts;
  const size = /\d/.test(charge) ? Number(charge.slice(1)) : charge.length;
  return {
    ...elementOf(symbol),
    charge: charge.startsWith('-') ? -size : size,
    hydrogens: hydrogens === 'H' ? 1 : Number(hydrogens.slice(1)),
  };
}

function elementOf(symbol: string): Pick<Atom, 'element' | 'aromatic'> {
  const element = symbol[0].toUpperCase() + symbol.slice(1);
  return { element, aromatic: symbol !== element };
}

/** Whether a bond's atoms are joined without it too. */
function isInRing(pairs: readonly (readonly [number, number])[], bond: number, atomCount: number): boolean {
  const reached = new Array<boolean>(atomCount).fill(false);
  reached[pairs[bond][0]] = true;
  for (let grows = true; grows; ) {
    grows = false;
    for (const [i, [a, b]] of pairs.entries()) {
      if (i === bond || reached[a] === reached[b]) continue;
      reached[a] = true;
      reached[b] = true;
      grows = true;
    }
  }
  return reached[pairs[bond][1]];
}
