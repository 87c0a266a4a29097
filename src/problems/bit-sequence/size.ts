/** `length` bits, placed as words of `wordSize` bits. */
export interface BitSequenceSize {
  readonly length: number;
  readonly wordSize: number;
}

/**
 * The maximum number of bits in a sequence: with one bit per word, such a state fits into a shader's private memory (8
 * KiB).
 */
export const MAX_BIT_SEQUENCE_LENGTH = 1024;
/** The maximum number of bits in a word: there is an action for each value of each word. */
export const MAX_BIT_SEQUENCE_WORD = 16;

/** @throws Error if there are no such sequences; see `bitSequence`. */
export function checkBitSequenceSize({ length, wordSize }: BitSequenceSize): void {
  const isCount = (value: number, max: number): boolean => Number.isInteger(value) && value >= 1 && value <= max;
  if (!isCount(length, MAX_BIT_SEQUENCE_LENGTH)) {
    throw new Error(
      `The length of a bit sequence is a whole number of bits from 1 to ${MAX_BIT_SEQUENCE_LENGTH}, not ${length}.`,
    );
  }
  if (!isCount(wordSize, MAX_BIT_SEQUENCE_WORD)) {
    throw new Error(
      `The word size of a bit sequence is a whole number of bits from 1 to ${MAX_BIT_SEQUENCE_WORD}, not ${wordSize}.`,
    );
  }
  if (length % wordSize !== 0) {
    throw new Error(
      `A sequence of ${length} bits cannot be cut into words of ${wordSize} bits: take a word size that divides the length.`,
    );
  }
}
