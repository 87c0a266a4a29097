import type { Environment, Reward } from '../../environment/environment.ts';
import { tokenObservation } from '../../environment/observation.ts';
import { quoted } from '../../text/quoted.ts';
import { parseFloat32Table } from '../float32-table.ts';
import { strings } from '../strings.ts';

const LENGTH = 8;
const LETTER_COUNT = 4;
const EMPTY = -1;
const dna = strings({ length: LENGTH, letters: 'ACGT' });
// The paper's network has a fifth class at each position that is never on. It counts in the initial weights' bound.
const CLASS_COUNT = 5;
const OBJECT_COUNT = dna.enumeration.objectCount;
/** The measured scores, one float32 for each string of eight letters. */
export const TFBIND8_TABLE_FILE = 'tfbind8_six6_ref_r1_normalized_f32le.bin';

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

/**
 * R(x) = max(10 y(x)^3 / max y^3, 1e-3), where y is the normalised binding score (arXiv 2606.15793 and its code).
 * The floor is applied after the scaling.
 *
 * @param table y in [0, 1] for each string, numbered in base 4 with the first letter the most significant.
 * @throws Error on a table of another size, with an entry outside [0, 1], or with no entry above 0.
 */
export function tfbind8Reward(table: Float32Array): Reward {
  checkTable(table);
  const largest = table.reduce((a, b) => Math.max(a, b), 0);
  if (largest === 0) {
    throw new Error('Every score of the tfbind8 table is 0, so that rewards cannot be scaled by the largest one.');
  }
  const logRewards = Float64Array.from(table, (y) => Math.log(Math.max((10 * y ** 3) / largest ** 3, 1e-3)));
  return {
    name: 'tfbind8',
    of: { name: 'tfbind8', options: {}, stateSize: dna.stateSize },
    logReward: (state) => logRewards[dna.numberOf(state)],
    table: Float32Array.from(logRewards),
    shader: {
      code: `
fn log_reward(state: ptr<function, State>) -> f32 {
  var index = 0;
  for (var i = 0; i < ${LENGTH}; i++) { index = index * ${LETTER_COUNT} + (*state)[i]; }
  return reward_table[index];
}
`,
    },
  };
}

/**
 * Reads the table's file: 65,536 float32, little-endian.
 * @throws Error on a file of another size, or with a score that is no number in [0, 1].
 */
export function parseTfbind8Table(bytes: Uint8Array): Float32Array {
  const table = parseFloat32Table(bytes, {
    name: 'tfbind8',
    file: TFBIND8_TABLE_FILE,
    count: OBJECT_COUNT,
    entry: 'string of eight letters',
  });
  checkTable(table);
  return table;
}

function checkTable(table: Float32Array): void {
  if (table.length !== OBJECT_COUNT) {
    throw new Error(`A tfbind8 table has ${OBJECT_COUNT} scores, one for each string; this one has ${table.length}.`);
  }
  const wrong = table.findIndex((y) => !(y >= 0 && y <= 1));
  if (wrong >= 0) {
    const row = new Int32Array(dna.stateSize);
    dna.enumeration.objectAt(wrong, row);
    throw new Error(
      `Score ${wrong} of the tfbind8 table (string ${dna.text(row)}) is ${table[wrong]}; scores are normalised to lie in [0, 1].`,
    );
  }
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
