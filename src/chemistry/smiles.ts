import { checkGiven } from '../text/check-given.ts';
import { quoted } from '../text/quoted.ts';
import type { Atom, Bond, Molecule } from './molecule.ts';

/**
 * Reads a molecule's SMILES (Daylight theory manual, chapter 3): atoms with and without brackets, charges, written
 * hydrogens, bonds, branches and rings. An unwritten bond is aromatic between two aromatic atoms of one ring, otherwise
 * single. Isotopes, stereochemistry, wildcards and disconnected molecules are refused: no fragment has them.
 *
 * @throws Error with the position of text that it cannot read
 */
export function readSmiles(smiles: string): Molecule {
  checkGiven('readSmiles', { smiles }, 'text');
  const atoms: Atom[] = [];
  const bonds: { atoms: [number, number]; order: Bond['order'] | undefined }[] = [];
  const branchPoints: number[] = [];
  const rings = new Map<string, { atom: number; order: Bond['order'] | undefined }>();
  let previous: number | undefined;
  let order: Bond['order'] | undefined;
  let position = 0;
  const refuse = (problem: string): never => {
    throw new Error(`Cannot read the SMILES ${quoted(smiles)}: at character ${position + 1}, ${problem}.`);
  };

  /** The atom before each in its chain, and the pairs that rings join. */
  const before: (number | undefined)[] = [];
  const closed = new Set<string>();
  const areNeighbours = (first: number, second: number): boolean =>
    before[Math.max(first, second)] === Math.min(first, second) || closed.has(`${first} ${second}`);

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
        if (areNeighbours(opening.atom, atom)) refuse(`ring ${name} joins atoms that are neighbours`);
        closed.add(`${opening.atom} ${atom}`).add(`${atom} ${opening.atom}`);
        bonds.push({ atoms: [opening.atom, atom], order: order ?? opening.order });
        rings.delete(name);
      }
      order = undefined;
    } else {
      const atom = atomOf(token) ?? refuse(`${quoted(token)} is not a known atom`);
      atoms.push(atom);
      before.push(previous);
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

  const inRing = bondsInRings(
    bonds.map((bond) => bond.atoms),
    atoms.length,
  );
  return {
    atoms,
    bonds: bonds.map((bond, i) => {
      const isAromatic = inRing[i] && bond.atoms.every((atom) => atoms[atom].aromatic);
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

/** The atom of a token, or undefined if it is not an atom. */
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

/**
 * For each bond whether it is in a ring. A depth-first walk through the molecule numbers the atoms as it reaches them.
 * The bond by which it first reached an atom is in a ring if some bond leads from that atom, or from an atom reached
 * through it, back to before it (Tarjan, A note on finding the bridges of a graph, 1974).
 */
function bondsInRings(pairs: readonly (readonly [number, number])[], atomCount: number): boolean[] {
  const bondsOf: number[][] = Array.from({ length: atomCount }, () => []);
  for (const [i, [a, b]] of pairs.entries()) {
    bondsOf[a].push(i);
    bondsOf[b].push(i);
  }
  const number = new Array<number>(atomCount).fill(-1);
  const earliest = new Array<number>(atomCount).fill(-1);
  const inRing = new Array<boolean>(pairs.length).fill(false);
  // The path from the first atom: the bond by which each was reached, and how many of its bonds were visited. Without
  // recursion, since a chain may be longer than the stack is deep.
  const way = [{ atom: 0, by: -1, looked: 0 }];
  number[0] = earliest[0] = 0;
  for (let reached = 1; way.length > 0; ) {
    const here = way[way.length - 1];
    const { atom, by } = here;
    if (here.looked < bondsOf[atom].length) {
      const bond = bondsOf[atom][here.looked++];
      if (bond === by) continue;
      const [a, b] = pairs[bond];
      const other = a === atom ? b : a;
      if (number[other] < 0) {
        number[other] = earliest[other] = reached++;
        way.push({ atom: other, by: bond, looked: 0 });
      } else {
        inRing[bond] = true;
        earliest[atom] = Math.min(earliest[atom], number[other]);
      }
      continue;
    }
    way.pop();
    const before = way.at(-1);
    if (before === undefined) break;
    earliest[before.atom] = Math.min(earliest[before.atom], earliest[atom]);
    if (earliest[atom] <= number[before.atom]) inRing[by] = true;
  }
  return inRing;
}
