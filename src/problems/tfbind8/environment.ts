import { insertBack, rowEnvironment } from '../../environment/row-environment/index.ts';
import { select } from '../../rows/index.ts';
import { quoted } from '../../text/quoted.ts';
import { colourOfBase, logoPictures } from '../pictures/logo.ts';
import { strings } from '../strings.ts';

const LENGTH = 8;
const LETTER_COUNT = 4;
const EMPTY = -1;
/** The strings of eight letters. */
export const dna = strings({ length: LENGTH, letters: 'ACGT' });
// The paper's network has a fifth class at each position that is never on, but affects the bound of the initial
// weights.
const CLASS_COUNT = 5;

/** The letters at each position, as sampled and as they should be. */
export const letterPictures = (stateSize: number) =>
  logoPictures({ letters: 'ACGT', length: LENGTH, colourOf: colourOfBase }, stateSize);

/** The text of writing a letter. */
export const letterText = (_environment: unknown, action: number) => `write ${'ACGT'[action]}`;

/**
 * DNA strings of eight letters, written from the left, one letter per step (TFBind8; Trabucco et al., Design-Bench,
 * 2022). A string is complete, and terminal, when the eighth letter is placed; there is no stop.
 *
 * State row: eight letters (A 0, C 1, G 2, T 3, or -1 for an empty place), then the number of letters placed. Action i
 * writes letter i. The one backward action removes the last letter. The policy sees one one-hot block of five inputs
 * for each place, all 0 for an empty place; the fifth is never on.
 */
export function tfbind8() {
  return rowEnvironment({
    name: 'tfbind8',
    state: dna.fields,
    actions: {
      write: {
        count: LETTER_COUNT,
        changes: ({ letters, placed }, letter) => [insertBack(letters, placed, letter)],
      },
    },
    isTerminal: ({ placed }) => placed.equal(LENGTH),
    maxSteps: LENGTH,
    // One more linear layer than usual, as in the paper's experiments on strings.
    perceptron: { hidden: [256, 256], projection: 256 },
    observe: {
      inputs: LENGTH * CLASS_COUNT,
      tokens: LENGTH,
      token({ letters }, i) {
        const letter = letters.at(i);
        return select(letter.equal(EMPTY), EMPTY, i.multiply(CLASS_COUNT).add(letter));
      },
    },

    text: (_, row) => dna.text(row),
    parse(text, row) {
      if (dna.read(text, row)) return;
      throw new Error(
        `${quoted(text)} is not a state of tfbind8: write eight letters of A, C, G and T, with - for the places at the ` +
          'end that are still empty, as in ACGT----.',
      );
    },

    enumeration: dna.enumeration,
  });
}
