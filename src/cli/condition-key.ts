import type { Environment } from '../environment/environment.ts';

/** The name of an environment's condition in JSON, such as `inverseTemperature`; undefined if it has none. */
export function conditionKey({ condition }: Environment): string | undefined {
  return condition?.name.replace(/ ./g, (part) => part[1].toUpperCase());
}
