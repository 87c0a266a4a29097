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

export const constants: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };

const truth = (holds: boolean) => Number(holds);

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
