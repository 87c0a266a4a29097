import { objectiveOf } from '../methods.ts';
import { type Comparison, isVariant } from './comparison.ts';

/** The most methods in one picture: with more of them its lines cannot be followed. */
const maxMethods = 9;

/** What one picture of a comparison shows. */
export interface Part {
  /** What its file's name ends in. */
  readonly suffix: '' | '-variants';
  readonly comparison: Comparison;
}

/**
 * The comparison as a whole, or, if that has too many methods for one picture, its objectives first and then their
 * variants, each beside its own objective.
 */
export function partsOf(comparison: Comparison): Part[] {
  const { methods } = comparison;
  const whole: Part = { suffix: '', comparison };
  if (methods.length <= maxMethods) return [whole];
  const varied = new Set(methods.filter(isVariant).map(({ method }) => objectiveOf(method)));
  if (varied.size === 0) return [whole];
  const plain = methods.filter((method) => !isVariant(method));
  const variants = methods.filter((each) => isVariant(each) || varied.has(each.method));
  const part = (suffix: Part['suffix'], shown: Comparison['methods']): Part[] =>
    shown.length === 0 ? [] : [{ suffix, comparison: { ...comparison, methods: shown } }];
  return [...part('', plain), ...part('-variants', variants)];
}
