import { countPower, MAX_ENUMERATED_STATES } from '../../environment/enumeration.ts';
import type { Enumeration, Environment } from '../../environment/environment.ts';
import { cells, counter, move, rowEnvironment, set } from '../../environment/row-environment/index.ts';
import { checkNames } from '../../options/index.ts';
import { select } from '../../rows/index.ts';
import { quoted } from '../../text/quoted.ts';
import { type BitSequenceSize, checkBitSequenceSize } from './size.ts';

const EMPTY = -1;

/**
 * Sequences of bits, written word by word at any empty place, in any order (the bit sequences of Malkin et al.,
 * Trajectory Balance, 2022, without their fixed order, as in Tiapkin et al., Generative Flow Networks as
 * Entropy-Regularized RL, 2024). A sequence is complete, and terminal, when its last place is filled; there is no stop.
 *
 * State row: length / wordSize words (0 .. 2^wordSize - 1, the first bit the most significant, or -1 for an empty
 * place), then the number of words placed. Action p 2^wordSize + w writes word w at the empty place p. Backward action
 * p empties place p. The policy sees one one-hot block of 2^wordSize + 1 inputs for each place; an empty place turns on
 * the last of them.
 *
 * @throws Error if length is not in 1 .. 1024, or wordSize is not in 1 .. 16 or does not divide length.
 */
export function bitSequence(size: BitSequenceSize) {
  checkNames('bitSequence', size, ['length', 'wordSize']);
  const { length, wordSize } = size;
  checkBitSequenceSize({ length, wordSize });
  const places = length / wordSize;
  const words = 2 ** wordSize;
  const classes = words + 1;

  return rowEnvironment({
    name: 'bit-sequence',
    options: { length, wordSize },
    state: {
      words: cells(places, { min: EMPTY, max: words - 1, initial: EMPTY }),
      placed: counter({ max: places }),
    },
    actions: {
      write: {
        counts: [places, words],
        allowed: ({ words: row }, p) => row.at(p).equal(EMPTY),
        changes: ({ words: row, placed }, p, word) => [set(row.at(p), EMPTY, word), move(placed, 1)],
      },
    },
    isTerminal: ({ placed }) => placed.equal(places),
    maxSteps: places,
    observe: {
      inputs: places * classes,
      tokens: places,
      token({ words: row }, p) {
        const word = row.at(p);
        return p.multiply(classes).add(select(word.equal(EMPTY), words, word));
      },
    },

    text({ words: row }) {
      const bits = (word: number): string => word.toString(2).padStart(wordSize, '0');
      return row.map((word) => (word === EMPTY ? '-'.repeat(wordSize) : bits(word))).join('');
    },
    parse(text, state) {
      const row = Array.from({ length: places }, (_, p) =>
        wordOf(text.slice(p * wordSize, (p + 1) * wordSize), wordSize),
      );
      if (text.length !== length || row.includes(undefined)) {
        throw new Error(
          `${quoted(text)} is not a state of bit-sequence: write ${length} bits of 0 and 1 in words of ${wordSize}, with - for ` +
            'each bit of a word that is still empty.',
        );
      }
      state.set(row.map((word) => word ?? EMPTY));
      state[places] = row.filter((word) => word !== EMPTY).length;
    },

    enumeration: enumerate({ length, wordSize }),
  });
}

/** The word of these bits, or -1 for an empty one; undefined if the text is neither. */
function wordOf(bits: string, wordSize: number): number | undefined {
  if (bits === '-'.repeat(wordSize)) return EMPTY;
  return /^[01]+$/.test(bits) ? Number.parseInt(bits, 2) : undefined;
}

/**
 * States are in the order of their rows, with an empty place before any word, so that a state comes after those with
 * fewer of its words. Complete sequences are not counted, and have their own numbers as binary numbers.
 */
function enumerate({ length, wordSize }: BitSequenceSize): Environment['enumeration'] {
  const places = length / wordSize;
  const words = 2 ** wordSize;
  const count = countPower(words + 1, places);
  if (count === undefined || count > MAX_ENUMERATED_STATES) {
    return {
      reason:
        `sequences of ${length} bits in words of ${wordSize} have ${words + 1}^${places} states, more than the ` +
        `${MAX_ENUMERATED_STATES} that are enumerated. They can be trained on, without exact metrics.`,
    };
  }
  // The numbers of ways to fill the places after place p: with words and gaps, and with at least one gap.
  const behind = Array.from({ length: places }, (_, p) => (words + 1) ** (places - 1 - p));
  const behindWithGap = behind.map((all, p) => all - words ** (places - 1 - p));

  const enumeration: Enumeration = {
    stateCount: count - words ** places,
    objectCount: words ** places,
    stateAt(index, state) {
      let rest = index;
      let hasGap = false;
      state[places] = 0;
      for (let p = 0; p < places; p++) {
        state[p] = EMPTY;
        if (rest < behind[p]) {
          hasGap = true;
          continue;
        }
        rest -= behind[p];
        const each = hasGap ? behind[p] : behindWithGap[p];
        state[p] = Math.floor(rest / each);
        state[places] += 1;
        rest %= each;
      }
    },
    indexOf(state) {
      let index = 0;
      let hasGap = false;
      for (let p = 0; p < places; p++) {
        if (state[p] === EMPTY) hasGap = true;
        else index += behind[p] + state[p] * (hasGap ? behind[p] : behindWithGap[p]);
      }
      return index;
    },
    objectAt(index, state) {
      for (let p = places - 1, rest = index; p >= 0; p--, rest = Math.floor(rest / words)) state[p] = rest % words;
      state[places] = places;
    },
    objectIndexOf(state) {
      let index = 0;
      for (let p = 0; p < places; p++) index = index * words + state[p];
      return index;
    },
  };
  return enumeration;
}
