import { quoted } from '../../text/quoted.ts';
import { type CsvRow, isHeader, numberIn, parseCsv } from '../csv.ts';

/** Scored sequences of one length, by number: letters are digits, the first the most significant. */
export interface ScoredSequences {
  /** The letters that occur, in the order of their characters. */
  readonly letters: string;
  readonly length: number;
  /** The sequences' numbers, ascending. */
  readonly numbers: Float64Array;
  /** Their scores. */
  readonly scores: Float64Array;
}

/** Numbers of sequences are exact in float64 up to this. */
const maxSequences = 2 ** 53;

/**
 * Reads a table of two columns, sequence and score, optionally with a header.
 * @param file its name in messages
 * @throws Error that names line and column if a cell is missing or not a number, if sequences have different lengths or
 * repeat, or if there are fewer than two letters
 */
export function parseScores(bytes: Uint8Array, file: string): ScoredSequences {
  const rows = parseCsv(bytes, file);
  if (rows[0].cells.length !== 2) {
    throw new Error(`${file} has ${rows[0].cells.length} columns; a table has two, sequence and score.`);
  }
  const data = isHeader(rows[0], [1]) ? rows.slice(1) : rows;
  if (data.length === 0) throw new Error(`${file} has names of columns, and no line below them.`);
  const length = data[0].cells[0].length;
  const found = new Set<string>();
  for (const row of data) {
    checkSequence(row, length, data[0].line, file);
    for (const letter of row.cells[0]) found.add(letter);
  }
  const letters = [...found].sort().join('');
  if (letters.length < 2)
    throw new Error(`The sequences of ${file} have only one letter, so there is nothing to choose.`);
  if (letters.length ** length > maxSequences) {
    throw new Error(
      `There are ${letters.length}^${length} sequences of ${length} out of the ${letters.length} letters of ${file}, more ` +
        'than 2^53, the most that can be told apart.',
    );
  }
  const digits = new Map([...letters].map((letter, i) => [letter, i]));
  const numbered = data.map((row) => {
    const number = [...row.cells[0]].reduce((n, letter) => n * letters.length + (digits.get(letter) ?? 0), 0);
    return { number, score: numberIn(row, 1, file), line: row.line };
  });
  numbered.sort((a, b) => a.number - b.number || a.line - b.line);
  for (const [i, { number, line }] of numbered.entries()) {
    const before = numbered[i - 1];
    if (before?.number !== number) continue;
    const [sequence] = data.find((row) => row.line === line)?.cells ?? [''];
    throw new Error(
      `The sequence ${quoted(sequence)} is in lines ${before.line} and ${line} of ${file}. Leave one of them out.`,
    );
  }
  return {
    ...{ letters, length },
    numbers: Float64Array.from(numbered, ({ number }) => number),
    scores: Float64Array.from(numbered, ({ score }) => score),
  };
}

function checkSequence({ line, cells: [sequence] }: CsvRow, length: number, first: number, file: string): void {
  const where = `Line ${line}, column 1 of ${file}`;
  if (sequence === '') throw new Error(`${where} is empty: give a sequence.`);
  if (sequence.includes('-')) {
    throw new Error(`${where} has a - in it, which stands for a place that is still empty. Take another letter.`);
  }
  if (sequence.length === length) return;
  throw new Error(
    `${where} has ${sequence.length} letters, and line ${first} ${length}. All have to be equally long: pad the shorter ` +
      'ones with a letter of their own, such as _.',
  );
}

/** The index of a number among ascending ones; -1 if it is missing. */
export function placeOf(numbers: Float64Array, number: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle] < number) low = middle + 1;
    else high = middle;
  }
  return numbers[low] === number ? low : -1;
}
