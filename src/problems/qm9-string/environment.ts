import { insertBack, insertFront, rowEnvironment } from '../../environment/row-environment/index.ts';
import { select } from '../../rows/index.ts';
import { quoted } from '../../text/quoted.ts';
import { strings } from '../strings.ts';

const LENGTH = 5;
const BLOCK_COUNT = 11;
const EMPTY = -1;
/**
 * Each block as a SMILES of its own. Where blocks are joined was decided when the table of scores was made and is not
 * published with it, so strings have no SMILES.
 */
const BLOCK_SMILES = ['C', 'O', 'N', 'CF', 'C=O', 'C=C', 'C#C', 'c1ccccc1', 'C1CCCCC1', 'C1CCNC1', 'CCC'];

/** The blocks of a string, in order: `C=O, N, C1CCNC1`. */
export function blockNames(state: Int32Array): string {
  return Array.from(state.subarray(0, state[LENGTH]), (block) => BLOCK_SMILES[block]).join(', ');
}

/** The strings of five blocks. */
export const blocks = strings({ length: LENGTH, letters: '0123456789a' });
// A class for each block and three for special tokens, of which the observation uses the last for an empty place.
const CLASS_COUNT = 14;
const EMPTY_CLASS = 13;

/**
 * Molecules as strings of five building blocks out of eleven, added at either end, one block per step (String QM9; Shen
 * et al., Towards Understanding and Improving GFlowNet Training, 2023). A string is complete, and terminal, with the
 * fifth block; there is no stop.
 *
 * State row: five blocks (0 .. 10, or -1 for an empty place), then the number of blocks placed; blocks are aligned to
 * the left. In text the blocks are 0 .. 9 and a; they mean C, O, N, C-F, C=O, C=C, C#C, c1ccccc1, C1CCCCC1, C1CCNC1 and
 * CCC (see `blockNames`). Actions 0 .. 10 prepend a block, actions 11 .. 21 append one. Backward action 0 removes the
 * first block and 1 the last, and both are allowed if there is a block: a string of equal blocks is reached from one
 * parent by two actions, which count as two edges. The policy sees one one-hot block of fourteen inputs for each place;
 * an empty place turns on the last of them.
 */
export function qm9String() {
  return rowEnvironment({
    name: 'qm9-string',
    state: blocks.fields,
    actions: {
      prepend: {
        count: BLOCK_COUNT,
        changes: ({ letters, placed }, block) => [insertFront(letters, placed, block)],
      },
      append: {
        count: BLOCK_COUNT,
        changes: ({ letters, placed }, block) => [insertBack(letters, placed, block)],
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
        const block = letters.at(i);
        return i.multiply(CLASS_COUNT).add(select(block.equal(EMPTY), EMPTY_CLASS, block));
      },
    },

    text: (_, row) => blocks.text(row),
    parse(text, row) {
      if (blocks.read(text, row)) return;
      throw new Error(
        `${quoted(text)} is not a state of qm9-string: write five blocks of 0 to 9 and a, with - for the places at the end ` +
          'that are still empty, as in 07a--.',
      );
    },

    enumeration: blocks.enumeration,
  });
}
