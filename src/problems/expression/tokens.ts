import { quoted } from '../../text/quoted.ts';

/** A token of an expression, and its position. */
export interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'sign' | 'end';
  /** What a text says, without its quotation marks. */
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

const number = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const name = /[A-Za-z][A-Za-z0-9]*/y;
const text = /"([^"]*)"/y;
const sign = /<=|>=|==|\*\*|[-+*/^()<>=,]/y;
/** Signs with the same meaning, including what phones and word processors write. */
const alike = new Map(
  Object.entries({ '==': '=', '**': '^', '−': '-', '·': '*', '×': '*', '“': '"', '”': '"', '„': '"' }),
);

/** The error of a mistake in an expression, with its position. */
export function mistake(column: number, text: string): Error {
  return new Error(`Column ${column}: ${text}`);
}

/** The tokens of an expression, with one for its end. @throws Error that names the column */
export function tokensOf(written: string): readonly Token[] {
  const source = written.replace(/[−·×“”„]/g, (each) => alike.get(each) ?? each);
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    if (/\s/.test(source[at])) {
      at++;
      continue;
    }
    const found = (['number', 'name', 'text', 'sign'] as const).flatMap((kind) => {
      const pattern = { number, name, text, sign }[kind];
      pattern.lastIndex = at;
      const match = pattern.exec(source);
      if (match === null) return [];
      const [whole, inner = alike.get(whole) ?? whole] = match;
      return [{ kind, text: inner, column: at + 1, length: whole.length }];
    })[0];
    if (found === undefined && source[at] === '"') {
      throw mistake(at + 1, 'this quotation mark is never closed. Write another one behind the text.');
    }
    if (found === undefined) {
      throw mistake(at + 1, `${quoted(source[at])} has no meaning here. Signs are + - * / ^ ( ) < <= = >= >.`);
    }
    const { length, ...token } = found;
    tokens.push(token);
    at += length;
  }
  return [...tokens, { kind: 'end', text: '', column: source.length + 1 }];
}
