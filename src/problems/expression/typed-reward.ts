import { log } from '../../numeric/elementary.ts';
import { text } from '../../options/index.ts';
import { readExpression } from './expression.ts';
import { textFunctions } from './functions.ts';

/** The longest expression, in characters. */
export const maxExpressionLength = 400;

/** The most objects that an expression is computed for. */
export const maxTypedObjects = 65_536;

/** What an expression that is 0 or below counts as: a reward has to be above 0. */
const smallestReward = 1e-6;

/** The objects of a problem by number, as an expression sees them. */
export interface TypedObjects {
  readonly count: number;
  /** What many of them are called. */
  readonly many: string;
  readonly variables: readonly string[];
  /** Whether objects are strings, of which an expression can ask `count("A")` and the like. */
  readonly areStrings?: boolean | undefined;
  /**
   * Writes the values of the variables for an object, in their order, and returns what it looks like; undefined where there
   * is no object of this number.
   */
  objectAt(index: number, values: number[]): string | undefined;
}

/**
 * The logarithms of the rewards max(expression, 1e-6), one for each object in the order of their numbers.
 * @throws Error that names the column of what is wrong; the object where it is no number or infinite; too many objects
 */
export function typedLogRewards(expression: string, objects: TypedObjects): Float64Array {
  const { count, many, variables, areStrings = false } = objects;
  if (!(count <= maxTypedObjects)) {
    throw new Error(
      `An expression is computed for each of the ${many}: for at most ${maxTypedObjects}, and here are ${count}. ` +
        'Take a smaller size.',
    );
  }
  if (expression.length > maxExpressionLength) {
    throw new Error(`An expression has at most ${maxExpressionLength} characters, not ${expression.length}.`);
  }
  const rewardOf = readExpression(expression, variables, areStrings ? textFunctions : {});
  const values = variables.map(() => 0);
  const logRewards = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const text = objects.objectAt(index, values);
    if (text === undefined) continue;
    const value = rewardOf(values, text);
    if (!Number.isFinite(value)) {
      throw new Error(
        `At ${text} the expression is ${Number.isNaN(value) ? 'no number' : 'infinite'}. ` +
          'Keep it from dividing by 0, from roots and logarithms of what is below 0, and from exp of large numbers.',
      );
    }
    logRewards[index] = log(Math.max(value, smallestReward));
  }
  return logRewards;
}

/**
 * The option for an expression.
 * @param choice the name of the option that has to be `expression` for it to count
 */
export function expressionOption(choice: string, help: string) {
  return text({ maxLength: maxExpressionLength, onlyIf: { [choice]: ['expression'] }, help });
}

/**
 * Refuses an expression that is missing or cannot be computed. Beside another reward it has no effect, whatever it is.
 * @param reward the value of the choice: `expression`, or another
 */
export function checkTyped(
  { reward, expression }: { readonly reward: string; readonly expression?: string | undefined },
  objects: () => TypedObjects,
): void {
  if (reward !== 'expression') return;
  if (expression === undefined) throw missingReward('expression');
  typedLogRewards(expression, objects());
}

/** The error for an option that is absent although the chosen reward comes from it. */
export function missingReward(option: string): Error {
  return new Error(
    `The option ${option} is missing, which the chosen reward needs. Give it, or choose another reward.`,
  );
}
