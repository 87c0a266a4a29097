import { log } from '../numeric/elementary.ts';
import { cosPi } from '../numeric/turns.ts';

/** A standard normal number by Box and Muller's method, from two uniform numbers in (0, 1). */
export function normalFrom(uniform: () => number): number {
  return Math.sqrt(-2 * log(uniform())) * cosPi(2 * uniform());
}
