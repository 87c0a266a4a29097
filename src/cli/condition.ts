import { conditionLevel } from '../environment/condition.ts';
import type { Environment } from '../environment/environment.ts';
import { messageOf } from '../text/message-of.ts';
import { UsageError } from './errors.ts';

/** The name of an environment's condition in JSON, such as `inverseTemperature`; undefined if it has none. */
export function conditionKey({ condition }: Environment): string | undefined {
  return condition?.name.replace(/ ./g, (part) => part[1].toUpperCase());
}

/**
 * The value of `--inverse-temperature`; undefined without one.
 * @throws UsageError if the environment has no conditions, or not this one
 */
export function parseCondition(environment: Environment, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const flag = '--inverse-temperature';
  const { condition, name } = environment;
  if (condition === undefined) {
    throw new UsageError(
      `${flag}: trajectories of this ${name} have no inverse temperature of their own. Leave it out.`,
    );
  }
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw new UsageError(`${flag} takes a number, not "${text}".`);
  try {
    conditionLevel(environment, value);
  } catch (error) {
    throw new UsageError(`${flag}: ${messageOf(error)}`);
  }
  return value;
}
