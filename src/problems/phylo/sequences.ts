import { messageOf } from '../../text/message-of.ts';
import { quoted } from '../../text/quoted.ts';

/** Aligned sequences of one letter a site, as sets of bits: A 1, C 2, G 4, T 8, a gap 16; N and ? may be any base, 15. */
export interface Alignment {
  /** Names of the taxa, in the order of the rows. */
  readonly taxa: readonly string[];
  /** Distinct columns that can cost a mutation. */
  readonly sites: number;
  /** [taxa, sites]: a set of letters each. */
  readonly sets: Uint8Array;
  /** The number of alignment columns for each site. */
  readonly weights: Int32Array;
  /** Columns of the alignment. */
  readonly length: number;
}

const letters: Readonly<Record<string, number>> = { A: 1, C: 2, G: 4, T: 8, U: 8, '-': 16, N: 15, '?': 15 };

/**
 * An alignment of named sequences. Equal columns are merged with a weight, and columns in which all taxa can agree,
 * which cost nothing on any tree, are dropped.
 * @throws naming the taxon and the site: on fewer than two taxa, names that are there twice, sequences of different
 *   lengths, and letters that are none of A C G T U N ? -
 */
export function alignment(sequences: readonly (readonly [name: string, sequence: string])[]): Alignment {
  if (sequences.length < 2) throw new Error(`A tree needs at least 2 sequences; there are ${sequences.length}.`);
  const taxa = sequences.map(([name]) => name);
  const [first, { length }] = sequences[0];
  for (const [i, [name, sequence]] of sequences.entries()) {
    if (taxa.indexOf(name) !== i)
      throw new Error(`There are two sequences called ${quoted(name)}. Give each a name of its own.`);
    if (sequence.length !== length) {
      throw new Error(
        `The sequence ${quoted(name)} has ${sequence.length} sites and ${quoted(first)} ${length}. Align them first: all have to be equally long.`,
      );
    }
    for (let site = 0; site < length; site++) {
      if (letters[sequence[site].toUpperCase()] !== undefined) continue;
      throw new Error(
        `The sequence ${quoted(name)} has ${quoted(sequence[site])} at site ${site + 1}; letters are A, C, G, T or U, N or ? for any of these, and - for a gap.`,
      );
    }
  }
  const columns = new Map<string, number>();
  for (let site = 0; site < length; site++) {
    const column = sequences.map(([, sequence]) => String.fromCharCode(letters[sequence[site].toUpperCase()])).join('');
    columns.set(column, (columns.get(column) ?? 0) + 1);
  }
  const kept = [...columns].filter(
    ([column]) => [...column].reduce((set, letter) => set & letter.charCodeAt(0), 31) === 0,
  );
  const sets = new Uint8Array(taxa.length * kept.length);
  for (const [site, [column]] of kept.entries()) {
    for (let taxon = 0; taxon < taxa.length; taxon++) sets[taxon * kept.length + site] = column.charCodeAt(taxon);
  }
  return { taxa, sites: kept.length, sets, weights: Int32Array.from(kept, ([, weight]) => weight), length };
}

/**
 * Sequences from a FASTA file: a line > NAME, then the letters, on any number of lines.
 * @throws Error that names the line, on letters before the first name and on names without letters
 */
export function parseFasta(text: string): readonly (readonly [name: string, sequence: string])[] {
  const found: [string, string][] = [];
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith(';')) continue;
    if (line.startsWith('>')) {
      const name = line.slice(1).trim().split(/\s+/)[0];
      if (name === '') throw new Error(`Line ${i + 1} of the FASTA file is a > without a name.`);
      found.push([name, '']);
    } else if (found.length === 0) {
      throw new Error(`Line ${i + 1} of the FASTA file has letters before the first name: begin with a line > NAME.`);
    } else found[found.length - 1][1] += line.replace(/\s+/g, '');
  }
  const empty = found.find(([, sequence]) => sequence === '');
  if (empty) throw new Error(`The FASTA file has no letters for ${quoted(empty[0])}.`);
  return found;
}

/**
 * An alignment from a file: FASTA, or a JSON object of sequences by name, the format of the data sets DS1 to DS8.
 * @throws as `parseFasta`, `parseSequencesJson` and `alignment` do
 */
export function readAlignment(bytes: Uint8Array): Alignment {
  const text = new TextDecoder().decode(bytes).replace(/^\uFEFF/, '');
  return alignment(text.trimStart().startsWith('{') ? parseSequencesJson(text) : parseFasta(text));
}

/**
 * Sequences from a JSON object, by name.
 * @throws Error on other text, and naming the taxon whose sequence is not a text
 */
export function parseSequencesJson(text: string): readonly (readonly [name: string, sequence: string])[] {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new Error(`The alignment is not JSON: ${messageOf(cause)}.`, { cause });
  }
  return Object.entries(Object(found) as Record<string, unknown>).map(([name, sequence]) => {
    if (typeof sequence === 'string' && sequence !== '') return [name, sequence] as const;
    throw new Error(`The alignment has no sequence for ${quoted(name)}: give letters, as in { "${name}": "ACGT" }.`);
  });
}
