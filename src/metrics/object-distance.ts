import { checkGiven } from '../text/check-given.ts';

/** A distance between two objects: at least 0, symmetric, and 0 from an object to itself. */
export type ObjectDistance<T> = (a: T, b: T) => number;

/** A sequence: a string (of UTF-16 units), a state row, an array of tokens. */
export type Sequence = string | ArrayLike<number>;

/**
 * Hamming distance (1950): the number of positions at which two sequences differ.
 * @throws Error unless both have the same length
 */
export function hammingDistance(a: Sequence, b: Sequence): number {
  if (a?.length === undefined || b?.length === undefined) checkGiven('hammingDistance', { a, b }, 'sequence');
  if (a.length !== b.length) {
    throw new Error(
      `Hamming's distance is defined for sequences of one length, not for ${a.length} and ${b.length}; ` +
        "Levenshtein's is for any two.",
    );
  }
  let distance = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) distance++;
  return distance;
}

/**
 * Levenshtein distance (1966): the minimum number of insertions, deletions and substitutions that turn one sequence into
 * the other, by Wagner and Fischer's dynamic program (1974).
 */
export function levenshteinDistance(a: Sequence, b: Sequence): number {
  if (a?.length === undefined || b?.length === undefined) checkGiven('levenshteinDistance', { a, b }, 'sequence');
  // The distances of the current prefix of `a` to every prefix of `b`.
  const distances = Int32Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    let diagonal = distances[0];
    distances[0] = i + 1;
    for (let j = 0; j < b.length; j++) {
      const exchanged = diagonal + (a[i] === b[j] ? 0 : 1);
      diagonal = distances[j + 1];
      distances[j + 1] = Math.min(exchanged, diagonal + 1, distances[j] + 1);
    }
  }
  return distances[b.length];
}

/**
 * Diversity: the mean distance over all pairs of objects in a list (Jain et al., Biological Sequence Design
 * with GFlowNets, 2022), in the distance's units. 0 for fewer than two objects, which have no pair.
 */
export function meanPairwiseDistance<T>(objects: readonly T[], distance: ObjectDistance<T>): number {
  checkGiven('meanPairwiseDistance', { objects }, 'list');
  checkGiven('meanPairwiseDistance', { distance }, 'function');
  let sum = 0;
  for (let i = 0; i < objects.length; i++) for (let j = 0; j < i; j++) sum += distance(objects[i], objects[j]);
  return objects.length < 2 ? 0 : sum / ((objects.length * (objects.length - 1)) / 2);
}
