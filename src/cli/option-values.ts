import { nearestName } from '../environment/nearest.ts';
import type { ObjectiveOption, ObjectiveOptionValue } from '../objective/index.ts';
import { flagName } from '../tasks/task-options.ts';
import { reasonOf, UsageError } from './errors.ts';

/** The flag of an option: `learningRate` is `--learning-rate`. */
export function flagOf(name: string): string {
  return `--${flagName(name)}`;
}

/** Reads a whole number between bounds. Throws a UsageError that names the flag. */
export function parseWholeNumber(flag: string, text: string, minimum: number, maximum: number): number {
  const value = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return value;
  throw new UsageError(`${flag} takes a whole number from ${minimum} to ${maximum}, not "${text}".`);
}

/** Reads one of some names. Throws a UsageError that names the flag and the nearest of them. */
export function parseChoice<Choice extends string>(flag: string, text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new UsageError(`${flag} takes one of ${choices.join(', ')}, not "${text}".${suggestion(text, choices)}`);
}

/** Reads the value of an objective's option. Throws a UsageError that names the flag and its bounds. */
export function parseObjectiveOption(option: ObjectiveOption, text: string | boolean): ObjectiveOptionValue {
  const flag = flagOf(option.name);
  switch (option.kind) {
    case 'flag':
      return text === true || text === 'true';
    case 'choice':
      return parseChoice(flag, String(text), option.choices);
    case 'integer':
      return parseWholeNumber(flag, String(text), option.minimum, option.maximum);
    case 'number': {
      const value = /\d/.test(String(text)) ? Number(text) : Number.NaN;
      if (isWithin(option, value)) return value;
      throw new UsageError(`${flag} (${option.help}) takes ${boundsOf(option)}, not "${text}".`);
    }
  }
}

/** Whether a value that did not come from a command line is one that the option takes. */
export function isObjectiveOptionValue(option: ObjectiveOption, value: unknown): value is ObjectiveOptionValue {
  switch (option.kind) {
    case 'flag':
      return typeof value === 'boolean';
    case 'choice':
      return typeof value === 'string' && option.choices.includes(value);
    case 'integer':
      return Number.isSafeInteger(value) && isWithin(option, value as number);
    case 'number':
      return typeof value === 'number' && isWithin(option, value);
  }
}

/** The values an option takes, in words. */
export function boundsOf(option: ObjectiveOption): string {
  switch (option.kind) {
    case 'flag':
      return 'nothing';
    case 'choice':
      return `one of ${option.choices.join(', ')}`;
    case 'integer':
      return `a whole number from ${option.minimum} to ${option.maximum}`;
    case 'number': {
      const least = option.aboveMinimum ? `above ${option.minimum}` : `of at least ${option.minimum}`;
      return Number.isFinite(option.maximum) ? `a number ${least} and at most ${option.maximum}` : `a number ${least}`;
    }
  }
}

/** " Did you mean ...?", or nothing where no candidate is near. */
export function suggestion(text: string, candidates: readonly string[]): string {
  const nearest = nearestName(text, candidates);
  return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}

/** Runs a check of the library whose errors are about what the user gave. */
export function asUsage<Result>(check: () => Result, prefix = ''): Result {
  try {
    return check();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(prefix + reasonOf(error), { cause: error });
  }
}

function isWithin(option: { minimum: number; aboveMinimum?: boolean; maximum: number }, value: number): boolean {
  const isLarge = option.aboveMinimum ? value > option.minimum : value >= option.minimum;
  return Number.isFinite(value) && isLarge && value <= option.maximum;
}
