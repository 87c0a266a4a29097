import type { Molecule } from '../chemistry/molecule.ts';
import { readSmiles } from '../chemistry/smiles.ts';
import { checkGiven } from '../text/check-given.ts';

/** A part of molecules. */
export interface Fragment {
  /** Its name in text, such as its SMILES: no spaces and no curly braces. */
  readonly name: string;
  /** The fragment by itself, with all of its hydrogens. */
  readonly molecule: Molecule;
  /**
   * The atoms from which single bonds lead to other fragments. A stem is identified by its index in this list, and
   * takes one bond; an atom that is listed twice can take two.
   */
  readonly stems: readonly number[];
}

/** The fragments that a molecule may contain, identified by their indices. */
export type FragmentVocabulary = readonly Fragment[];

/**
 * A vocabulary from SMILES, each with its attachment points: the numbers of atoms, in the order of the SMILES.
 * @throws Error on SMILES that cannot be read, and on a vocabulary that `checkVocabulary` refuses
 */
export function fragmentVocabulary(entries: readonly (readonly [string, readonly number[]])[]): FragmentVocabulary {
  checkGiven('fragmentVocabulary', { entries }, 'list');
  const vocabulary = entries.map(([smiles, stems]) => ({ name: smiles, molecule: readSmiles(smiles), stems }));
  checkVocabulary(vocabulary);
  return vocabulary;
}

/**
 * @throws Error on an empty vocabulary, a fragment without attachment points, with more than 31 or with one at a
 * missing atom, and ambiguous names
 */
export function checkVocabulary(vocabulary: FragmentVocabulary): void {
  if (vocabulary.length === 0) throw new Error('The vocabulary of fragments is empty.');
  const names = new Set<string>();
  for (const { name, molecule, stems } of vocabulary) {
    if (!/^[^\s{}]+$/.test(name)) {
      throw new Error(`"${name}" cannot be the name of a fragment: it is empty or has spaces or curly braces.`);
    }
    if (names.has(name)) throw new Error(`The vocabulary has the fragment ${name} twice.`);
    names.add(name);
    if (stems.length === 0) {
      throw new Error(`The fragment ${name} has no attachment points, so that nothing could be joined to it.`);
    }
    // Used stems are bits of an int32.
    if (stems.length > 31)
      throw new Error(`The fragment ${name} has ${stems.length} attachment points, of 31 at most.`);
    const wrong = stems.find((atom) => !(Number.isInteger(atom) && atom >= 0 && atom < molecule.atoms.length));
    if (wrong !== undefined) {
      throw new Error(
        `The fragment ${name} has an attachment point at atom ${wrong}; its atoms are 0 to ${molecule.atoms.length - 1}.`,
      );
    }
  }
}
