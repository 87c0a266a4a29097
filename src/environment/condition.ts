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

/**
 * The level that stands nearest to a value.
 * @throws Error where the environment has no condition, or not that value
 */
export function conditionLevel({ name, condition }: Environment, value: number): number {
  if (!condition) throw new Error(`${name} draws no condition for its trajectories, so none can be asked for.`);
  const { low, high, levels } = condition;
  if (!(value >= low && value <= high)) {
    throw new Error(`The ${condition.name} of ${name} must be from ${low} to ${high}, not ${value}.`);
  }
  return levels === 1 ? 0 : Math.round(((value - low) / (high - low)) * (levels - 1));
}

/** Draws a level for a state, where its environment has a condition. @param random a number in [0, 1) */
export function drawCondition({ condition }: Environment, state: Int32Array, random: () => number): void {
  if (condition) state[condition.index] = Math.floor(random() * condition.levels);
}

/** What a state's condition stands for; undefined where its environment has none. */
export function conditionOf({ condition }: Environment, state: Int32Array): number | undefined {
  return condition && conditionValue(condition, state[condition.index]);
}

/** A key of objects: equal for those that differ at most in the condition under which they were sampled. */
export function objectKey({ condition }: Environment): (state: Int32Array) => string {
  return condition ? (state) => state.with(condition.index, 0).join() : (state) => state.join();
}
