/**
 * The binding of a fictitious protein to DNA strings of eight letters: not measured, but of the same kind as TFBind8's
 * measured scores, so that a page or a test needs no data file.
 *
 * The protein covers six letters, anywhere in the string and on either strand. It favours GATTCC: a letter at each of
 * the six positions has the weight below, 1 for the best, and a site's occupancy is the product of its six. The score
 * is the probability that at least one of a string's six sites (three positions, two strands) is occupied.
 */

/** Weights of A, C, G and T at each of the six positions. */
const WEIGHTS: readonly (readonly number[])[] = [
  [0.1, 0.2, 1, 0.1],
  [1, 0.1, 0.2, 0.1],
  [0.1, 0.1, 0.1, 1],
  [0.3, 0.1, 0.1, 1],
  [0.1, 1, 0.3, 0.1],
  [0.2, 1, 0.1, 0.3],
];

const LENGTH = 8;
const LETTER_COUNT = 4;

/** Scores in [0, 1], with the numbers of `tfbind8`'s strings: in base 4, the first letter the most significant. */
export function syntheticMotifScores(): Float32Array {
  const letters = new Int32Array(LENGTH);
  return Float32Array.from({ length: LETTER_COUNT ** LENGTH }, (_, index) => {
    for (let i = LENGTH - 1, rest = index; i >= 0; i--, rest = Math.floor(rest / LETTER_COUNT)) {
      letters[i] = rest % LETTER_COUNT;
    }
    return syntheticMotifScore(letters);
  });
}

/** @param letters eight of A 0, C 1, G 2, T 3 */
export function syntheticMotifScore(letters: ArrayLike<number>): number {
  let free = 1;
  for (let start = 0; start + WEIGHTS.length <= LENGTH; start++) {
    let forward = 1;
    let reverse = 1;
    for (const [i, weights] of WEIGHTS.entries()) {
      forward *= weights[letters[start + i]];
      // The other strand is read backwards, with A for T and C for G.
      reverse *= weights[LETTER_COUNT - 1 - letters[start + WEIGHTS.length - 1 - i]];
    }
    free *= (1 - forward) * (1 - reverse);
  }
  return 1 - free;
}
