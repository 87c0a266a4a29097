import { flagName } from '../options/index.ts';
import { boundsOf, isWithin, suggestion } from '../run/option-bounds.ts';
import type { ObjectiveOption, ObjectiveOptionValue } from '../run/option-list.ts';
import { messageOf } from '../text/message-of.ts';
import { UsageError } from './errors.ts';

/** The flag of an option: `learningRate` is `--learning-rate`. */
export function flagOf(name: string): string {
  return flagName(name);
}

/** Reads a whole number between bounds. Throws a UsageError that names the flag. */
export function parseWholeNumber(flag: string, text: string, min: number, max: number): number {
  const value = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(`${flag} takes a whole number from ${min} to ${max}, not "${text}".`);
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
      return parseWholeNumber(flag, String(text), option.min, option.max);
    case 'number': {
      const value = /\d/.test(String(text)) ? Number(text) : Number.NaN;
      if (isWithin(option, value)) return value;
      throw new UsageError(`${flag} (${option.help}) takes ${boundsOf(option)}, not "${text}".`);
    }
  }
}

/** Runs a check of the library whose errors are about what the user gave. */
export function asUsage<Result>(check: () => Result, prefix = ''): Result {
  try {
    return check();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(prefix + messageOf(error), { cause: error });
  }
}
