import { conditionLevel, conditionValue } from '../environment/condition.ts';
import type { Environment } from '../environment/environment.ts';
import { UsageError } from './errors.ts';
import { asUsage } from './option-values.ts';
import { type Terminal, writeLine } from './terminal.ts';
import { formatCount, formatFigure } from './text.ts';

/** The name of an environment's condition in JSON, such as `inverseTemperature`; undefined if it has none. */
export function conditionKey({ condition }: Environment): string | undefined {
  return condition?.name.replace(/ ./g, (part) => part[1].toUpperCase());
}

/**
 * The value of `--inverse-temperature`, at the nearest level that samplers learn, which is told on stderr if it is not
 * the one asked for; undefined without one.
 * @throws UsageError if the environment has no conditions, or not this one
 */
export async function chooseCondition(
  terminal: Terminal,
  environment: Environment,
  text: string | undefined,
): Promise<number | undefined> {
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
  const chosen = conditionValue(
    condition,
    asUsage(() => conditionLevel(environment, value), `${flag}: `),
  );
  if (formatFigure(chosen) !== formatFigure(value)) {
    const levels = `the nearest to ${value} of the ${formatCount(condition.levels)} levels that the sampler learns`;
    await writeLine(terminal.stderr, `${condition.name} ${formatFigure(chosen)}: ${levels}`);
  }
  return chosen;
}
