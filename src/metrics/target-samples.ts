import { enumerationOf } from '../environment/enumeration.ts';
import type { Environment } from '../environment/environment.ts';
import type { Distribution } from './distance.ts';

/**
 * Draws object numbers from a distribution over all objects, exactly up to the resolution of `random`: by a binary
 * search in the cumulative sums.
 *
 * @param probability p(x) by object number, not necessarily normalised.
 * @param random numbers in [0, 1).
 * @throws Error if a probability is negative or not finite, or all are 0.
 */
export function sampleObjectNumbers(probability: Distribution, count: number, random: () => number): Int32Array {
  const cumulative = new Float64Array(probability.length);
  let total = 0;
  for (let i = 0; i < probability.length; i++) {
    if (!(probability[i] >= 0 && probability[i] < Number.POSITIVE_INFINITY)) {
      throw new Error(`Object ${i} has the probability ${probability[i]}.`);
    }
    total += probability[i];
    cumulative[i] = total;
  }
  if (!(total > 0)) throw new Error('Nothing can be drawn: every object has probability 0.');
  return Int32Array.from({ length: count }, () => firstAbove(cumulative, random() * total));
}

/**
 * Draws objects from the target, as terminal state rows, packed.
 * @param probability p(x) by object number (see `exactTarget`).
 * @param random numbers in [0, 1).
 * @throws Error if the environment cannot be enumerated, or has a different number of objects.
 */
export function sampleTarget(
  environment: Environment,
  probability: Distribution,
  count: number,
  random: () => number,
): Int32Array {
  const { objectCount } = enumerationOf(environment, 'Sampling from the target');
  if (probability.length !== objectCount) {
    throw new Error(`${environment.name} has ${objectCount} objects; ${probability.length} probabilities were given.`);
  }
  return objectStates(environment, sampleObjectNumbers(probability, count, random));
}

/** Objects by number as terminal state rows, packed. @throws Error if the environment cannot be enumerated. */
export function objectStates(environment: Environment, objects: ArrayLike<number>): Int32Array {
  const enumeration = enumerationOf(environment, 'An object of a number');
  const state = new Int32Array(environment.stateSize);
  const states = new Int32Array(objects.length * state.length);
  for (let i = 0; i < objects.length; i++) {
    enumeration.objectAt(objects[i], state);
    states.set(state, i * state.length);
  }
  return states;
}

/** The first index whose entry is above `value`, in a non-decreasing sequence. */
function firstAbove(entries: Float64Array, value: number): number {
  let low = 0;
  let high = entries.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
