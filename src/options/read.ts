import { nearestName } from '../text/nearest.ts';
import { quoted } from '../text/quoted.ts';
import { shown } from '../text/shown.ts';
import type { GivenOptions, OptionsOf } from './infer.ts';
import type { LeafOption, Option, Schema } from './kinds.ts';
import type { Value, Values } from './values.ts';

/**
 * Checks given options and fills in defaults, in the schema's order; every check of options is here. `undefined` counts
 * as left out; an optional option that is left out or `null` is absent.
 *
 * @param owner the name in messages, such as `entPpo`
 * @param given options by name; may be anything, for example the contents of a file
 * @throws Error that names owner, option, rule and value, and for an unknown option the nearest known one
 */
export function complete<const Options extends Schema>(
  owner: string,
  schema: Options,
  given: GivenOptions<Options> | undefined = {},
): OptionsOf<Options> {
  return completeGroup(owner, '', schema, given) as OptionsOf<Options>;
}

/** `complete` for values of unknown type, such as a file's. */
export function completeUnknown<const Options extends Schema>(
  owner: string,
  schema: Options,
  given: unknown,
): OptionsOf<Options> {
  return completeGroup(owner, '', schema, given) as OptionsOf<Options>;
}

/** The defaults of a schema. */
export function defaultsOf<const Options extends Schema>(schema: Options): OptionsOf<Options> {
  return complete('', schema);
}

function completeGroup(owner: string, prefix: string, schema: Schema, given: unknown): Values {
  if (!isRecord(given)) {
    const what = prefix === '' ? 'options' : prefix.slice(0, -1);
    throw new Error(`${owner}: ${what} must be an object of options, not ${shown(given)}.`);
  }
  checkNames(owner, given, Object.keys(schema), prefix);
  const values: Record<string, Value | Values> = {};
  for (const [name, option] of Object.entries(schema)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    const completed = completeValue(owner, prefix + name, option, value);
    if (completed !== undefined) values[name] = completed;
  }
  return values;
}

function completeValue(owner: string, path: string, option: Option, value: unknown): Value | Values | undefined {
  if (option.optional && (value === undefined || value === null)) return undefined;
  if (option.kind === 'group')
    return completeGroup(owner, `${path}.`, option.options, value === undefined ? {} : value);
  if (value === undefined && !option.optional) return option.default;
  const problem = problemOf(option, value);
  if (problem !== undefined) throw new Error(`${owner}: ${path} ${problem}.`);
  return normal(value as Value);
}

/**
 * Checks only names, for options that are not data, such as an environment's functions.
 * @throws Error that names the unknown option, and the nearest known one
 */
export function checkNames(owner: string, given: unknown, names: readonly string[], prefix = ''): void {
  if (!isRecord(given)) throw new Error(`${owner}: options must be an object of options, not ${shown(given)}.`);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) throw unknownOption(owner, prefix, unknown, names);
}

function unknownOption(owner: string, prefix: string, name: string, names: readonly string[]): Error {
  const known = names.length === 0 ? 'It takes none.' : `It takes ${names.map((each) => prefix + each).join(', ')}.`;
  const nearest = nearestIn(name, names, prefix);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return new Error(`${owner}: unknown option ${plain(prefix + name)}.${hint} ${known}`);
}

/** The path of the option that a wrong name most likely means; undefined if none is near. */
export function nearestOption(name: string, schema: Schema, prefix = ''): string | undefined {
  return nearestIn(name, Object.keys(schema), prefix);
}

function nearestIn(name: string, names: readonly string[], prefix: string): string | undefined {
  // People abbreviate names of several words by their initials.
  const initials = names.filter((each) => initialsOf(each) === name.toLowerCase());
  const nearest = initials.length === 1 ? initials[0] : nearestName(name, names);
  return nearest === undefined ? undefined : prefix + nearest;
}

function initialsOf(name: string): string {
  return (name[0] + name.replace(/[^A-Z]/g, '')).toLowerCase();
}

/** The problem with an option's value, to follow the option's name; undefined if there is none. */
export function problemOf(option: LeafOption, value: unknown): string | undefined {
  const rule = `must be ${boundsInWords(option)}`;
  switch (option.kind) {
    case 'integer': {
      const holds = Number.isSafeInteger(value) && (value as number) >= option.min && (value as number) <= option.max;
      return holds ? undefined : `${rule}, not ${shown(value)}`;
    }
    case 'number': {
      if (typeof value !== 'number' || !isWithin(option, value)) return `${rule}, not ${shown(value)}`;
      const rounded = Math.fround(value);
      if (isWithin(option, rounded) && (rounded !== 0 || value === 0)) return undefined;
      return `${rule}; float32 rounds ${value} to ${rounded}`;
    }
    case 'integers': {
      const { min, max, maxLength } = option;
      const isList = Array.isArray(value) && value.length >= 1 && value.length <= maxLength;
      const holds = isList && value.every((each) => Number.isSafeInteger(each) && each >= min && each <= max);
      return holds
        ? undefined
        : `${rule}, not ${Array.isArray(value) ? `[${value.map(shown).join(', ')}]` : shown(value)}`;
    }
    case 'choice': {
      if (option.choices.includes(value as string)) return undefined;
      if (typeof value !== 'string') return `${rule}, not ${shown(value)}`;
      const nearest = nearestName(value, option.choices);
      const why = Object.hasOwn(option.refusals ?? {}, value) ? option.refusals?.[value] : undefined;
      const hint = why !== undefined ? `: ${why}` : nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
      return `${rule}, not ${shown(value)}${hint}`;
    }
    case 'flag':
      return typeof value === 'boolean' ? undefined : `${rule}, not ${shown(value)}`;
    case 'text': {
      const { characters, maxLength } = option;
      const isText = typeof value === 'string' && value !== '' && value.length <= maxLength;
      const isWritten = isText && (characters === undefined || [...value].every((each) => characters.includes(each)));
      return isWritten ? undefined : `${rule}, not ${shown(value)}`;
    }
    case 'files':
      return typeof value === 'string' && value !== '' ? undefined : `${rule}, not ${shown(value)}`;
  }
}

/** Whether a number is finite and within an option's bounds. */
function isWithin({ min, aboveMin, max, belowMax }: LeafOption & { kind: 'number' }, value: number): boolean {
  return (
    Number.isFinite(value) &&
    !(min !== undefined && value < min) &&
    !(aboveMin !== undefined && value <= aboveMin) &&
    !(max !== undefined && value > max) &&
    !(belowMax !== undefined && value >= belowMax)
  );
}

/** The valid values of an option, in words: "an integer from 1 to 1024". */
export function boundsInWords(option: LeafOption): string {
  switch (option.kind) {
    case 'integer':
      return `an integer from ${option.min} to ${option.max}`;
    case 'number':
      return numbersInWords(option);
    case 'choice':
      return `one of ${option.choices.join(', ')}`;
    case 'integers':
      return `a list of 1 to ${option.maxLength} integers from ${option.min} to ${option.max}`;
    case 'flag':
      return 'true or false';
    case 'text': {
      const out = option.characters === undefined ? '' : ` out of ${option.characters}`;
      return `text of 1 to ${option.maxLength} characters${out}`;
    }
    case 'files':
      return option.files.length === 0
        ? 'the path of a file'
        : `the path of a folder that holds ${option.files.join(', ')}`;
  }
}

function numbersInWords({ min, aboveMin, max, belowMax }: LeafOption & { kind: 'number' }): string {
  if (min !== undefined && max !== undefined) return `a number from ${min} to ${max}`;
  const lower = aboveMin !== undefined ? `above ${aboveMin}` : min !== undefined ? `of at least ${min}` : undefined;
  const upper = belowMax !== undefined ? `below ${belowMax}` : max !== undefined ? `at most ${max}` : undefined;
  if (lower === undefined && upper === undefined) return 'a finite number';
  if (lower === undefined) return `a number ${max === undefined ? upper : `of ${upper}`}`;
  return `a number ${[lower, upper].filter((bound) => bound !== undefined).join(' and ')}`;
}

/** There is only one zero: -0 would be a different configuration, which JSON and addresses cannot represent. */
function normal(value: Value): Value {
  return value === 0 ? 0 : Array.isArray(value) ? Object.freeze([...value]) : value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Quotes a name from outside, unless it is short and plain. */
function plain(name: string): string {
  return /^[\w.-]{1,40}$/.test(name) ? name : quoted(name);
}
