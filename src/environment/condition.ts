import type { Condition, Environment } from './environment.ts';

/** What a level of a condition stands for. */
export function conditionValue({ low, high, levels }: Condition, level: number): number {
  return levels === 1 ? high : low + (level * (high - low)) / (levels - 1);
}

/** Writes the initial state from which `like` is reached: that of the same condition. */
export function initialStateOf(environment: Environment, like: Int32Array, into: Int32Array): void {
  environment.initial(into);
  if (environment.condition) into[environment.condition.index] = like[environment.condition.index];
}

/** Draws a level for a state, where its environment has a condition. @param random a number in [0, 1) */
export function drawCondition({ condition }: Environment, state: Int32Array, random: () => number): void {
  if (condition) state[condition.index] = Math.floor(random() * condition.levels);
}
