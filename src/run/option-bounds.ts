import { nearestName } from '../text/nearest.ts';
import type { ObjectiveOption, ObjectiveOptionValue } from './option-list.ts';

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
export function isWithin(option: { min: number; aboveMin?: boolean; max: number }, value: number): boolean {
  const isLarge = option.aboveMin ? value > option.min : value >= option.min;
  return Number.isFinite(value) && isLarge && value <= option.max;
}

/** The values an option takes, in words. */
export function boundsOf(option: ObjectiveOption): string {
  switch (option.kind) {
    case 'flag':
      return 'true or false';
    case 'choice':
      return `one of ${option.choices.join(', ')}`;
    case 'integer':
      return `a whole number from ${option.min} to ${option.max}`;
    case 'number': {
      const min = option.aboveMin ? `above ${option.min}` : `of at least ${option.min}`;
      return Number.isFinite(option.max) ? `a number ${min} and at most ${option.max}` : `a number ${min}`;
    }
  }
}

/** " Did you mean ...?", or nothing where no candidate is near. */
export function suggestion(text: string, candidates: readonly string[]): string {
  const nearest = nearestName(text, candidates);
  return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}
