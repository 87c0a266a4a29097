import { checkGiven } from '../text/check-given.ts';
import type { Atom, Molecule } from './molecule.ts';
import { bondSums, hydrogensOf } from './valence.ts';

/** Elements that SMILES writes without brackets if their hydrogens are the usual ones. */
const ORGANIC = new Set(['B', 'C', 'N', 'O', 'P', 'S', 'F', 'Cl', 'Br', 'I']);

interface Neighbour {
  readonly atom: number;
  readonly bond: number;
}

/**
 * A molecule as SMILES (Weininger, 1988), its atoms in the order of a walk from the first. It is not canonical: another
 * numbering of the same molecule gives another text. Separate parts are joined by dots; an empty molecule is ''.
 *
 * SMILES passes a molecule to a chemistry package with its aromatic atoms, charges, hydrogens and chirality unchanged,
 * in a form that every such package reads.
 *
 * @throws Error if a bond joins a missing atom, or an atom with itself
 */
export function writeSmiles(molecule: Molecule): string {
  checkGiven('writeSmiles', { molecule }, 'molecule');
  const { atoms, bonds } = molecule;
  const neighbours = atoms.map((): Neighbour[] => []);
  for (const [bond, { atoms: ends }] of bonds.entries()) {
    const [u, v] = ends;
    if (u === v || !(u in atoms) || !(v in atoms)) {
      throw new Error(`A bond joins the atoms ${u} and ${v}; the molecule has atoms 0 to ${atoms.length - 1}.`);
    }
    neighbours[u].push({ atom: v, bond });
    neighbours[v].push({ atom: u, bond });
  }
  const sums = bondSums(molecule);
  const tree = walk(neighbours);

  const open = new Map<number, number>();
  const ringDigit = (bond: number): string => {
    const known = open.get(bond);
    if (known !== undefined) {
      open.delete(bond);
      return digits(known);
    }
    const taken = new Set(open.values());
    let free = 1;
    while (taken.has(free)) free++;
    open.set(bond, free);
    return digits(free);
  };
  const write = (at: number, parent: Neighbour | undefined): string => {
    const { rings, branches } = tree.at[at];
    const order = [...(parent ? [parent.atom] : []), ...[...rings, ...branches].map(({ atom }) => atom)];
    const hydrogens = hydrogensOf(atoms[at], sums[at]);
    const known = neighbours[at].map(({ atom }) => atom);
    const symbol = atomText(atoms[at], hydrogens, chiralityText(atoms[at], hydrogens, known, order, parent));
    const closures = rings.map(({ bond }) => (open.has(bond) ? '' : bondText(molecule, bond)) + ringDigit(bond));
    const written = branches.map(
      (branch) => bondText(molecule, branch.bond) + write(branch.atom, { atom: at, bond: branch.bond }),
    );
    return (
      symbol + closures.join('') + written.map((text, i) => (i < written.length - 1 ? `(${text})` : text)).join('')
    );
  };
  return tree.roots.map((root) => write(root, undefined)).join('.');
}

/** The order in which atoms are written, with the bonds of each that close a ring and those that continue. */
function walk(neighbours: readonly (readonly Neighbour[])[]) {
  const at = neighbours.map(() => ({ rings: [] as Neighbour[], branches: [] as Neighbour[] }));
  const roots: number[] = [];
  const seen = new Set<number>();
  const used = new Set<number>();
  const visit = (atom: number): void => {
    seen.add(atom);
    for (const next of neighbours[atom]) {
      if (used.has(next.bond)) continue;
      used.add(next.bond);
      if (seen.has(next.atom)) {
        at[atom].rings.push(next);
        at[next.atom].rings.push({ atom, bond: next.bond });
      } else {
        at[atom].branches.push(next);
        visit(next.atom);
      }
    }
  };
  for (const atom of neighbours.keys()) {
    if (seen.has(atom)) continue;
    roots.push(atom);
    visit(atom);
  }
  return { at, roots };
}

function digits(ring: number): string {
  return ring < 10 ? String(ring) : `%${ring}`;
}

/** Without a sign a bond is aromatic between aromatic atoms, and single elsewhere. */
function bondText({ atoms, bonds }: Molecule, bond: number): string {
  const { atoms: ends, order } = bonds[bond];
  const aromatic = ends.every((end) => atoms[end].aromatic);
  switch (order) {
    case 1:
      return aromatic ? '-' : '';
    case 2:
      return '=';
    case 3:
      return '#';
    case 'aromatic':
      return aromatic ? '' : ':';
  }
}

function atomText(atom: Atom, hydrogens: number, chirality: string): string {
  const { element, charge, aromatic } = atom;
  const symbol = aromatic ? element.toLowerCase() : element;
  if (charge === 0 && atom.hydrogens === undefined && chirality === '' && ORGANIC.has(element)) return symbol;
  const count = hydrogens === 0 ? '' : hydrogens === 1 ? 'H' : `H${hydrogens}`;
  const sign = charge === 0 ? '' : charge > 0 ? '+' : '-';
  const size = Math.abs(charge) > 1 ? String(Math.abs(charge)) : '';
  return `[${symbol}${chirality}${count}${sign}${size}]`;
}

/**
 * `@` or `@@` for neighbours written in `order`, if the molecule has them in the order `known`. In SMILES a hydrogen or
 * lone pair comes after the preceding atom, or first if there is none. An atom without three neighbours, or four
 * including a hydrogen, is not a centre and has no sign.
 */
function chiralityText(
  { chirality }: Atom,
  hydrogens: number,
  known: readonly number[],
  order: readonly number[],
  parent: Neighbour | undefined,
): string {
  const neighbours = known.length;
  if (chirality === undefined || hydrogens > 1 || neighbours < 3 || neighbours + hydrogens > 4) return '';
  const last = -1;
  const from = neighbours === 4 ? known : [...known, last];
  const at = parent === undefined ? 0 : 1;
  const to = neighbours === 4 ? order : [...order.slice(0, at), last, ...order.slice(at)];
  const turned = isOdd(to.map((neighbour) => from.indexOf(neighbour)));
  return (chirality === 'clockwise') !== turned ? '@@' : '@';
}

function isOdd(permutation: readonly number[]): boolean {
  let odd = false;
  for (let i = 0; i < permutation.length; i++) {
    for (let j = 0; j < i; j++) if (permutation[j] > permutation[i]) odd = !odd;
  }
  return odd;
}
