import type { ObjectDistance } from './object-distance.ts';

/**
 * A quick choice of objects that are far apart: the first, then repeatedly the one farthest from the nearest chosen one
 * (Gonzalez, Clustering to minimize the maximum intercluster distance, 1985). Ties go to the first.
 *
 * @returns the indices of at most `count` objects, in the order of choice
 */
export function farthestPoints<T>(objects: readonly T[], count: number, distance: ObjectDistance<T>): number[] {
  const chosen: number[] = [];
  /** The distance of each object from the nearest chosen one; chosen ones are skipped. */
  const nearest = objects.map(() => Number.POSITIVE_INFINITY);
  while (chosen.length < Math.min(count, objects.length)) {
    const next = nearest.indexOf(Math.max(...nearest));
    chosen.push(next);
    for (const [i, object] of objects.entries()) nearest[i] = Math.min(nearest[i], distance(object, objects[next]));
    for (const each of chosen) nearest[each] = Number.NEGATIVE_INFINITY;
  }
  return chosen;
}
