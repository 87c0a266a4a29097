import { enumerationOf } from '../environment/enumeration.ts';
import type { Environment } from '../environment/environment.ts';
import { type Distribution, jensenShannon, klPaper, totalVariation } from './distance.ts';
import { slidingWindow } from './window.ts';

/** The objects sampled last, and how often each of them was. */
export interface ObjectWindow {
  /** The most samples that it holds. */
  readonly capacity: number;
  /** How many it holds now. */
  count(): number;
  /** Takes in sampled objects, by object number; where there is no room for them the oldest go. */
  push(objects: ArrayLike<number>): void;
  /** Takes in sampled objects as terminal state rows, packed. */
  pushStates(states: Int32Array): void;
  /** How often the window holds each object, by object number. It changes with the next push. */
  readonly histogram: Int32Array;
  /** The objects' numbers, oldest first: pushed into a new window, they make this one again. */
  objects(): Int32Array;
  /** The histogram divided by the number of samples. */
  distribution(): Float64Array;
}

/** The samples that the Ent-PPO paper's code (`approx_dist`) compares with the target. */
export const PAPER_WINDOW = 200_000;

/**
 * An empty window on the objects that a sampler draws while it is trained: what its empirical distribution is taken
 * over (`approx_dist` of the Ent-PPO paper's code, arXiv 2606.15793). The histogram is kept along, so that taking in a
 * sample takes the same time whatever the capacity.
 *
 * @throws Error where the environment cannot be enumerated or the capacity is no whole number of at least 1; a push
 * throws on what is no object, and has then taken in nothing.
 */
export function objectWindow(environment: Environment, capacity: number = PAPER_WINDOW): ObjectWindow {
  const enumeration = enumerationOf(environment, 'A histogram of objects');
  const { objectCount } = enumeration;
  const { name, stateSize } = environment;
  const window = slidingWindow(capacity);
  const histogram = new Int32Array(objectCount);

  const push = (objects: ArrayLike<number>): void => {
    for (let i = 0; i < objects.length; i++) {
      if (Number.isInteger(objects[i]) && objects[i] >= 0 && objects[i] < objectCount) continue;
      throw new Error(`${objects[i]} is the number of no object: ${name} has ${objectCount}, from 0 on.`);
    }
    for (let i = 0; i < objects.length; i++) {
      const gone = window.push(objects[i]);
      if (gone !== undefined) histogram[gone]--;
      histogram[objects[i]]++;
    }
  };

  return {
    capacity,
    count: window.count,
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
    objects: () => Int32Array.from(window.values()),
    distribution() {
      const count = window.count();
      if (count === 0) throw new Error(`No object of ${name} has been sampled yet, so there is no distribution.`);
      return Float64Array.from(histogram, (times) => times / count);
    },
  };
}

/** How far the samples of a window are from the target. */
export interface WindowDistances {
  /** `approx_dist.tv`: from 0 to 1. A perfect sampler's is not 0; see `empiricalDistribution`. */
  readonly totalVariation: number;
  /** In nats, as `klPaper`: an object that was never sampled adds up to about 20 p(x) instead of infinity. */
  readonly klPaper: number;
  /** In nats, from 0 to ln 2. */
  readonly jensenShannon: number;
}

/**
 * Distances between the empirical distribution of a window and the target, in time proportional to the number of
 * objects.
 * @param target p(x) by object number (see `exactTarget`).
 * @throws Error while the window is empty, or where the target is no distribution over as many objects.
 */
export function windowDistances(window: ObjectWindow, target: Distribution): WindowDistances {
  const sampled = window.distribution();
  return {
    totalVariation: totalVariation(target, sampled),
    klPaper: klPaper(target, sampled),
    jensenShannon: jensenShannon(target, sampled),
  };
}
