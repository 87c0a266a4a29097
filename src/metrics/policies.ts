import { enumerationOf } from '../environment/enumeration.ts';
import type { Environment } from '../environment/environment.ts';
import type { PolicyLogits } from './exact.ts';

/** The policy that takes every allowed action with the same probability: all logits are 0. */
export function uniformPolicy(environment: Environment): PolicyLogits {
  return (_states, count) => Promise.resolve(new Float64Array(count * environment.actionCount));
}

/**
 * The policy whose logits are in a table: a row of `actionCount` for each non-terminal state, by number.
 * @throws Error if the environment cannot be enumerated, or the table has the wrong size.
 */
export function tabularPolicy(environment: Environment, table: Float64Array): PolicyLogits {
  const enumeration = enumerationOf(environment, 'A tabular policy');
  const { stateCount } = enumeration;
  const { stateSize, actionCount } = environment;
  if (table.length !== stateCount * actionCount) {
    throw new Error(
      `A table for ${environment.name} has ${stateCount} x ${actionCount} logits; ${table.length} were given.`,
    );
  }
  return (states, count) => {
    const logits = new Float64Array(count * actionCount);
    for (let row = 0; row < count; row++) {
      const index = enumeration.indexOf(states.subarray(row * stateSize, (row + 1) * stateSize));
      logits.set(table.subarray(index * actionCount, (index + 1) * actionCount), row * actionCount);
    }
    return Promise.resolve(logits);
  };
}
