import { checkGiven } from '../text/check-given.ts';
import type { ObjectDistance } from './object-distance.ts';

/**
 * Modes of a problem without known ones: of the objects that score at least `threshold`, taken from the best down,
 * those that are farther than `farther` from every one taken before (Bengio et al., Flow Network based Generative
 * Models, 2021, for molecules: a proxy's 7 or 8 of 8, and a Tanimoto similarity under 0.7, which is a distance over
 * 0.3). Duplicates add no modes.
 *
 * @returns the indices of the modes, best first; ties keep their order
 * @throws Error if the numbers of scores and objects differ
 */
export function separateModes<T>(
  objects: readonly T[],
  scores: ArrayLike<number>,
  options: { readonly threshold: number; readonly farther: number; readonly distance: ObjectDistance<T> },
): number[] {
  checkGiven('separateModes', { objects, scores }, 'list');
  checkGiven('separateModes', { options }, { distance: 'function' });
  const { threshold, farther, distance } = options;
  if (objects.length !== scores.length) {
    throw new Error(`${scores.length} scores do not belong to ${objects.length} objects.`);
  }
  const good = Array.from(objects.keys()).filter((i) => scores[i] >= threshold);
  good.sort((a, b) => scores[b] - scores[a]);
  const modes: number[] = [];
  for (const i of good) if (modes.every((mode) => distance(objects[i], objects[mode]) > farther)) modes.push(i);
  return modes;
}
