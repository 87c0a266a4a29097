import type { LeafOption, Schema } from './kinds.ts';
import { boundsInWords, problemOf } from './read.ts';
import { leavesOf, type Value } from './values.ts';

/** A parsed text: a valid value of the option, or the problem, to follow the option's name. */
export type Reading = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: string };

const integers = /^[+-]?\d+$/;
const numbers = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Parses a value as people write it in a flag, a form or an address. Surrounding spaces do not count. */
export function readText(option: LeafOption, text: string): Reading {
  const trimmed = text.trim();
  const value = parsed(option, trimmed);
  const problem = problemOf(option, value ?? trimmed);
  if (problem !== undefined) return { ok: false, problem };
  return { ok: true, value: value === 0 ? 0 : (value ?? trimmed) };
}

/**
 * Parses a value as people write it.
 * @param name the option's name in messages, such as `--clip-range`
 * @throws Error that names the option, its bounds and the text
 */
export function fromText(name: string, option: LeafOption, text: string): Value {
  const reading = readText(option, text);
  if (reading.ok) return reading.value;
  throw new Error(`${name} ${reading.problem}.`);
}

/** Undefined if the text does not have the form of this kind of value. */
function parsed({ kind }: LeafOption, text: string): Value | undefined {
  switch (kind) {
    case 'integer':
      return integers.test(text) || isWholeInPowers(text) ? Number(text) : undefined;
    case 'number':
      return numbers.test(text) ? Number(text) : undefined;
    case 'integers': {
      const parts = text.split(',').map((part) => part.trim());
      return parts.every((part) => integers.test(part)) ? parts.map(Number) : undefined;
    }
    case 'flag':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    default:
      return text;
  }
}

/** Whether a text such as 1e6 or 2.5e3 is an integer. */
function isWholeInPowers(text: string): boolean {
  return /e/i.test(text) && numbers.test(text) && Number.isSafeInteger(Number(text));
}

/** A path in addresses: `replay.maxAge` is `replay-max-age`. */
export function keyOf(path: string): string {
  return path.replace(/\./g, '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A path on the command line: `replay.maxAge` is `--replay-max-age`. */
export function flagName(path: string): string {
  return `--${keyOf(path)}`;
}

/** The path of an option whose `keyOf` is this one; undefined if there is none. */
export function pathOfKey(schema: Schema, key: string): string | undefined {
  return leavesOf(schema).find(({ path }) => keyOf(path) === key)?.path;
}

/** The value's placeholder in a list of flags: `N`, `easy|hard`, or nothing for a flag. */
export function placeholderOf(option: LeafOption): string {
  switch (option.kind) {
    case 'integer':
      return 'N';
    case 'integers':
      return 'N,N';
    case 'number':
      return 'X';
    case 'choice':
      return option.choices.join('|');
    case 'flag':
      return '';
    case 'text':
      return 'TEXT';
    case 'files':
      return option.files.length === 0 ? 'FILE' : 'DIR';
  }
}

/** An option's help with its symbol: "policy updates on each batch (K)". */
export function helpOf({ help, symbol }: LeafOption): string {
  return symbol === undefined ? help : `${help} (${symbol})`;
}

/** For docstrings: "policy updates on each batch (K); an integer from 1 to 1024, 4 by default". */
export function describeOption(option: LeafOption): string {
  const { optional, absent } = option;
  const preset = optional ? (absent ?? 'absent') : String(option.default);
  return `${helpOf(option)}; ${boundsInWords(option)}, ${preset} by default`;
}
