import { unlessTooMany } from '../../environment/breadth-first.ts';
import {
  cells,
  counter,
  flag,
  insertBack,
  type RowEnvironment,
  rowEnvironment,
  set,
} from '../../environment/row-environment/index.ts';
import { select } from '../../rows/index.ts';
import { quoted } from '../../text/quoted.ts';
import { RESIDUES } from './alphabet.ts';

const EMPTY = -1;
const { length: LETTERS } = RESIDUES;

export type PeptideFields = {
  readonly residues: ReturnType<typeof cells>;
  readonly count: ReturnType<typeof counter>;
  readonly stopped: ReturnType<typeof flag>;
};

/**
 * Peptides of up to `maxLength` residues, built from the left, one residue a step (Jain et al., Biological Sequence
 * Design with GFlowNets, ICML 2022). A trajectory may stop at every peptide, including the empty one; at `maxLength` it
 * ends by itself.
 *
 * State row: residues (0 to 19 in the order ARNDCEQGHILKMFPSTWYV, -1 for an empty position), their number, then a flag
 * that is 1 once stopped. Action i appends residue i, action 20 stops. Backward action 0 removes the last residue,
 * backward action 1 undoes the stop. The policy sees one one-hot block of 20 inputs for each position, all 0 if it is
 * empty; its network may be a transformer over the sequence.
 *
 * @throws Error on a length below 1
 */
export function peptides(maxLength: number): RowEnvironment<PeptideFields> {
  if (!Number.isInteger(maxLength) || maxLength < 1) {
    throw new Error(`Peptides have at least 1 residue at the most, not ${maxLength}.`);
  }
  return rowEnvironment({
    name: 'amp',
    options: { maxLength },
    state: {
      residues: cells(maxLength, { min: EMPTY, max: LETTERS - 1, initial: EMPTY }),
      count: counter({ max: maxLength }),
      stopped: flag(),
    },
    actions: {
      write: {
        count: LETTERS,
        changes: ({ residues, count }, residue) => [insertBack(residues, count, residue)],
      },
      stop: { changes: ({ stopped }) => [set(stopped, false, true)] },
    },
    stop: 'stop',
    isTerminal: ({ count, stopped }) => stopped.or(count.equal(maxLength)),
    maxSteps: maxLength,
    // The peptides of the greatest length alone.
    ...unlessTooMany('amp', LETTERS ** maxLength),
    observe: {
      inputs: maxLength * LETTERS,
      tokens: maxLength,
      token({ residues }, i) {
        const residue = residues.at(i);
        return select(residue.equal(EMPTY), EMPTY, i.multiply(LETTERS).add(residue));
      },
      sequence: { classes: LETTERS },
    },
    text: ({ residues, stopped }) =>
      `${residues.map((residue) => RESIDUES[residue] ?? '').join('')}${stopped ? '.' : ''}`,
    parse(text, row) {
      const stopped = text.endsWith('.');
      const written = stopped ? text.slice(0, -1) : text;
      if (written.length > maxLength || [...written].some((letter) => !RESIDUES.includes(letter))) {
        throw new Error(
          `${quoted(text)} is not a peptide of up to ${maxLength} residues: write them as letters of ${RESIDUES}, and a full ` +
            'stop after the last if the walk has stopped there.',
        );
      }
      row.fill(EMPTY, 0, maxLength);
      for (const [i, letter] of [...written].entries()) row[i] = RESIDUES.indexOf(letter);
      row[maxLength] = written.length;
      row[maxLength + 1] = Number(stopped);
    },
  });
}
