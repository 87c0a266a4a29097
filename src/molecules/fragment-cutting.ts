import { atomEnvironments } from '../chemistry/hybridization.ts';
import type { Bond, Molecule } from '../chemistry/molecule.ts';
import { joinFragments } from './fragment-assembly.ts';
import type { FragmentTree } from './fragment-tree.ts';
import type { FragmentVocabulary } from './fragments.ts';

/** Where a fragment was found: the molecule's atom for each of the fragment's. */
interface Finding {
  readonly fragment: number;
  readonly atoms: readonly number[];
}

/**
 * A tree of fragments that makes up a molecule, or undefined if there is none: every atom belongs to one fragment, and
 * two fragments are joined by one single bond between atoms that have stems for it. Large fragments are tried first,
 * and the first tree found is returned.
 *
 * @param max the maximum number of fragments
 */
export function cutIntoFragments(
  molecule: Molecule,
  vocabulary: FragmentVocabulary,
  max: number,
): FragmentTree | undefined {
  const neighbours = molecule.atoms.map(() => new Map<number, Bond['order']>());
  for (const {
    atoms: [u, v],
    order,
  } of molecule.bonds) {
    neighbours[u].set(v, order);
    neighbours[v].set(u, order);
  }
  const bySize = [...vocabulary.keys()].sort(
    (a, b) => vocabulary[b].molecule.atoms.length - vocabulary[a].molecule.atoms.length,
  );
  const hydrogens = atomEnvironments(molecule).map((atom) => atom.hydrogens);
  const owner = new Array<number>(molecule.atoms.length).fill(-1);
  const found: Finding[] = [];

  /** Covers the atoms that do not have a fragment yet. */
  const cover = (): FragmentTree | undefined => {
    const first = owner.indexOf(-1);
    if (first < 0) return treeOf(found);
    if (found.length === max) return undefined;
    for (const fragment of bySize) {
      const tried = new Set<string>();
      for (const atoms of placesOf(fragment, first)) {
        const key = [...atoms].sort((a, b) => a - b).join();
        // Another placement of the fragment on the same atoms leaves the same rest.
        if (tried.has(key)) continue;
        tried.add(key);
        for (const atom of atoms) owner[atom] = found.length;
        found.push({ fragment, atoms });
        const tree = cover();
        if (tree !== undefined) return tree;
        found.pop();
        for (const atom of atoms) owner[atom] = -1;
      }
    }
    return undefined;
  };

  /** Every placement of a fragment on free atoms that includes `target`. */
  function* placesOf(fragment: number, target: number): Generator<number[]> {
    const { molecule: part } = vocabulary[fragment];
    for (const start of part.atoms.keys()) {
      const atoms = new Array<number>(part.atoms.length).fill(-1);
      yield* lay(fragment, atoms, start, target);
    }
  }

  function* lay(fragment: number, atoms: number[], own: number, target: number): Generator<number[]> {
    if (!fits(fragment, atoms, own, target)) return;
    atoms[own] = target;
    const next = nextOf(vocabulary[fragment].molecule, atoms);
    if (next === undefined) {
      if (isClosed(fragment, atoms)) yield [...atoms];
    } else {
      for (const candidate of neighbours[atoms[next.from]].keys()) {
        if (!atoms.includes(candidate)) yield* lay(fragment, atoms, next.to, candidate);
      }
    }
    atoms[own] = -1;
  }

  /** Whether an atom matches the fragment's, with the same bonds to those already placed. */
  const fits = (fragment: number, atoms: readonly number[], own: number, target: number): boolean => {
    const { molecule: part } = vocabulary[fragment];
    const [mine, theirs] = [part.atoms[own], molecule.atoms[target]];
    if (owner[target] >= 0 || mine.element !== theirs.element) return false;
    if (mine.aromatic !== theirs.aromatic || mine.charge !== theirs.charge) return false;
    const bonds = new Map(
      part.bonds.flatMap(({ atoms: [u, v], order }) => (u === own ? [[v, order]] : v === own ? [[u, order]] : [])),
    );
    return atoms.every((atom, i) => atom < 0 || bonds.get(i) === neighbours[target].get(atom));
  };

  /**
   * Whether all bonds that leave the fragment are single and the fragment has stems for them, each replacing a
   * hydrogen.
   */
  const isClosed = (fragment: number, atoms: readonly number[]): boolean =>
    atoms.every((atom, own) => {
      const out = [...neighbours[atom]].filter(([other]) => !atoms.includes(other));
      const stems = vocabulary[fragment].stems.filter((stem) => stem === own).length;
      const written = vocabulary[fragment].molecule.atoms[own].hydrogens;
      const left = written === undefined ? hydrogens[atom] : Math.max(0, written - out.length);
      return out.length <= stems && out.every(([, order]) => order === 1) && left === hydrogens[atom];
    });

  /** The tree of a complete cover, if it has the molecule's hydrogens. */
  const treeOf = (findings: readonly Finding[]): FragmentTree | undefined => {
    const taken = findings.map(() => new Set<number>());
    const stemOf = (atom: number): number => {
      const { fragment, atoms } = findings[owner[atom]];
      const own = atoms.indexOf(atom);
      const stem = vocabulary[fragment].stems.findIndex((at, k) => at === own && !taken[owner[atom]].has(k));
      taken[owner[atom]].add(stem);
      return stem;
    };
    const edges = molecule.bonds
      .filter(({ atoms: [u, v] }) => owner[u] !== owner[v])
      .map(({ atoms: [u, v] }) => [owner[u], owner[v], stemOf(u), stemOf(v)] as const);
    // The edges form a tree only if there is one fewer than fragments.
    if (edges.length !== findings.length - 1) return undefined;
    const tree = { fragments: findings.map(({ fragment }) => fragment), edges };
    const joined = atomEnvironments(joinFragments(tree, vocabulary));
    const order = findings.flatMap(({ atoms }) => atoms);
    return order.every((atom, i) => joined[i].hydrogens === hydrogens[atom]) ? tree : undefined;
  };
  return cover();
}

/** An unplaced atom bonded to a placed one. */
function nextOf({ bonds }: Molecule, atoms: readonly number[]): { from: number; to: number } | undefined {
  for (const {
    atoms: [u, v],
  } of bonds) {
    if (atoms[u] >= 0 && atoms[v] < 0) return { from: u, to: v };
    if (atoms[v] >= 0 && atoms[u] < 0) return { from: v, to: u };
  }
  return undefined;
}
