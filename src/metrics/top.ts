import { checkGiven } from '../text/check-given.ts';
import { meanReward } from './mean-reward.ts';
import { meanPairwiseDistance, type ObjectDistance } from './object-distance.ts';

/** The best distinct objects of a sample. */
export interface Top<T> {
  /** k, the number requested. */
  readonly k: number;
  /** Best first, at most k; fewer if the sample has fewer distinct objects. */
  readonly objects: readonly T[];
  /** log R of each. */
  readonly logReward: Float64Array;
}

/** Metrics of the best distinct objects. */
export interface TopMetrics {
  /** The number of objects, at most k. */
  readonly count: number;
  /** The mean of R, in the reward's own units. */
  readonly meanReward: number;
  /**
   * The mean pairwise distance. Absent if there are fewer than k objects: a few distant objects are less diverse than k
   * of them.
   */
  readonly diversity?: number;
}

/**
 * The k distinct objects with the highest rewards; ties go to the first. The best of several samples are the best of
 * their best: `topDistinct([...best.objects, ...sample], [...best.logReward, ...logReward], k)` keeps the best of a
 * whole run.
 *
 * @param objects strings, or rows of numbers.
 * @param logReward log R of each.
 * @param keyOf objects with the same key are the same; by default their text
 * @throws Error unless there are as many log-rewards as objects, none is NaN, and k is at least 1.
 */
export function topDistinct<T>(
  objects: readonly T[],
  logReward: ArrayLike<number>,
  k: number,
  keyOf: (object: T) => unknown = String,
): Top<T> {
  checkGiven('topDistinct', { objects, logReward }, 'list');
  if (objects.length !== logReward.length) {
    throw new Error(`${logReward.length} log-rewards do not belong to ${objects.length} objects.`);
  }
  if (!Number.isInteger(k) || k < 1) throw new Error(`The best k objects: k is at least 1, not ${k}.`);
  for (let i = 0; i < logReward.length; i++) {
    if (Number.isNaN(logReward[i])) throw new Error(`The log-reward of object ${i}, ${String(objects[i])}, is NaN.`);
  }
  // The sort is stable, so equal rewards keep their order. Compared and not subtracted, since both may be infinite.
  const order = Array.from(objects, (_, i) => i).sort((a, b) =>
    logReward[a] > logReward[b] ? -1 : logReward[a] < logReward[b] ? 1 : 0,
  );
  const seen = new Set<unknown>();
  const best: number[] = [];
  for (let at = 0; at < order.length && best.length < k; at++) {
    const key = keyOf(objects[order[at]]);
    if (seen.has(key)) continue;
    seen.add(key);
    best.push(order[at]);
  }
  return { k, objects: best.map((i) => objects[i]), logReward: Float64Array.from(best, (i) => logReward[i]) };
}

/**
 * Top-k reward and diversity: the mean reward of the k best distinct objects, and their mean pairwise distance (Bengio
 * et al., Flow Network based Generative Models, 2021; Jain et al., Biological Sequence Design with GFlowNets, 2022;
 * gfnx with k = 10, 50 and 100, which counts an object that was sampled twice as two).
 *
 * @throws Error as `topDistinct` does, and without objects.
 */
export function topMetrics<T>(top: Top<T>, distance: ObjectDistance<T>): TopMetrics {
  checkGiven('topMetrics', { top }, { objects: 'list', logReward: 'list' });
  checkGiven('topMetrics', { distance }, 'function');
  const { k, objects, logReward } = top;
  return {
    count: objects.length,
    meanReward: meanReward(logReward),
    ...(objects.length < k ? {} : { diversity: meanPairwiseDistance(objects, distance) }),
  };
}
