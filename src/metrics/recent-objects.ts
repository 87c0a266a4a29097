import { enumerationOf } from '../environment/enumeration.ts';
import type { Environment } from '../environment/environment.ts';
import { type Distribution, jensenShannon, klPaper, totalVariation } from './distance.ts';
import { recentValues } from './recent-values.ts';

/** The most recently sampled objects, and how often each was sampled. */
export interface RecentObjects {
  /** The maximum number of samples. */
  readonly capacity: number;
  /** The current number of samples. */
  count(): number;
  /** Adds sampled objects by number; the oldest are dropped if there is no room. */
  push(objects: ArrayLike<number>): void;
  /** Adds sampled objects as terminal state rows, packed. */
  pushStates(states: Int32Array): void;
  /** How often each object was sampled, by object number. It changes with the next push. */
  readonly histogram: Int32Array;
  /** The objects' numbers, oldest first; pushed into a new buffer, they recreate this one. */
  objects(): Int32Array;
  /** The histogram divided by the number of samples. */
  distribution(): Float64Array;
}

/** The samples that the Ent-PPO paper's code (`approx_dist`) compares with the target. */
export const PAPER_RECENT_SAMPLES = 200_000;

/**
 * An empty buffer of the objects sampled during training, over which the empirical distribution is taken (`approx_dist` of
 * the Ent-PPO paper's code, arXiv 2606.15793). The histogram is updated with each push, in constant time per sample.
 *
 * @throws Error if the environment cannot be enumerated or the capacity is not an integer of at least 1; a push throws on
 * anything but objects, and then adds nothing
 */
export function recentObjects(environment: Environment, capacity: number = PAPER_RECENT_SAMPLES): RecentObjects {
  const enumeration = enumerationOf(environment, 'A histogram of objects');
  const { objectCount } = enumeration;
  const { name, stateSize } = environment;
  const recent = recentValues(capacity);
  const histogram = new Int32Array(objectCount);

  const push = (objects: ArrayLike<number>): void => {
    for (let i = 0; i < objects.length; i++) {
      if (Number.isInteger(objects[i]) && objects[i] >= 0 && objects[i] < objectCount) continue;
      throw new Error(`${objects[i]} is the number of no object: ${name} has ${objectCount}, from 0 on.`);
    }
    for (let i = 0; i < objects.length; i++) {
      const gone = recent.push(objects[i]);
      if (gone !== undefined) histogram[gone]--;
      histogram[objects[i]]++;
    }
  };

  return {
    capacity,
    count: recent.count,
    push,
    pushStates(states) {
      const count = states.length / stateSize;
      if (!Number.isInteger(count)) {
        throw new Error(`${states.length} numbers do not make a whole number of state rows of ${stateSize}.`);
      }
      const objects = new Int32Array(count);
      for (let i = 0; i < count; i++) {
        const state = states.subarray(i * stateSize, (i + 1) * stateSize);
        if (!environment.isTerminal(state)) {
          throw new Error(`Row ${i}, ${environment.text(state)}, is not a terminal state of ${name}.`);
        }
        objects[i] = enumeration.objectIndexOf(state);
      }
      push(objects);
    },
    histogram,
    objects: () => Int32Array.from(recent.values()),
    distribution() {
      const count = recent.count();
      if (count === 0) throw new Error(`No object of ${name} has been sampled yet, so there is no distribution.`);
      return Float64Array.from(histogram, (times) => times / count);
    },
  };
}

/** Distances of recent samples from the target. */
export interface RecentDistances {
  /** `approx_dist.tv`: from 0 to 1. A perfect sampler's is not 0; see `empiricalDistribution`. */
  readonly totalVariation: number;
  /** In nats, as `klPaper`: an object that was never sampled adds up to about 20 p(x) instead of infinity. */
  readonly klPaper: number;
  /** In nats, from 0 to ln 2. */
  readonly jensenShannon: number;
}

/**
 * Distances between the empirical distribution of recent samples and the target, in time proportional to the number of
 * objects.
 * @param target p(x) by object number (see `exactTarget`).
 * @throws Error while there are no samples, or if the target is not a distribution over as many objects
 */
export function recentDistances(recent: RecentObjects, target: Distribution): RecentDistances {
  const sampled = recent.distribution();
  return {
    totalVariation: totalVariation(target, sampled),
    klPaper: klPaper(target, sampled),
    jensenShannon: jensenShannon(target, sampled),
  };
}
