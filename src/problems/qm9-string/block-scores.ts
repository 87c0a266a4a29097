import { float32Bytes } from '../../data/float32-bytes.ts';
import { numpyConstructors } from '../../data/numpy-pickle.ts';
import { readPickle } from '../../data/pickle.ts';

const BLOCK_COUNT = 11;
const LENGTH = 5;
const COUNT = BLOCK_COUNT ** LENGTH;

/**
 * The String QM9 table, 161,051 little-endian float32, from a pickle of a dictionary of NumPy float32 by string of five
 * blocks, written 0 .. 9 and a (Shen et al., Towards Understanding and Improving GFlowNet Training, 2023). Scores are
 * not changed. Strings are numbered in base 11, the first block the most significant.
 *
 * @throws Error on another pickle, on a score that is not finite, and on strings that are missing.
 */
export function convertBlockScores(pickle: Uint8Array): Uint8Array {
  const scores = readPickle(pickle, numpyConstructors);
  if (!(scores instanceof Map)) throw new Error('The pickle of block scores should be a dictionary.');
  // With as many keys as strings, all of them strings of blocks, none is missing.
  if (scores.size !== COUNT) throw new Error(`The pickle has ${scores.size} block scores, and should have ${COUNT}.`);
  const table = new Float64Array(COUNT);
  for (const [key, score] of scores) {
    if (typeof key !== 'string' || !/^[0-9a]{5}$/.test(key)) {
      throw new Error(
        `The pickle scores ${JSON.stringify(key)}, which is not a string of five blocks of 0 to 9 and a.`,
      );
    }
    if (typeof score !== 'number' || !Number.isFinite(score)) {
      throw new Error(`The pickle's score of ${key} should be a finite float32.`);
    }
    table[Number.parseInt(key, BLOCK_COUNT)] = score;
  }
  return float32Bytes(table);
}
