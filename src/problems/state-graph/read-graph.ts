import { messageOf } from '../../text/message-of.ts';
import type { GraphState, StateGraph } from './explore.ts';

/** The most states of a graph. */
export const maxGraphStates = 4000;

/** The longest text of a graph, in characters. */
export const maxGraphLength = 1_000_000;

/**
 * Reads a graph of states from its JSON. Whoever wrote it: everything is checked.
 * @throws Error that says what is wrong with it
 */
export function readStateGraph(json: string): StateGraph {
  let graph: unknown;
  try {
    graph = JSON.parse(json);
  } catch (error) {
    throw new Error(`The graph of states is no JSON: ${messageOf(error)}`, { cause: error });
  }
  const { actions, inputs, states } = Object(graph) as Record<string, unknown>;
  const refuse = (problem: string) => new Error(`The graph of states ${problem}.`);
  if (!isList(actions) || actions.length === 0 || actions.some((name) => typeof name !== 'string')) {
    throw refuse('has no list of names as its actions');
  }
  if (!isCount(inputs) || !isList(states) || states.length < 2 || states.length > maxGraphStates) {
    throw refuse(`has to have from 2 to ${maxGraphStates} states, and a number of inputs`);
  }
  const parents = new Set<number>();
  for (const [i, state] of states.entries()) {
    const [text, reward, children, seen] = isList(state) ? state : [];
    const isEnd = typeof reward === 'number' && Number.isFinite(reward) && reward >= 0;
    const isRight =
      typeof text === 'string' &&
      (isEnd || reward === null) &&
      isList(children) &&
      children.length === (isEnd ? 0 : actions.length) &&
      children.every((child) => child === -1 || (isCount(child) && child > i && child < states.length)) &&
      (isEnd || children.some((child) => child !== -1)) &&
      isList(seen) &&
      seen.length === inputs &&
      seen.every((number) => typeof number === 'number' && Number.isFinite(number));
    if (!isRight || (i > 0 && !parents.has(i))) throw refuse(`has a state, number ${i}, that cannot be`);
    for (const child of children) if (isCount(child)) parents.add(child);
  }
  const read = { actions, inputs, states } as unknown as StateGraph;
  if (!read.states.some(([, reward]) => reward !== null && reward > 0)) throw refuse('has no end worth more than 0');
  return read;
}

/** The most actions from the start to an end. */
export function longestWalk({ states }: StateGraph): number {
  const steps = states.map(() => 0);
  for (const [i, [, , children]] of states.entries()) {
    for (const child of children) if (child >= 0) steps[child] = Math.max(steps[child], steps[i] + 1);
  }
  return Math.max(...steps);
}

/** Inputs of a network. */
export function inputsOf({ inputs, states }: StateGraph): number {
  return inputs === 0 ? states.length : inputs;
}

/** A state that is no end has children. */
export function isEnd([, reward]: GraphState): boolean {
  return reward !== null;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}
