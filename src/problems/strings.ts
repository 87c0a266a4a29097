import type { Enumeration } from '../environment/environment.ts';
import { type Cells, cells, counter, type Field, type IntCell } from '../environment/row-environment/index.ts';
import { type Int, local, repeat } from '../rows/index.ts';

const EMPTY = -1;

/** State rows that hold a string with a maximum length. */
export interface Strings {
  /** Fields of a state: `length` letters, -1 for each empty place at the end, and the number placed. */
  readonly fields: { readonly letters: Field<'cells'>; readonly placed: Field<'counter'> };
  /** Numbers in a row. */
  readonly stateSize: number;
  /** Strings of full length are the objects, shorter ones the other states. */
  readonly enumeration: Enumeration;
  /** In the row language: all letters of a string of full length read as digits, the first the most significant. */
  numberIn(letters: Cells<IntCell>): Int;
  /** Letter by letter, with - for empty places. */
  text(state: Int32Array): string;
  /** Writes the state of a text; returns whether the text is valid. */
  read(text: string, state: Int32Array): boolean;
}

/**
 * Strings of at most `length` of the given letters. Shorter strings are numbered before longer ones, so a string comes
 * after those from which adding a letter at either end leads to it; among those of one length the letters are digits,
 * the first the most significant.
 */
export function strings({ length, letters }: { readonly length: number; readonly letters: string }): Strings {
  const base = letters.length;
  // 1 + base + ... + base^(size - 1)
  const shorterThan = (size: number): number => (base ** size - 1) / (base - 1);

  const write = (index: number, size: number, state: Int32Array): void => {
    state.fill(EMPTY);
    for (let i = size - 1, rest = index; i >= 0; i--, rest = Math.floor(rest / base)) state[i] = rest % base;
    state[length] = size;
  };
  const numberOf = (state: Int32Array): number => {
    let index = 0;
    for (let i = 0; i < state[length]; i++) index = index * base + state[i];
    return index;
  };

  return {
    fields: {
      letters: cells(length, { min: EMPTY, max: base - 1, initial: EMPTY }),
      placed: counter({ max: length }),
    },
    stateSize: length + 1,
    enumeration: {
      stateCount: shorterThan(length),
      objectCount: base ** length,
      stateAt(index, state) {
        let size = 0;
        while (index >= shorterThan(size + 1)) size++;
        write(index - shorterThan(size), size, state);
      },
      indexOf: (state) => shorterThan(state[length]) + numberOf(state),
      objectAt: (index, state) => write(index, length, state),
      objectIndexOf: numberOf,
    },
    numberIn(row) {
      const index = local(0);
      repeat(length, (i) => index.set(index.get().multiply(base).add(row.at(i))));
      return index.get();
    },
    text: (state) => Array.from(state.subarray(0, length), (letter) => letters[letter] ?? '-').join(''),
    read(text, state) {
      if (text.length !== length) return false;
      const written = text.replace(/-*$/, '');
      if ([...written].some((letter) => !letters.includes(letter))) return false;
      for (let i = 0; i < length; i++) state[i] = letters.indexOf(text[i]);
      state[length] = written.length;
      return true;
    },
  };
}
