import { readSmiles } from '../../chemistry/smiles.ts';
import { textOf } from '../../data/text-of.ts';
import { cutIntoFragments } from '../../molecules/fragment-cutting.ts';
import { quoted } from '../../text/quoted.ts';
import { parseSehFragments } from './environment.ts';

/** The maximum number of fragments in a published molecule. */
const MAX_FRAGMENTS = 9;

/**
 * The vocabularies of sEH fragments, as JSON (see `parseSehFragments`), from the Python module that publishes them as
 * lists of pairs, `FRAGMENTS` and `FRAGMENTS_18`: a fragment's SMILES and the numbers of its attachment points.
 *
 * @throws Error on a text without these lists, and on fragments that cannot be read
 */
export function convertSehFragments(module: Uint8Array): Uint8Array {
  const text = textOf(module, 'The Python module');
  const read = (name: string) =>
    listNamed(text, name).map((line) => {
      const [, smiles, stems] = /^\("([^"\\]+)", \[(\d+(?:, \d+)*)\]\),$/.exec(line) ?? refuse(name, line);
      return { smiles, stems: stems.split(', ').map(Number) };
    });
  const bytes = jsonBytes({ fragments: read('FRAGMENTS'), fragments_18: read('FRAGMENTS_18') });
  parseSehFragments(bytes, 'full');
  parseSehFragments(bytes, 'reduced');
  return bytes;
}

/**
 * Published molecules with a tree of fragments each, as JSON (see `parseSehMolecules`), from the Python module that
 * lists their SMILES as `SOME_MOLS`.
 *
 * @param fragments the vocabularies, in the format of `convertSehFragments`
 * @throws Error on a text without this list, and on a molecule that cannot be read or is not composed of these
 * fragments
 */
export function convertSehMolecules(module: Uint8Array, fragments: Uint8Array): Uint8Array {
  const text = textOf(module, 'The Python module');
  const vocabulary = parseSehFragments(fragments, 'full');
  const molecules = listNamed(text, 'SOME_MOLS').map((line) => {
    const [, smiles] = /^"([^"\\]+)",$/.exec(line) ?? refuse('SOME_MOLS', line);
    const tree = cutIntoFragments(readSmiles(smiles), vocabulary, MAX_FRAGMENTS);
    if (tree === undefined) throw new Error(`The molecule ${smiles} is not made of fragments of the vocabulary.`);
    return { smiles, nodes: tree.fragments, edges: tree.edges };
  });
  return jsonBytes({ molecules });
}

/** The lines of a list at the top level of a Python module. */
function listNamed(text: string, name: string): string[] {
  const lines = text.split('\n');
  const isStart = new RegExp(`^${name}(?::[^=]*)? = \\[$`);
  const start = lines.findIndex((line) => isStart.test(line));
  const end = lines.indexOf(']', start);
  if (start < 0 || end < 0) throw new Error(`The Python module has no list called ${name}.`);
  return lines.slice(start + 1, end).map((line) => line.trim());
}

function refuse(list: string, line: string): never {
  throw new Error(`The list ${list} of the Python module has an entry that is not understood: ${quoted(line)}`);
}

/** One entry per line, which is easy to read and compare. */
function jsonBytes(lists: Readonly<Record<string, readonly unknown[]>>): Uint8Array {
  const written = Object.entries(lists).map(
    ([name, entries]) => `${JSON.stringify(name)}: [\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]`,
  );
  return new TextEncoder().encode(`{\n${written.join(',\n')}\n}\n`);
}
