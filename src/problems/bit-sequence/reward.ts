import type { Reward } from '../../environment/environment.ts';
import { randomFrom } from '../../random/random-from.ts';
import { type BitSequenceSize, checkBitSequenceSize } from './size.ts';

/** The blocks of eight bits that Malkin et al. (2022) make modes of. */
const BLOCKS = ['00000000', '11111111', '11110000', '00001111', '00111100'];
const BLOCK_SIZE = 8;

/**
 * Modes as in Malkin et al. (Trajectory Balance, 2022): blocks drawn at random from five of eight bits, one behind the
 * other, the last one cut short where eight does not divide `length`. They are drawn until `count` differ, or all
 * there are have been drawn; the paper has 60 of 120 bits. They depend on `length` and `seed`, and a smaller `count`
 * gives the first of them.
 *
 * @returns sequences as text, 0 and 1 for each bit.
 * @throws Error on a length that `bitSequence` refuses, or a count that is no whole number of at least 1.
 */
export function bitSequenceModes({
  length,
  count,
  seed = 0,
}: {
  readonly length: number;
  readonly count: number;
  readonly seed?: number;
}): string[] {
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
 * R(x) = exp(-beta d(x) / length), where d is the Hamming distance of x to the nearest mode, in bits. Modes are given as
 * text, as `bitSequenceModes` makes them, and have reward 1; beta, how fast the reward falls, is finite and at least 0.
 * @throws Error on a size that `bitSequence` refuses, on no modes, a mode that is no such sequence, or another beta.
 */
export function bitSequenceReward({
  length,
  wordSize,
  modes,
  beta,
}: BitSequenceSize & { readonly modes: readonly string[]; readonly beta: number }): Reward {
  checkBitSequenceSize({ length, wordSize });
  if (!(Number.isFinite(beta) && beta >= 0)) {
    throw new Error(`The beta of bit sequences is a finite number of at least 0, not ${beta}.`);
  }
  if (modes.length === 0) throw new Error('The reward of bit sequences needs at least one mode.');
  for (const mode of modes) {
    if (mode.length !== length || !/^[01]*$/.test(mode)) {
      throw new Error(`"${mode}" is no mode of bit sequences: write ${length} bits of 0 and 1.`);
    }
  }
  const places = length / wordSize;
  const words = Int32Array.from({ length: modes.length * places }, (_, i) => {
    const start = (i % places) * wordSize;
    return Number.parseInt(modes[Math.floor(i / places)].slice(start, start + wordSize), 2);
  });
  const logRewardAt = Float64Array.from({ length: length + 1 }, (_, distance) => 0 - (beta * distance) / length);

  return {
    name: 'bit-sequence',
    of: { name: 'bit-sequence', options: { length, wordSize }, stateSize: places + 1 },
    logReward(state) {
      let nearest = length;
      for (let mode = 0; mode < words.length; mode += places) {
        let distance = 0;
        for (let p = 0; p < places; p++) distance += countOnes(words[mode + p] ^ state[p]);
        nearest = Math.min(nearest, distance);
      }
      return logRewardAt[nearest];
    },
    // A word has at most 16 bits, which a float32 holds exactly. Behind the modes' words: the log-reward by distance.
    table: Float32Array.from([...words, ...logRewardAt]),
    shader: {
      code: `
fn log_reward(state: ptr<function, State>) -> f32 {
  var nearest = ${length};
  for (var mode = 0; mode < ${words.length}; mode += ${places}) {
    var distance = 0;
    for (var p = 0; p < ${places}; p++) { distance += countOneBits(i32(reward_table[mode + p]) ^ (*state)[p]); }
    nearest = min(nearest, distance);
  }
  return reward_table[${words.length} + nearest];
}
`,
    },
  };
}

function countOnes(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}
