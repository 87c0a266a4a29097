import { type FragmentTrees, fragmentTrees } from '../../molecules/fragment-trees.ts';
import { fragmentVocabulary } from '../../molecules/fragments.ts';
import { checkGiven } from '../../text/check-given.ts';

/**
 * Ring systems and groups that are common in medicinal chemistry, with the atoms at which others can be attached: one
 * possible vocabulary, chosen for this library and not fitted to data.
 */
export const DRUG_FRAGMENTS: readonly (readonly [smiles: string, stems: readonly number[]])[] = [
  // Aromatic rings: benzene, pyridine, pyrimidine, thiophene, pyrazole, imidazole, indole.
  ['c1ccccc1', [0, 1, 2, 3]],
  ['c1ccncc1', [0, 1, 2]],
  ['c1cncnc1', [0, 1, 3]],
  ['c1ccsc1', [0, 1, 2]],
  ['c1cn[nH]c1', [0, 1, 3]],
  ['c1c[nH]cn1', [0, 2, 3]],
  ['c1ccc2[nH]ccc2c1', [0, 4, 6]],
  // Saturated rings: cyclopropane, cyclohexane, pyrrolidine, piperidine, piperazine, morpholine.
  ['C1CC1', [0]],
  ['C1CCCCC1', [0, 3]],
  ['C1CCNC1', [0, 3]],
  ['C1CCNCC1', [0, 3]],
  ['C1CNCCN1', [2, 5]],
  ['C1COCCN1', [5]],
  // Linkers: methylene, a carbonyl, an amide, a sulfonyl, an amine, an ether or hydroxyl.
  ['C', [0, 0, 0]],
  ['C=O', [0, 0]],
  ['NC=O', [0, 1]],
  ['O=S=O', [1, 1]],
  ['N', [0, 0, 0]],
  ['O', [0, 0]],
  // Terminal groups: fluorine, chlorine, a nitrile, trifluoromethyl.
  ['F', [0]],
  ['Cl', [0]],
  ['C#N', [0]],
  ['FC(F)F', [1]],
];

/** Trees of `DRUG_FRAGMENTS`. @throws Error on a number of fragments out of bounds */
export function drugFragmentTrees(given: { readonly maxFragments?: number } = {}): FragmentTrees {
  checkGiven('drugFragmentTrees', { given }, 'object?');
  const { maxFragments = 5 } = given;
  const vocabulary = fragmentVocabulary(DRUG_FRAGMENTS);
  return fragmentTrees({ vocabulary, maxFragments, name: 'molecules', options: { maxFragments } });
}
