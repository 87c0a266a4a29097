import type { Environment } from '../../environment/environment.ts';
import { tokenObservation } from '../../environment/observation.ts';
import { quoted } from '../../text/quoted.ts';
import { strings } from '../strings.ts';

const LENGTH = 8;
const LETTER_COUNT = 4;
const EMPTY = -1;
/** The strings of eight letters. */
export const dna = strings({ length: LENGTH, letters: 'ACGT' });
// The paper's network has a fifth class at each position that is never on. It counts in the initial weights' bound.
const CLASS_COUNT = 5;

/** What writing a letter is called. */
export const letterText = (_environment: unknown, action: number) => `write ${'ACGT'[action]}`;

/**
 * DNA strings of eight letters, written from the left, one letter a step (TFBind8; Trabucco et al., Design-Bench,
 * 2022). A string is complete, and terminal, when the eighth letter is placed; there is no stop.
 *
 * State row: eight letters (A 0, C 1, G 2, T 3, or -1 for a place still empty), then the number of letters placed.
 * Action i writes letter i. The one backward action removes the last letter. The policy sees one one-hot block of
 * five inputs for each place, of which an empty place turns none on, and the fifth is never on.
 */
export function tfbind8(): Environment {
  return {
    name: 'tfbind8',
    options: {},
    stateSize: dna.stateSize,
    actionCount: LETTER_COUNT,
    backwardActionCount: 1,
    maxSteps: LENGTH,
    horizon: LENGTH,
    // One more linear layer than others, as in the paper's experiments on strings.
    perceptron: { hidden: [256, 256], projection: 256 },
    observation: tokenObservation({
      width: LENGTH * CLASS_COUNT,
      positions: LENGTH,
      encode(state, tokens) {
        for (let i = 0; i < LENGTH; i++) tokens[i] = state[i] === EMPTY ? -1 : i * CLASS_COUNT + state[i];
      },
    }),

    initial: dna.initial,
    isTerminal: (state) => state[LENGTH] === LENGTH,
    forwardMask(state, mask) {
      mask.fill(state[LENGTH] < LENGTH ? 1 : 0);
    },
    step(state, action) {
      state[state[LENGTH]] = action;
      state[LENGTH] += 1;
    },
    backwardMask(state, mask) {
      mask[0] = state[LENGTH] > 0 ? 1 : 0;
    },
    backwardStep(state) {
      state[LENGTH] -= 1;
      state[state[LENGTH]] = EMPTY;
    },
    backwardAction: () => 0,
    forwardAction: (state) => state[state[LENGTH] - 1],

    text: dna.text,
    parse(text, state) {
      if (dna.read(text, state)) return;
      throw new Error(
        `${quoted(text)} is no state of tfbind8: write eight letters of A, C, G and T, with - for the places at the ` +
          'end that are still empty, as in ACGT----.',
      );
    },

    enumeration: dna.enumeration,
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
  let place = (*state)[${LENGTH}];
  (*state)[place] = action;
  (*state)[${LENGTH}] = place + 1;
}

fn backward_allowed(state: ptr<function, State>, action: i32) -> bool {
  return (*state)[${LENGTH}] > 0;
}

fn backward_step(state: ptr<function, State>, action: i32) {
  let place = (*state)[${LENGTH}] - 1;
  (*state)[place] = ${EMPTY};
  (*state)[${LENGTH}] = place;
}

fn backward_action(state: ptr<function, State>, action: i32) -> i32 {
  return 0;
}

fn forward_action(state: ptr<function, State>, action: i32) -> i32 {
  return (*state)[(*state)[${LENGTH}] - 1];
}

fn token(state: ptr<function, State>, position: i32) -> i32 {
  let letter = (*state)[position];
  return select(position * ${CLASS_COUNT} + letter, -1, letter == ${EMPTY});
}
`;
