import { checkGiven } from '../text/check-given.ts';
import type { Enumeration, Environment } from './environment.ts';

/** The most states that the library's own environments enumerate: one float64 for each takes 128 MiB then. */
export const MAX_ENUMERATED_STATES = 2 ** 24;

/**
 * The enumeration of an environment.
 * @throws Error with the environment's reason if its states cannot be enumerated
 */
export function enumerationOf(environment: Environment, purpose: string): Enumeration {
  checkGiven('enumerationOf', { environment }, 'environment');
  checkGiven('enumerationOf', { purpose }, 'text');
  const { enumeration, name } = environment;
  if ('reason' in enumeration) {
    throw new Error(`${purpose} needs every state of ${name} by number: ${enumeration.reason}`);
  }
  return enumeration;
}

/** base^exponent if it is an integer below 2^53, else undefined. Intermediate results never overflow. */
export function countPower(base: number, exponent: number): number | undefined {
  let count = 1;
  for (let i = 0; i < exponent; i++) {
    count *= base;
    if (count > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return count;
}
