import type { FragmentTree } from '../../molecules/fragment-tree.ts';
import { type FragmentTrees, fragmentTrees } from '../../molecules/fragment-trees.ts';
import { type FragmentVocabulary, fragmentVocabulary } from '../../molecules/fragments.ts';
import { checkGiven } from '../../text/check-given.ts';
import { SEH_FRAGMENTS_FILE, SEH_MOLECULES_FILE, type SehVocabulary } from './files.ts';

/** Molecules of up to nine fragments that may bind to soluble epoxide hydrolase: `fragmentTrees` by its published name. */
export function sehFragments(
  fragments: FragmentVocabulary,
  options: { readonly maxFragments: number; readonly vocabulary: SehVocabulary },
): FragmentTrees {
  checkGiven('sehFragments', { fragments }, 'list');
  checkGiven('sehFragments', { options }, 'object');
  const { maxFragments, vocabulary } = options;
  return fragmentTrees({ vocabulary: fragments, maxFragments, name: 'seh', options: { maxFragments, vocabulary } });
}

/**
 * Reads the vocabularies' file: `fragments` for the full one and `fragments_18` for the reduced one, each a list of
 * objects with `smiles` and `stems`.
 *
 * @throws Error on a file in another format, on SMILES that cannot be read and on fragments without attachment points
 */
export function parseSehFragments(bytes: Uint8Array, vocabulary: SehVocabulary): FragmentVocabulary {
  const list = vocabulary === 'full' ? 'fragments' : 'fragments_18';
  return fragmentVocabulary(
    listOf(bytes, SEH_FRAGMENTS_FILE, list).map((entry, i): [string, readonly number[]] => {
      const { smiles, stems } = entry;
      if (typeof smiles === 'string' && isListOfNumbers(stems)) return [smiles, stems];
      throw new Error(`Entry ${i} of ${list} in ${SEH_FRAGMENTS_FILE} has no SMILES with a list of stems.`);
    }),
  );
}

/**
 * Reads the published molecules' file, `molecules`, a list of objects with `smiles`, `nodes` (fragments of the full
 * vocabulary) and `edges` (node, node, stem, stem): as objects of `trees`, packed row by row. Molecules with too many
 * fragments are left out.
 *
 * @throws Error on a file in another format, and on anything but a finished tree
 */
export function parseSehMolecules(bytes: Uint8Array, trees: FragmentTrees, maxFragments: number): Int32Array {
  const found = listOf(bytes, SEH_MOLECULES_FILE, 'molecules').map(({ nodes, edges }, i): FragmentTree => {
    const isTree = isListOfNumbers(nodes) && Array.isArray(edges) && edges.every(isEdge);
    if (isTree) return { fragments: nodes, edges };
    throw new Error(`Molecule ${i} in ${SEH_MOLECULES_FILE} has no nodes and edges of a tree of fragments.`);
  });
  const fitting = found.filter(({ fragments }) => fragments.length <= maxFragments);
  const objects = new Int32Array(fitting.length * trees.stateSize);
  for (const [i, tree] of fitting.entries()) {
    trees.writeObject(tree, objects.subarray(i * trees.stateSize, (i + 1) * trees.stateSize));
  }
  return objects;
}

function listOf(bytes: Uint8Array, file: string, name: string): Readonly<Record<string, unknown>>[] {
  let contents: unknown;
  try {
    contents = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Error(`${file} is not JSON; it may be cut off, or another file.`, { cause: error });
  }
  const list: unknown = isRecord(contents) ? contents[name] : undefined;
  if (Array.isArray(list) && list.every(isRecord)) return list;
  throw new Error(`${file} has no list of objects called ${name}; it may be another file.`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isListOfNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'number');
}

function isEdge(value: unknown): value is [number, number, number, number] {
  return isListOfNumbers(value) && value.length === 4;
}
