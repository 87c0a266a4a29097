import { exp, log } from '../../numeric/elementary.ts';

/**
 * The functions of expressions, built from additions, multiplications, divisions and square roots, which round alike
 * everywhere: a typed reward has the same bits in every engine.
 */

/** A quarter turn as a sum: the first part has 33 bits, so that its products with integers are exact. */
const quarterTurnHigh = 1.5707963267341256;
const quarterTurnLow = 6.077100506506192e-11;

/** The sine of x plus a number of quarter turns; NaN beyond 2^20, where float64 no longer represents an angle well. */
function sineOf(x: number, quarters: number): number {
  if (!(Math.abs(x) < 2 ** 20)) return Number.NaN;
  const turns = Math.round(x / quarterTurnHigh);
  const rest = x - turns * quarterTurnHigh - turns * quarterTurnLow;
  const quarter = (((turns + quarters) % 4) + 4) % 4;
  const isCosine = quarter % 2 === 1;
  // Taylor series: for at most an eighth of a turn, its tenth term is below 2^-53.
  let term = isCosine ? 1 : rest;
  let sum = term;
  for (let n = isCosine ? 2 : 3; n < 22; n += 2) {
    term *= -(rest * rest) / (n * (n - 1));
    sum += term;
  }
  return quarter >= 2 ? -sum : sum;
}

/** The largest integer exponent that is multiplied out. */
const maxFactors = 64;

export function power(base: number, exponent: number): number {
  if (Number.isInteger(exponent) && Math.abs(exponent) <= maxFactors) {
    let product = 1;
    for (let i = 0; i < Math.abs(exponent); i++) product *= base;
    return exponent < 0 ? 1 / product : product;
  }
  return base === 0 && exponent > 0 ? 0 : exp(exponent * log(base));
}

const truth = (holds: boolean) => Number(holds);

export interface ExpressionFunction {
  /** The minimum and maximum number of arguments. */
  readonly takes: readonly [number, number];
  of(...values: readonly number[]): number;
}

const ofOne = (of: (x: number) => number): ExpressionFunction => ({ takes: [1, 1], of });

export const functions: Readonly<Record<string, ExpressionFunction>> = {
  exp: ofOne(exp),
  log: ofOne(log),
  sqrt: ofOne(Math.sqrt),
  abs: ofOne(Math.abs),
  sin: ofOne((x) => sineOf(x, 0)),
  cos: ofOne((x) => sineOf(x, 1)),
  floor: ofOne(Math.floor),
  mod: { takes: [2, 2], of: (a, b) => a - b * Math.floor(a / b) },
  min: { takes: [1, 16], of: Math.min },
  max: { takes: [1, 16], of: Math.max },
};

/** A function of what is written, such as the letters of a string. */
export interface TextFunction {
  /** Its values in their order: texts in quotation marks, or numbers. */
  readonly takes: readonly ('text' | 'number')[];
  of(written: string, ...values: readonly (string | number)[]): number;
}

function ofTexts(of: (written: string, text: string) => number): TextFunction {
  return { takes: ['text'], of: (written, text) => of(written, String(text)) };
}

/** What an expression can ask of an object that is a string. */
export const textFunctions: Readonly<Record<string, TextFunction>> = {
  count: ofTexts(occurrences),
  contains: ofTexts((written, text) => truth(written.includes(text))),
  position: ofTexts((written, text) => written.indexOf(text) + 1),
  starts: ofTexts((written, text) => truth(written.startsWith(text))),
  ends: ofTexts((written, text) => truth(written.endsWith(text))),
  at: { takes: ['number', 'text'], of: (written, place, text) => truth(written[Number(place) - 1] === text) },
  longest: ofTexts(longestRun),
  distance: ofTexts(hammingDistance),
};

/** How often a text stands in another, overlaps included. */
function occurrences(written: string, text: string): number {
  let found = 0;
  for (let at = written.indexOf(text); at >= 0 && text !== ''; at = written.indexOf(text, at + 1)) found++;
  return found;
}

/** The most times that a text stands one behind the other. */
function longestRun(written: string, text: string): number {
  let longest = 0;
  while (text !== '' && written.includes(text.repeat(longest + 1))) longest++;
  return longest;
}

/** Places at which two texts differ; those that only one of them has count. */
function hammingDistance(written: string, text: string): number {
  let distance = Math.abs(written.length - text.length);
  for (let i = 0; i < Math.min(written.length, text.length); i++) distance += truth(written[i] !== text[i]);
  return distance;
}

export const constants: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };

/** Binary operators; comparisons are 1 if they hold and 0 otherwise. */
export const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': power,
  '<': (a, b) => truth(a < b),
  '>': (a, b) => truth(a > b),
  '<=': (a, b) => truth(a <= b),
  '>=': (a, b) => truth(a >= b),
  '=': (a, b) => truth(a === b),
};
