import type { Environment } from '../../environment/environment.ts';
import { tokenObservation } from '../../environment/observation.ts';
import { quoted } from '../../text/quoted.ts';
import { strings } from '../strings.ts';

const LENGTH = 5;
const BLOCK_COUNT = 11;
const EMPTY = -1;
/**
 * What each block is, as a SMILES of its own. Where blocks are joined to each other is part of how their table of scores
 * was made, and is not told with it, so that a string has no SMILES.
 */
const BLOCK_SMILES = ['C', 'O', 'N', 'CF', 'C=O', 'C=C', 'C#C', 'c1ccccc1', 'C1CCCCC1', 'C1CCNC1', 'CCC'];

/** The blocks of a string, in order: `C=O, N, C1CCNC1`. */
export function blockNames(state: Int32Array): string {
  return Array.from(state.subarray(0, state[LENGTH]), (block) => BLOCK_SMILES[block]).join(', ');
}

/** The strings of five blocks. */
export const blocks = strings({ length: LENGTH, letters: '0123456789a' });
// A class for each block and three for special tokens, of which the observation uses the last, for an empty place.
const CLASS_COUNT = 14;
const EMPTY_CLASS = 13;
const REMOVE_FIRST = 0;
const REMOVE_LAST = 1;

/**
 * Molecules as strings of five building blocks out of eleven, added at either end, one block a step (String QM9;
 * Shen et al., Towards Understanding and Improving GFlowNet Training, 2023). A string is complete, and terminal,
 * with the fifth block; there is no stop.
 *
 * State row: five blocks (0 .. 10, or -1 for a place still empty), then the number of blocks placed; blocks placed
 * are moved to the left. In text the blocks are 0 .. 9 and a; they stand for C, O, N, C-F, C=O, C=C, C#C, c1ccccc1,
 * C1CCCCC1, C1CCNC1 and CCC (see `blockNames`). Actions 0 .. 10 prepend a block, actions 11 .. 21 append one. Backward action 0 removes
 * the first block and 1 the last, and both are allowed wherever there is a block: a string of equal blocks is reached
 * from one parent by two actions, which remain two edges. The policy sees one one-hot block of fourteen inputs for
 * each place; an empty place turns on the last of them.
 */
export function qm9String(): Environment {
  return {
    name: 'qm9-string',
    options: {},
    stateSize: blocks.stateSize,
    actionCount: 2 * BLOCK_COUNT,
    backwardActionCount: 2,
    maxSteps: LENGTH,
    horizon: LENGTH,
    // One more linear layer than others, as in the paper's experiments on strings.
    perceptron: { hidden: [256, 256], projection: 256 },
    observation: tokenObservation({
      width: LENGTH * CLASS_COUNT,
      positions: LENGTH,
      encode(state, tokens) {
        for (let i = 0; i < LENGTH; i++) tokens[i] = i * CLASS_COUNT + (state[i] === EMPTY ? EMPTY_CLASS : state[i]);
      },
    }),

    initial: blocks.initial,
    isTerminal: (state) => state[LENGTH] === LENGTH,
    forwardMask(state, mask) {
      mask.fill(state[LENGTH] < LENGTH ? 1 : 0);
    },
    step(state, action) {
      if (action < BLOCK_COUNT) {
        state.copyWithin(1, 0, state[LENGTH]);
        state[0] = action;
      } else {
        state[state[LENGTH]] = action - BLOCK_COUNT;
      }
      state[LENGTH] += 1;
    },
    backwardMask(state, mask) {
      mask.fill(state[LENGTH] > 0 ? 1 : 0);
    },
    backwardStep(state, backwardAction) {
      if (backwardAction === REMOVE_FIRST) state.copyWithin(0, 1, state[LENGTH]);
      state[LENGTH] -= 1;
      state[state[LENGTH]] = EMPTY;
    },
    backwardAction: (_state, action) => (action < BLOCK_COUNT ? REMOVE_FIRST : REMOVE_LAST),
    forwardAction: (state, backwardAction) =>
      backwardAction === REMOVE_FIRST ? state[0] : BLOCK_COUNT + state[state[LENGTH] - 1],

    text: blocks.text,
    parse(text, state) {
      if (blocks.read(text, state)) return;
      throw new Error(
        `${quoted(text)} is no state of qm9-string: write five blocks of 0 to 9 and a, with - for the places at the end ` +
          'that are still empty, as in 07a--.',
      );
    },

    enumeration: blocks.enumeration,
    shader: { code: SHADER_CODE },
  };
}

const SHADER_CODE = `
fn initial(state: ptr<function, State>) {
  for (var i = 0; i < ${LENGTH}; i++) { (*state)[i] = ${EMPTY}; }
  (*state)[${LENGTH}] = 0;
}

fn is_terminal(state: ptr<function, State>) -> bool {
  return (*state)[${LENGTH}] == ${LENGTH};
}

fn forward_allowed(state: ptr<function, State>, action: i32) -> bool {
  return (*state)[${LENGTH}] < ${LENGTH};
}

fn step(state: ptr<function, State>, action: i32) {
  let length = (*state)[${LENGTH}];
  if (action < ${BLOCK_COUNT}) {
    for (var i = length; i > 0; i--) { (*state)[i] = (*state)[i - 1]; }
    (*state)[0] = action;
  } else {
    (*state)[length] = action - ${BLOCK_COUNT};
  }
  (*state)[${LENGTH}] = length + 1;
}

fn backward_allowed(state: ptr<function, State>, action: i32) -> bool {
  return (*state)[${LENGTH}] > 0;
}

fn backward_step(state: ptr<function, State>, action: i32) {
  let last = (*state)[${LENGTH}] - 1;
  if (action == ${REMOVE_FIRST}) {
    for (var i = 0; i < last; i++) { (*state)[i] = (*state)[i + 1]; }
  }
  (*state)[last] = ${EMPTY};
  (*state)[${LENGTH}] = last;
}

fn backward_action(state: ptr<function, State>, action: i32) -> i32 {
  return select(${REMOVE_LAST}, ${REMOVE_FIRST}, action < ${BLOCK_COUNT});
}

fn forward_action(state: ptr<function, State>, action: i32) -> i32 {
  if (action == ${REMOVE_FIRST}) { return (*state)[0]; }
  return ${BLOCK_COUNT} + (*state)[(*state)[${LENGTH}] - 1];
}

fn token(state: ptr<function, State>, position: i32) -> i32 {
  let block = (*state)[position];
  return position * ${CLASS_COUNT} + select(block, ${EMPTY_CLASS}, block == ${EMPTY});
}
`;
