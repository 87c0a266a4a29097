import { nearestName } from '../environment/nearest.ts';
import type { ObjectiveOption, ObjectiveOptionValue } from '../objective/index.ts';

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

/** Whether a number is finite and within an option's bounds. */
export function isWithin(option: { minimum: number; aboveMinimum?: boolean; maximum: number }, value: number): boolean {
  const isLarge = option.aboveMinimum ? value > option.minimum : value >= option.minimum;
  return Number.isFinite(value) && isLarge && value <= option.maximum;
}

/** The values an option takes, in words. */
export function boundsOf(option: ObjectiveOption): string {
  switch (option.kind) {
    case 'flag':
      return 'true or false';
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
