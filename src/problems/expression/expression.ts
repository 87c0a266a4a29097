import { nearestName } from '../../text/nearest.ts';
import { constants, functions, operators, type TextFunction } from './functions.ts';
import { mistake, type Token, tokensOf } from './tokens.ts';

/** Evaluates an expression for values of its variables, in the order of their names, and for the text that its functions ask about. */
export type Expression = (values: ArrayLike<number>, written?: string) => number;

/** Operators from the lowest to the highest precedence; `^` binds more tightly, and to the right. */
const levels = [
  ['<', '<=', '=', '>=', '>'],
  ['+', '-'],
  ['*', '/'],
];

/** Maximum nesting of brackets, minus signs and powers, each of which is a recursive call. */
const maxDepth = 200;

/**
 * Parses an expression such as `exp(-((x - 3)^2 + y^2) / 4) + (x > y)`: numbers, variables, `pi` and `e`, the operators
 * `+ - * / ^`, comparisons (1 if they hold, otherwise 0), brackets, and the functions of `functions.ts`. It cannot loop
 * or call anything else.
 *
 * @param variables names of values
 * @param texts functions of a text, such as `count("A")`; none if objects are no strings
 * @throws Error with the column of the mistake, and what to do
 */
export function readExpression(
  text: string,
  variables: readonly string[],
  texts: Readonly<Record<string, TextFunction>> = {},
): Expression {
  const tokens = tokensOf(text);
  let at = 0;
  let depth = 0;
  const next = () => tokens[at];
  const isSign = (...signs: readonly string[]) => next().kind === 'sign' && signs.includes(next().text);
  const take = (): Token => tokens[at++];

  const level = (which: number): Expression => {
    if (which === levels.length) return signed();
    let left = level(which + 1);
    while (isSign(...levels[which])) {
      const of = operators[take().text];
      const [first, second] = [left, level(which + 1)];
      left = (values, written) => of(first(values, written), second(values, written));
    }
    return left;
  };
  const signed = (): Expression => {
    if (++depth > maxDepth) throw mistake(next().column, 'this is too deep in brackets and signs. Write it shorter.');
    const found = isSign('-', '+') ? afterSign(take().text) : raised();
    depth--;
    return found;
  };
  const afterSign = (sign: string): Expression => {
    const value = signed();
    return sign === '-' ? (values, written) => -value(values, written) : value;
  };
  const raised = (): Expression => {
    const base = atom();
    if (!isSign('^')) return base;
    take();
    const exponent = signed();
    return (values, written) => operators['^'](base(values, written), exponent(values, written));
  };
  const atom = (): Expression => {
    const token = take();
    const { kind, text, column } = token;
    if (kind === 'number') return constant(Number(text), column);
    if (kind === 'name') return named(token);
    if (kind === 'sign' && text === '(') {
      const inner = level(0);
      close(column);
      return inner;
    }
    if (kind === 'text') throw misplacedText(column);
    if (kind === 'end') {
      throw mistake(column, 'the expression ends too early. A number, a name or a bracket has to follow.');
    }
    throw mistake(column, `a number, a name or a bracket has to stand before ${text}.`);
  };
  const close = (opened: number) => {
    if (!isSign(')')) throw unexpected(next(), `the bracket of column ${opened} is still open. Write ) to close it.`);
    take();
  };
  const named = ({ text, column }: Token): Expression => {
    const index = variables.indexOf(text);
    if (index >= 0) return (values) => values[index];
    if (Object.hasOwn(constants, text)) return constant(constants[text], column);
    if (Object.hasOwn(texts, text)) return askedOfText(text, column);
    if (Object.hasOwn(functions, text)) return called(text, column);
    const known = [...variables, ...Object.keys(texts), ...Object.keys(constants), ...Object.keys(functions)];
    // A single letter is near to everything.
    const near = nearestName(
      text,
      known.filter(({ length }) => length > 1),
    );
    throw mistake(
      column,
      `${text} is not known here.${near === undefined ? '' : ` Did you mean ${near}?`} Known are ${known.join(', ')}.`,
    );
  };
  const called = (name: string, column: number): Expression => {
    const { takes, of } = functions[name];
    if (!isSign('(')) throw mistake(column, `${name} is a function: write ${name}( ) with its values in the brackets.`);
    const opened = take().column;
    const given = [level(0)];
    while (isSign(',')) {
      take();
      given.push(level(0));
    }
    close(opened);
    const [min, max] = takes;
    if (given.length < min || given.length > max) {
      const many = min === max ? String(min) : `${min} to ${max}`;
      throw mistake(column, `${name} takes ${many} ${max === 1 ? 'value' : 'values'}, not ${given.length}.`);
    }
    const [only, other] = given;
    if (given.length === 1) return (values, written) => of(only(values, written));
    if (given.length === 2) return (values, written) => of(only(values, written), other(values, written));
    return (values, written) => of(...given.map((each) => each(values, written)));
  };
  const askedOfText = (name: string, column: number): Expression => {
    const { takes, of } = texts[name];
    const form = `${name}(${takes.map((kind) => (kind === 'text' ? '"A"' : '1')).join(', ')})`;
    if (!isSign('(')) throw mistake(column, `${name} is a function: write ${form}.`);
    const opened = take().column;
    const given = takes.map((kind, i): string | Expression => {
      if (i > 0) {
        if (!isSign(',')) throw mistake(next().column, `${name} takes ${takes.length} values: write ${form}.`);
        take();
      }
      if (kind === 'number') return level(0);
      const { kind: found, text, column } = take();
      if (found === 'text') return text;
      throw mistake(column, `${name} takes a text here, in quotation marks: write ${form}.`);
    });
    close(opened);
    return (values, written = '') =>
      of(written, ...given.map((each) => (typeof each === 'string' ? each : each(values, written))));
  };
  const misplacedText = (column: number): Error => {
    const takers = Object.keys(texts);
    const where =
      takers.length === 0
        ? 'a text has no meaning here: objects are no strings.'
        : `a text only has a meaning in ${takers.join(', ')}.`;
    return mistake(column, where);
  };

  const whole = level(0);
  if (next().kind !== 'end')
    throw unexpected(next(), 'this bracket was never opened. Write ( before, or leave it out.');
  return whole;
}

function constant(value: number, column: number): Expression {
  if (!Number.isFinite(value)) throw mistake(column, 'this number is too large. Write one below 1e308.');
  return () => value;
}

/** The error for text after a complete expression. @param bracket what to say of a bracket, or of the end */
function unexpected({ kind, text, column }: Token, bracket: string): Error {
  if (kind === 'number' || kind === 'name' || kind === 'text' || text === '(') {
    return mistake(column, `a sign is missing before ${text}. To multiply, write * ${text}.`);
  }
  if (text === ',') return mistake(column, 'a comma has no meaning here. Decimals have a point, as in 0.5.');
  return mistake(column, bracket);
}
