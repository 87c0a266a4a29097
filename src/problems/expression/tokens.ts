import { quoted } from '../../text/quoted.ts';

/** A token of an expression, and its position. */
export interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

const number = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const name = /[A-Za-z][A-Za-z0-9]*/y;
const sign = /<=|>=|==|\*\*|[-+*/^()<>=,]/y;
/** Signs with the same meaning, including what phones and word processors write. */
const alike = new Map(Object.entries({ '==': '=', '**': '^', '−': '-', '·': '*', '×': '*' }));

/** The error of a mistake in an expression, with its position. */
export function mistake(column: number, text: string): Error {
  return new Error(`Column ${column}: ${text}`);
}

/** The tokens of an expression, with one for its end. @throws Error that names the column */
export function tokensOf(text: string): readonly Token[] {
  const source = text.replace(/[−·×]/g, (each) => alike.get(each) ?? each);
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    if (/\s/.test(source[at])) {
      at++;
      continue;
    }
    const found = (['number', 'name', 'sign'] as const).flatMap((kind) => {
      const pattern = { number, name, sign }[kind];
      pattern.lastIndex = at;
      const match = pattern.exec(source)?.[0];
      return match === undefined
        ? []
        : [{ kind, text: alike.get(match) ?? match, column: at + 1, length: match.length }];
    })[0];
    if (found === undefined) {
      throw mistake(at + 1, `${quoted(source[at])} has no meaning here. Signs are + - * / ^ ( ) < <= = >= >.`);
    }
    const { length, ...token } = found;
    tokens.push(token);
    at += length;
  }
  return [...tokens, { kind: 'end', text: '', column: source.length + 1 }];
}
