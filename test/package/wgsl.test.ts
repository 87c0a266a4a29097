import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shortenWgsl } from '../../scripts/build/shorten-wgsl.mjs';

const sources = readdirSync('kernels', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.wgsl'))
  .map((file) => ({ file, source: readFileSync(join('kernels', file), 'utf8') }));

/** What the WGSL specification takes apart: comments and blanks, then the longest token that matches. */
const comment = /^(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/|\s+)/;
const token =
  /^(?:0[xX][\da-fA-F]*\.?[\da-fA-F]*(?:[pP][+-]?\d+)?[iufh]?|(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?[iufh]?|[A-Za-z_]\w*|<<=|>>=|->|&&|\|\||\+\+|--|<<|>>|<=|>=|==|!=|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|[(){}[\],;:.@=+\-*/%&|^!<>~])/;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let rest = text;
  while (rest !== '') {
    const blank = rest.match(comment);
    const found = blank ?? rest.match(token);
    if (!found) throw new Error(`no token of WGSL: ${rest.slice(0, 40)}`);
    if (!blank) tokens.push(found[0]);
    rest = rest.slice(found[0].length);
  }
  return tokens;
}

describe('kernels in the package', () => {
  test.each(sources)('$file means the same without comments and blanks', ({ source }) => {
    expect(tokensOf(shortenWgsl(source))).toEqual(tokensOf(source));
  });

  test('are a third shorter', () => {
    const length = (texts: readonly string[]) => texts.reduce((sum, text) => sum + text.length, 0);
    const whole = sources.map(({ source }) => source);
    expect(length(whole.map(shortenWgsl))).toBeLessThan((2 / 3) * length(whole));
  });

  test.each([
    ['two signs stay two', 'a - -b; c & &d; e = -f;', 'a- -b;c& &d;e= -f;\n'],
    ['words stay apart', 'let x = 1u; // one\nreturn x;', 'let x=1u;return x;\n'],
    ['comparisons and templates keep their blanks', 'array<vec4<f32>> = a < b;', 'array<vec4<f32>> =a < b;\n'],
    ['a comment between two words separates them', 'a/* b */c', 'a c\n'],
  ])('%s', (_, source, expected) => {
    expect(shortenWgsl(source)).toBe(expected);
  });
});
