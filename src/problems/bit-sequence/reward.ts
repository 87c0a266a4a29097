import { type RowReward, rowReward } from '../../environment/row-environment/index.ts';
import { checkNames } from '../../options/index.ts';
import { randomFrom } from '../../random/random-from.ts';
import { type Int, local, repeat, sum } from '../../rows/index.ts';
import { checkGiven } from '../../text/check-given.ts';
import { bitSequence } from './environment.ts';
import { type BitSequenceSize, checkBitSequenceSize } from './size.ts';

/** The blocks of eight bits from which Malkin et al. (2022) build modes. */
const BLOCKS = ['00000000', '11111111', '11110000', '00001111', '00111100'];
const BLOCK_SIZE = 8;

/**
 * Modes as in Malkin et al. (Trajectory Balance, 2022): blocks drawn at random from five of eight bits, concatenated,
 * with the last one cut off if eight does not divide `length`. They are drawn until `count` differ, or all possible
 * ones have been drawn; the paper has 60 of 120 bits. They depend on `length` and `seed`, and a smaller `count` gives
 * the first ones.
 *
 * @returns sequences as text, 0 and 1 for each bit.
 * @throws Error on a length that `bitSequence` refuses, or a count that is not a positive integer.
 */
export function bitSequenceModes(given: {
  readonly length: number;
  readonly count: number;
  readonly seed?: number;
}): string[] {
  checkGiven('bitSequenceModes', { given }, 'object');
  const { length, count, seed = 0 } = given;
  checkBitSequenceSize({ length, wordSize: 1 });
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`The number of modes of bit sequences is a whole number of at least 1, not ${count}.`);
  }
  const lastSize = length % BLOCK_SIZE;
  const lastBlocks = new Set(BLOCKS.map((block) => block.slice(0, lastSize)));
  const possible = BLOCKS.length ** Math.floor(length / BLOCK_SIZE) * lastBlocks.size;
  const random = randomFrom(seed);
  const modes = new Set<string>();
  while (modes.size < Math.min(count, possible)) {
    let mode = '';
    while (mode.length < length) mode += BLOCKS[Math.floor(random() * BLOCKS.length)];
    modes.add(mode.slice(0, length));
  }
  return [...modes];
}

/**
 * R(x) = exp(-beta d(x) / length), where d is the Hamming distance of x to the nearest mode, in bits. Modes are texts,
 * as from `bitSequenceModes`, and have reward 1; beta, which sets how fast the reward falls, is finite and at least 0.
 * @throws Error on a size that `bitSequence` refuses, without modes, on a mode that is not such a sequence, or on an
 * invalid beta.
 */
export function bitSequenceReward(
  options: BitSequenceSize & { readonly modes: readonly string[]; readonly beta: number },
): RowReward {
  checkNames('bitSequenceReward', options, ['length', 'wordSize', 'modes', 'beta']);
  const { length, wordSize, modes, beta } = options;
  checkBitSequenceSize({ length, wordSize });
  if (!(Number.isFinite(beta) && beta >= 0)) {
    throw new Error(`The beta of bit sequences is a finite number of at least 0, not ${beta}.`);
  }
  if (modes.length === 0) throw new Error('The reward of bit sequences needs at least one mode.');
  for (const mode of modes) {
    if (mode.length !== length || !/^[01]*$/.test(mode)) {
      throw new Error(`"${mode}" is not a mode of bit sequences: write ${length} bits of 0 and 1.`);
    }
  }
  const places = length / wordSize;
  const words = Int32Array.from({ length: modes.length * places }, (_, i) => {
    const start = (i % places) * wordSize;
    return Number.parseInt(modes[Math.floor(i / places)].slice(start, start + wordSize), 2);
  });
  const logRewards = Float64Array.from({ length: length + 1 }, (_, distance) => 0 - (beta * distance) / length);
  return rowReward({
    name: 'bit-sequence',
    of: bitSequence({ length, wordSize }),
    tables: { modes: words, logRewards },
    logReward({ words: row }, tables) {
      const nearest = local(length);
      repeat(modes.length, (mode) => {
        const start = mode.multiply(places);
        const distance = sum(places, (p) => countOnes(tables.modes.at(start.add(p)).bitXor(row.at(p))));
        nearest.set(nearest.get().min(distance));
      });
      return tables.logRewards.at(nearest.get());
    },
  });
}

/** The number of ones in a word of 16 bits: summed over pairs of bits, fours, eights, and all. */
function countOnes(word: Int): Int {
  const pairs = word.subtract(word.shiftRight(1).bitAnd(0x5555));
  const fours = pairs.bitAnd(0x3333).add(pairs.shiftRight(2).bitAnd(0x3333));
  const eights = fours.add(fours.shiftRight(4)).bitAnd(0x0f0f);
  return eights.add(eights.shiftRight(8)).bitAnd(0x1f);
}
