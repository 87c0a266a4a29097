import { messageOf } from '../text/message-of.ts';
import { shown } from '../text/shown.ts';
import { show } from './conformance-report.ts';
import type { Environment, ObjectRating, Ratings } from './environment.ts';
import { sameRow } from './rows.ts';

/**
 * The same rating with its results checked: a finite log-reward for each object, and if there are scores, one for each
 * object.
 *
 * @throws (rejects) Error that names the reward, and the object whose result is wrong
 */
export function checkedRating(
  rate: ObjectRating,
  rewardName: string,
  environment: Pick<Environment, 'stateSize' | 'text'>,
): ObjectRating {
  const { stateSize } = environment;
  if (typeof rate !== 'function') {
    throw new Error(
      `The reward ${rewardName} has ${shown(rate)} for a rating; what prepare gives must be a function of objects, which ` +
        'answers with { logRewards, scores? }.',
    );
  }
  return async (objects) => {
    const count = objects.length / stateSize;
    const given = objects.slice();
    const failure = (cause: unknown): unknown => {
      // Whoever names the reward knows more about it.
      if (cause instanceof Error && cause.message.includes(rewardName)) return cause;
      const first = show(environment, objects.subarray(0, stateSize));
      const which = count === 1 ? first : `${count} objects, the first of which is ${first}`;
      return new Error(`The reward ${rewardName} failed at ${which}: ${messageOf(cause)}`, { cause });
    };
    let answer: unknown;
    try {
      answer = await rate(given);
    } catch (cause) {
      throw failure(cause);
    }
    const refuse = (problem: string): never => {
      throw new Error(
        `The reward ${rewardName} ${problem}. A rating answers with { logRewards, scores? }, one number of each for ` +
          'every object, in the order of the objects.',
      );
    };
    const at = (n: number) => show(environment, objects.subarray(n * stateSize, (n + 1) * stateSize));
    for (let n = 0; n < count; n++) {
      const [before, after] = [objects, given].map((rows) => rows.subarray(n * stateSize, (n + 1) * stateSize));
      if (!sameRow(before, after)) refuse(`changes an object that it is given, ${at(n)}; it may only read them`);
    }
    if (typeof answer !== 'object' || answer === null) refuse(`answers ${shown(answer)}`);
    const { logRewards, scores } = answer as Partial<Ratings>;
    const columns = { 'log-rewards': logRewards, ...(scores === undefined ? {} : { scores }) };
    for (const [what, column] of Object.entries(columns)) {
      if (!isArrayLike(column)) return refuse(`gives as ${what} ${shown(column)}`);
      if (column.length !== count) {
        refuse(`was asked for ${count} ${count === 1 ? 'object' : 'objects'} and returned ${column.length} ${what}`);
      }
      for (let n = 0; n < count; n++) {
        const found: unknown = column[n];
        // Devices compute in float32, whose numbers end at 3.4e38. The score of an invalid object is NaN.
        const right = column === scores ? typeof found === 'number' : isFinite32(found);
        if (!right)
          refuse(
            `gives as ${what} of ${at(n)} ${shown(found)}, which is not a ${column === scores ? '' : 'finite '}number`,
          );
      }
    }
    return answer as Ratings;
  };
}

function isFinite32(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(Math.fround(value));
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return typeof value === 'object' && value !== null && Number.isInteger((value as { length?: unknown }).length);
}
