import { enumerationOf } from '../environment/enumeration.ts';
import type { Environment } from '../environment/environment.ts';

/**
 * The distribution of sampled objects: the count of each object divided by the number of samples. Even a perfect
 * sampler's differs from its target, by a total variation of at most about sqrt(objects / (2 pi count)).
 *
 * @param states `count` terminal state rows, packed.
 * @throws Error if the environment cannot be enumerated, `states` is empty or has a part of a row, or a row is not
 * terminal.
 */
export function empiricalDistribution(environment: Environment, states: Int32Array): Float64Array {
  const enumeration = enumerationOf(environment, 'A histogram of objects');
  const { stateSize } = environment;
  const count = states.length / stateSize;
  if (!Number.isInteger(count) || count === 0) {
    throw new Error(
      `${states.length} numbers do not make a whole number of state rows of ${stateSize}, or none at all.`,
    );
  }
  const probability = new Float64Array(enumeration.objectCount);
  for (let i = 0; i < count; i++) {
    const state = states.subarray(i * stateSize, (i + 1) * stateSize);
    if (!environment.isTerminal(state)) {
      throw new Error(`Row ${i}, ${environment.text(state)}, is not a terminal state of ${environment.name}.`);
    }
    probability[enumeration.objectIndexOf(state)] += 1 / count;
  }
  return probability;
}
