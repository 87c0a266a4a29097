import type { ObjectDistance } from './object-distance.ts';

/**
 * Objects that are as unlike one another as a quick choice makes them: the first, then one after another the one that is
 * farthest from the nearest of those chosen (Gonzalez, Clustering to minimize the maximum intercluster distance, 1985).
 * Of equally far ones the first is taken.
 *
 * @returns the places of at most `count` objects, in the order in which they were chosen
 */
export function farthestPoints<T>(objects: readonly T[], count: number, distance: ObjectDistance<T>): number[] {
  const chosen: number[] = [];
  /** From each object to the nearest of those chosen; those are left out. */
  const nearest = objects.map(() => Number.POSITIVE_INFINITY);
  while (chosen.length < Math.min(count, objects.length)) {
    const next = nearest.indexOf(Math.max(...nearest));
    chosen.push(next);
    for (const [i, object] of objects.entries()) nearest[i] = Math.min(nearest[i], distance(object, objects[next]));
    for (const each of chosen) nearest[each] = Number.NEGATIVE_INFINITY;
  }
  return chosen;
}
