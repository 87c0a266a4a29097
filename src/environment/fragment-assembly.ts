import type { Atom, Bond, Molecule } from '../chemistry/molecule.ts';
import type { LooseTree } from './fragment-tree.ts';
import type { FragmentVocabulary } from './fragments.ts';

/**
 * The molecule of a tree: its fragments with a single bond for each edge, between the atoms of the stems taken. Each such
 * bond takes the place of one hydrogen, where hydrogens are written; elsewhere as many are left as the valence has room
 * for. Atoms stand in the order of the nodes.
 */
export function joinFragments({ nodes, fragment, edges }: LooseTree, vocabulary: FragmentVocabulary): Molecule {
  const atoms: Atom[] = [];
  const bonds: Bond[] = [];
  const firstAtom: number[] = [];
  for (let i = 0; i < nodes; i++) {
    const { molecule } = vocabulary[fragment[i]];
    const first = atoms.length;
    firstAtom.push(first);
    atoms.push(...molecule.atoms);
    for (const { atoms: pair, order } of molecule.bonds)
      bonds.push({ atoms: [pair[0] + first, pair[1] + first], order });
  }
  for (let e = 0; e < nodes - 1; e++) {
    const [u, v, stemOfU, stemOfV] = edges.subarray(4 * e, 4 * e + 4);
    const ends = [u, v].map((node, side) => {
      const at = firstAtom[node] + vocabulary[fragment[node]].stems[side === 0 ? stemOfU : stemOfV];
      const { hydrogens, ...atom } = atoms[at];
      atoms[at] = hydrogens === undefined ? atom : { ...atom, hydrogens: Math.max(0, hydrogens - 1) };
      return at;
    });
    bonds.push({ atoms: [ends[0], ends[1]], order: 1 });
  }
  return { atoms, bonds };
}
