import { integer } from '../options/kinds.ts';
import { fromText } from '../options/text.ts';
import { messageOf } from '../text/message-of.ts';
import { suggestion } from '../text/suggestion.ts';
import { UsageError } from './errors.ts';

/** Reads an integer between bounds. Throws a UsageError that names the flag. */
export function parseInteger(flag: string, text: string, min: number, max: number): number {
  return Number(asUsage(() => fromText(flag, integer(min, { min, max, help: '' }), text)));
}

/** Reads one of several names. Throws a UsageError that names the flag and the nearest name. */
export function parseChoice<Choice extends string>(flag: string, text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new UsageError(`${flag} must be one of ${choices.join(', ')}, not "${text}".${suggestion(text, choices)}`);
}

/** Reads a device; `gpu` means webgpu. Throws a UsageError. */
export function parseDevice(text = 'auto'): 'auto' | 'webgpu' | 'cpu' {
  return parseChoice('--device', text === 'gpu' ? 'webgpu' : text, ['auto', 'webgpu', 'cpu'] as const);
}

/** Runs a check of the library and turns its errors, which are about the user's input, into UsageErrors. */
export function asUsage<Result>(check: () => Result, prefix = ''): Result {
  try {
    return check();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(prefix + messageOf(error), { cause: error });
  }
}
