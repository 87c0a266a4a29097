import type { Atom, Bond, Molecule } from '../chemistry/molecule.ts';
import type { FragmentTree } from './fragment-tree.ts';
import type { FragmentVocabulary } from './fragments.ts';

/**
 * The molecule of a finished tree: its fragments with a single bond for each edge, between the atoms of its stems. Each
 * such bond replaces one explicit hydrogen; implicit ones follow from the valence. Atoms are in the order of the nodes.
 */
export function joinFragments({ fragments, edges }: FragmentTree, vocabulary: FragmentVocabulary): Molecule {
  const atoms: Atom[] = [];
  const bonds: Bond[] = [];
  const firstAtom: number[] = [];
  for (const fragment of fragments) {
    const { molecule } = vocabulary[fragment];
    const first = atoms.length;
    firstAtom.push(first);
    atoms.push(...molecule.atoms);
    for (const { atoms: pair, order } of molecule.bonds)
      bonds.push({ atoms: [pair[0] + first, pair[1] + first], order });
  }
  const attach = (node: number, stem: number): number => {
    const at = firstAtom[node] + vocabulary[fragments[node]].stems[stem];
    const { hydrogens, ...atom } = atoms[at];
    atoms[at] = hydrogens === undefined ? atom : { ...atom, hydrogens: Math.max(0, hydrogens - 1) };
    return at;
  };
  for (const [u, v, stemOfU, stemOfV] of edges)
    bonds.push({ atoms: [attach(u, stemOfU), attach(v, stemOfV)], order: 1 });
  return { atoms, bonds };
}
