import type { TypedObjects } from './typed-reward.ts';

/** All strings of so many letters, as expressions see them: letters are digits, the first the most significant. */
export function typedStrings({
  letters,
  length,
  many,
}: {
  readonly letters: string;
  readonly length: number;
  readonly many: string;
}): TypedObjects {
  return {
    count: letters.length ** length,
    many,
    variables: ['length'],
    areStrings: true,
    objectAt(index, values) {
      values[0] = length;
      let text = '';
      for (let i = 0, rest = index; i < length; i++, rest = Math.floor(rest / letters.length)) {
        text = letters[rest % letters.length] + text;
      }
      return text;
    },
  };
}

/** What expressions of strings are made of, for the help of options. */
export const stringExpressions =
  'count("A"), contains("AB"), position("AB"), at(1, "A"), starts, ends, longest, distance';
