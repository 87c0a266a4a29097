import type { Condition, Environment } from './environment.ts';

/** The value of a condition's level. */
export function conditionValue({ low, high, levels }: Condition, level: number): number {
  return levels === 1 ? high : low + (level * (high - low)) / (levels - 1);
}

/** Writes the initial state from which `like` is reached: the one with the same condition. */
export function initialStateOf(environment: Environment, like: Int32Array, into: Int32Array): void {
  environment.initial(into);
  if (environment.condition) into[environment.condition.index] = like[environment.condition.index];
}

/**
 * The level nearest to a value.
 * @throws Error if the environment has no condition, or not this value
 */
export function conditionLevel({ name, condition }: Environment, value: number): number {
  if (!condition) throw new Error(`${name} has no condition, so none can be given.`);
  const { low, high, levels } = condition;
  if (!(value >= low && value <= high)) {
    throw new Error(`The ${condition.name} of ${name} must be from ${low} to ${high}, not ${value}.`);
  }
  return levels === 1 ? 0 : Math.round(((value - low) / (high - low)) * (levels - 1));
}

/** The level nearest to a condition that may have been given. @throws as `conditionLevel` does */
export function givenLevel(environment: Environment, value: number | undefined): number | undefined {
  return value === undefined ? undefined : conditionLevel(environment, value);
}

/** Draws a level for a state if its environment has a condition. @param random a number in [0, 1) */
export function drawCondition({ condition }: Environment, state: Int32Array, random: () => number): void {
  if (condition) state[condition.index] = Math.floor(random() * condition.levels);
}

/** The value of a state's condition; undefined if its environment has none. */
export function conditionOf({ condition }: Environment, state: Int32Array): number | undefined {
  return condition && conditionValue(condition, state[condition.index]);
}

/** A key of objects, equal for those that differ only in the condition under which they were sampled. */
export function objectKey({ condition }: Environment): (state: Int32Array) => string {
  return condition ? (state) => state.with(condition.index, 0).join() : (state) => state.join();
}

/** Packed objects, i32 [count, stateSize], under one condition, if it is given. @throws as `conditionLevel` does */
export function underCondition(environment: Environment, objects: Int32Array, value: number | undefined): Int32Array {
  const level = givenLevel(environment, value);
  return objects.map((number, i) =>
    i % environment.stateSize === environment.condition?.index ? (level ?? number) : number,
  );
}
