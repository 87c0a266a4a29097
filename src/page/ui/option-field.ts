import type { ProblemOption } from '../../problems/listed-options.ts';
import { boundsOf, isObjectiveOptionValue } from '../../run/option-bounds.ts';
import type { ObjectiveOption } from '../../run/option-list.ts';

/** An option that a form can show. A folder of data is none, nor a text such as a painting, which has a brush instead. */
export type FormOption = ObjectiveOption | Exclude<ProblemOption, { kind: 'data-folder' | 'text' }>;

export function isFormOption<Option extends FormOption | ProblemOption>(option: Option): option is Option & FormOption {
  return option.kind !== 'data-folder' && option.kind !== 'text';
}

export type FormValue = number | string | boolean;

/** What was typed: a value that the option takes, or what is wrong with it, to be shown beside the field. */
export type Reading =
  | { readonly ok: true; readonly value: FormValue }
  | { readonly ok: false; readonly problem: string };

/** "Policy updates" of `policyUpdates`. */
export function wordsOf(name: string): string {
  if (name === 'dim') return 'Dimension';
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return (words.charAt(0).toUpperCase() + words.slice(1)).replace(/^Tlm /, 'TLM ');
}

/** What an option is called in a form: its name, and the symbol that the literature has for it, where its help ends in one. */
export function labelOf({ name, help }: FormOption): string {
  const symbol = symbolOf(help);
  return symbol === undefined ? wordsOf(name) : `${wordsOf(name)} (${symbol})`;
}

/** An option's help as a sentence, without the symbol that the label has. */
export function helpOf({ help }: FormOption): string {
  const symbol = symbolOf(help);
  const text = symbol === undefined ? help : help.slice(0, -symbol.length - 3);
  // On the command line help names flags; here the settings have names in words.
  const named = text.replace(/--([a-z-]+)/g, (_, flag: string) => `“${wordsOf(flag).replaceAll('-', ' ')}”`);
  return `${named.charAt(0).toUpperCase()}${named.slice(1)}.`;
}

function symbolOf(help: string): string | undefined {
  return / \(([A-Z]|epsilon|delta)\)$/.exec(help)?.[1];
}

const written = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Reads what a person typed into an option's field. A comma is taken for the decimal point that it is in many languages. */
export function readField(option: FormOption, text: string): Reading {
  const trimmed = text
    .trim()
    .replace(/^([+-]?\d*),(\d+)$/, '$1.$2')
    .replace('−', '-');
  const isNumeric = option.kind === 'integer' || option.kind === 'number';
  const value = option.kind === 'flag' ? trimmed === 'true' : isNumeric ? numberOf(trimmed) : trimmed;
  if (isObjectiveOptionValue(option as ObjectiveOption, value)) return { ok: true, value };
  return { ok: false, problem: `${labelOf(option)} has to be ${boundsOf(option as ObjectiveOption)}.` };
}

function numberOf(text: string): number {
  return written.test(text) ? Number(text) : Number.NaN;
}

/** A value as a field shows it. */
export function shownValue(value: FormValue): string {
  if (typeof value !== 'number') return String(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e7) ? value.toExponential().replace('e+', 'e') : String(value);
}

/**
 * The value that an arrow key leads to. Whole numbers move by one; shares, from 0 to 1, by a twentieth; other numbers, such
 * as learning rates, along 1, 2, 5, 10.
 * @param direction 1 for up, -1 for down
 */
export function stepped(option: FormOption, value: number, direction: 1 | -1): number {
  if (option.kind !== 'integer' && option.kind !== 'number') return value;
  const next = nextValue(option, value, direction);
  const within = Math.min(option.max, Math.max(option.min, next));
  return isObjectiveOptionValue(option as ObjectiveOption, within) ? within : value;
}

function nextValue(option: FormOption & { min: number; max: number }, value: number, direction: 1 | -1): number {
  if (option.kind === 'integer') return Math.round(value) + direction;
  if (option.max <= 1) {
    const twentieths = direction > 0 ? Math.floor(value * 20 + 1e-9) + 1 : Math.ceil(value * 20 - 1e-9) - 1;
    return twentieths / 20;
  }
  if (value <= 0) return direction > 0 && value === 0 ? 1e-4 : value + direction;
  return nextOfSeries(value, direction);
}

/** The next of ..., 0.1, 0.2, 0.5, 1, 2, 5, 10, ... */
function nextOfSeries(value: number, direction: 1 | -1): number {
  const exponent = Math.floor(Math.log10(value));
  const series = [-1, 0, 1].flatMap((more) => [1, 2, 5].map((digit) => Number(`${digit}e${exponent + more}`)));
  const next =
    direction > 0
      ? series.find((candidate) => candidate > value * (1 + 1e-9))
      : series.findLast((candidate) => candidate < value * (1 - 1e-9));
  return next ?? value;
}
