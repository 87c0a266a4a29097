import { boundsInWords, type LeafOption, problemOf, readText, type Value } from '../../options/index.ts';

/**
 * An option that a form can show, with its name: `replay.capacity` for one in a group. Data folders are excluded, and
 * so are paintings, which have a brush instead.
 */
export type FormOption = Exclude<LeafOption, { kind: 'files' }> & { readonly name: string };

/** An option for a form; undefined if forms don't show it. */
export function formOption(name: string, option: LeafOption): FormOption | undefined {
  if (option.kind === 'files' || (option.kind === 'text' && option.characters !== undefined)) return undefined;
  return { ...option, name };
}

/** A value in a form; `null` is off. */
export type FormValue = Value | null;

/** A parsed input: a valid value, or the problem to show beside the field. */
export type Reading =
  | { readonly ok: true; readonly value: FormValue }
  | { readonly ok: false; readonly problem: string };

/** "Policy updates" of `policyUpdates`, "Replay capacity" of `replay.capacity`. */
export function wordsOf(name: string): string {
  const words = name
    .replace(/^optimizer\./, '')
    .replaceAll('.', ' ')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return (words.charAt(0).toUpperCase() + words.slice(1)).replace(/^Tlm /, 'TLM ');
}

const letters: Readonly<Record<string, string>> = {
  ...{ alpha: 'α', beta: 'β', delta: 'δ', epsilon: 'ε', lambda: 'λ', sigma: 'σ', tau: 'τ' },
};

/** An option's label in a form: its name, and its symbol in the literature. */
export function labelOf({ name, symbol }: FormOption): string {
  return symbol === undefined ? wordsOf(name) : `${wordsOf(name)} (${letters[symbol] ?? symbol})`;
}

/** An option's help as a sentence. */
export function helpOf({ help, optional, absent = 'none' }: FormOption): string {
  // On the command line help names flags; here settings have names in words.
  const named = help.replace(/--([a-z-]+)/g, (_, flag: string) => `“${wordsOf(flag).replaceAll('-', ' ')}”`);
  const written = named.replace(/\btlm\b/g, 'TLM');
  return `${written.charAt(0).toUpperCase()}${written.slice(1)}.${optional ? ` Empty for ${absent}.` : ''}`;
}

/** Parses the text of an option's field. A comma counts as a decimal point, as in many languages. */
export function readField(option: FormOption, text: string): Reading {
  const trimmed = text.trim();
  if (option.optional && trimmed === '') return { ok: true, value: null };
  const isNumeric = option.kind === 'integer' || option.kind === 'number';
  const written = isNumeric ? trimmed.replace(/^([+-]?\d*),(\d+)$/, '$1.$2').replace('−', '-') : trimmed;
  const reading = readText(option, written);
  return reading.ok ? reading : { ok: false, problem: `${labelOf(option)} must be ${boundsInWords(option)}.` };
}

/** A value in a field. */
export function shownValue(value: FormValue): string {
  if (value === null) return '';
  if (typeof value !== 'number') return String(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-4 || size >= 1e7) ? value.toExponential().replace('e+', 'e') : String(value);
}

/**
 * The value that an arrow key leads to. Integers move by one; shares, from 0 to 1, by a twentieth; other numbers, such
 * as learning rates, along 1, 2, 5, 10.
 * @param direction 1 for up, -1 for down
 */
export function stepped(option: FormOption, value: number, direction: 1 | -1): number {
  if (option.kind !== 'integer' && option.kind !== 'number') return value;
  const next = nextValue(option, value, direction);
  const within = Math.min(option.max ?? next, Math.max(option.min ?? next, next));
  return problemOf(option, within) === undefined ? within : value;
}

function nextValue(option: FormOption & { max?: number }, value: number, direction: 1 | -1): number {
  if (option.kind === 'integer') return Math.round(value) + direction;
  if (option.max !== undefined && option.max <= 1) {
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
