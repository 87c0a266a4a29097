import type { Environment } from '../../environment/environment.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { messageOf } from '../../text/message-of.ts';
import { pageProblems } from '../page-problems.ts';

/** The code of every problem that the page offers: a few kilobytes each, loaded side by side. */
const loaded = new Map(
  await Promise.all(pageProblems.map(async ({ name, load }) => [name, (await load()).problem] as const)),
);

/** Environments by the options that they were made of: a large one takes longer than a frame. */
const made = new WeakMap<object, Environment>();

/**
 * The environment of a configuration, for naming and parsing states, without reward. Undefined if the page does not
 * know it.
 * @throws Error that says which sizes contradict each other
 */
export function environmentOf({ problem, problemOptions }: RunConfig): Environment | undefined {
  const known = made.get(problemOptions);
  if (known !== undefined) return known;
  const environment = loaded.get(problem)?.environment?.(problemOptions);
  if (environment !== undefined) made.set(problemOptions, environment);
  return environment;
}

/** An object's text, by its number. */
export function objectText(environment: Environment, object: number): string {
  if ('reason' in environment.enumeration) return `object ${object}`;
  const state = new Int32Array(environment.stateSize);
  environment.enumeration.objectAt(object, state);
  return environment.text(state);
}

/** Reads a state that a person typed. */
export function readState(environment: Environment, text: string): { state: number[] } | { problem: string } {
  const state = new Int32Array(environment.stateSize);
  try {
    if (!environment.parse) throw new Error(`States of ${environment.name} cannot be read from text.`);
    environment.parse(text, state);
  } catch (error) {
    return { problem: messageOf(error) };
  }
  return { state: [...state] };
}

/** The row of a grid's cell before the walk stops there; see `gridShape` of problems. */
export function cellState(coordinates: readonly number[]): number[] {
  return [...coordinates, 0];
}
