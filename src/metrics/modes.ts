import { checkGiven } from '../text/check-given.ts';
import type { ObjectDistance } from './object-distance.ts';

/** The modes to look for, and when one counts as found. */
export interface ModeSearchOptions<T> {
  readonly modes: readonly T[];
  readonly distance: ObjectDistance<T>;
  /** The largest distance at which a sample finds a mode. */
  readonly threshold: number;
  /** Modes found before, as indices into `modes`, to continue an earlier search. */
  readonly found?: Iterable<number>;
}

/** Counts the modes found by all samples so far. */
export interface ModeSearch<T> {
  /** Adds sampled objects, and returns the number of modes found so far. */
  visit(objects: readonly T[]): number;
  /** The modes found, as ascending indices into `modes`. */
  found(): number[];
}

/**
 * Counts modes while samples come in. Found modes are not compared again, so a sample costs one distance for each mode
 * still missing.
 * @throws Error if the threshold is negative or NaN, or `found` has an index out of range
 */
export function modeSearch<T>(options: ModeSearchOptions<T>): ModeSearch<T> {
  checkGiven('modeSearch', { options }, { modes: 'list', distance: 'function' });
  const { modes, distance, threshold, found = [] } = options;
  if (!(threshold >= 0))
    throw new Error(`The distance at which a mode counts as found is at least 0, not ${threshold}.`);
  const before = new Set(found);
  for (const mode of before) {
    if (!(mode in modes)) throw new Error(`Mode ${mode} cannot have been found: there are ${modes.length}, from 0 on.`);
  }
  let missing = modes.map((_, mode) => mode).filter((mode) => !before.has(mode));
  return {
    visit(objects) {
      for (const object of objects) {
        if (missing.some((mode) => distance(object, modes[mode]) <= threshold)) {
          missing = missing.filter((mode) => !(distance(object, modes[mode]) <= threshold));
        }
      }
      return modes.length - missing.length;
    },
    found() {
      const still = new Set(missing);
      return modes.flatMap((_, mode) => (still.has(mode) ? [] : [mode]));
    },
  };
}

/**
 * The number of modes that have a sampled object within a distance (Malkin et al., Trajectory
 * Balance, 2022, for bit sequences; gfnx). Distance 0 asks for the modes themselves, as with the cells of a Hypergrid.
 *
 * @param objects all objects visited, in any order.
 * @throws Error as `modeSearch` does.
 */
export function modesFound<T>(
  objects: readonly T[],
  modes: readonly T[],
  distance: ObjectDistance<T>,
  threshold: number,
): number {
  return modeSearch({ modes, distance, threshold }).visit(objects);
}

/**
 * The numbers of the objects with the highest rewards, in ascending order: the smallest set with at least the given
 * share of all objects that includes all ties. Serves as the set of modes if a problem names none: the best 0.5 % of
 * TFBind8's strings, or (with any share up to theirs) the mode cells of a Hypergrid.
 *
 * @param logReward log R by object number.
 * @param share above 0, at most 1.
 * @throws Error without objects, on a log-reward that is NaN, or on an invalid share.
 */
export function highestRewardObjects(logReward: Float64Array, share: number): Int32Array {
  if (!(share > 0 && share <= 1)) throw new Error(`A share of all objects is above 0 and at most 1, not ${share}.`);
  if (logReward.length === 0) throw new Error('There are no objects to choose the highest rewards from.');
  const wrong = logReward.findIndex(Number.isNaN);
  if (wrong >= 0) throw new Error(`The log-reward of object ${wrong} is NaN.`);
  const ascending = logReward.toSorted();
  const lowest = ascending[ascending.length - Math.ceil(share * ascending.length)];
  const numbers: number[] = [];
  for (let i = 0; i < logReward.length; i++) if (logReward[i] >= lowest) numbers.push(i);
  return Int32Array.from(numbers);
}
