import { defineEnvironment } from '../../environment/define.ts';
import type { Environment, Reward } from '../../environment/environment.ts';
import { log } from '../../numeric/elementary.ts';
import { checkGiven } from '../../text/check-given.ts';
import { quoted } from '../../text/quoted.ts';
import { exploreStates, type StateGraph, type StateGraphDefinition } from './explore.ts';
import { inputsOf, isEnd, longestWalk, maxGraphStates } from './read-graph.ts';

/** What an end that is worth nothing counts as: a reward has to be above 0. */
const smallestReward = 1e-6;

/**
 * The environment and the reward of a small problem told by plain functions of plain values: states are any values of JSON,
 * and are listed once, at most 4,000. R = max(reward, 1e-6). Rollouts step it on the host.
 *
 * @throws Error naming the function and the state where the definition does not hold together
 */
export function stateGraph(definition: StateGraphDefinition): {
  readonly environment: Environment;
  readonly reward: Reward;
} {
  checkGiven('stateGraph', { definition }, 'object');
  const graph = exploreStates(definition, maxGraphStates);
  const environment = graphEnvironment(graph);
  return { environment, reward: graphReward(graph, environment) };
}

/** A walk through a graph of states. The row of a state is its number; a backward action is one of the edges into it. */
export function graphEnvironment(graph: StateGraph): Environment {
  const { actions, states } = graph;
  const edges = states.map((): [from: number, action: number][] => []);
  for (const [i, [, , children]] of states.entries()) {
    for (const [action, child] of children.entries()) if (child >= 0) edges[child].push([i, action]);
  }
  const ends = states.flatMap((state, i) => (isEnd(state) ? [i] : []));
  const others = states.flatMap((state, i) => (isEnd(state) ? [] : [i]));
  const placeIn = (list: readonly number[]) => new Map(list.map((state, i) => [state, i]));
  const [endPlaces, otherPlaces] = [placeIn(ends), placeIn(others)];
  const texts = new Map(states.map(([text], i) => [text, i]));
  const inputs = inputsOf(graph);
  return defineEnvironment({
    name: 'state-graph',
    stateSize: 1,
    actions: actions.length,
    backwardActions: edges.reduce((most, { length }) => Math.max(most, length), 1),
    maxSteps: longestWalk(graph),
    isTerminal: ([state]) => isEnd(states[state]),
    allowed: ([state], action) => (states[state][2][action] ?? -1) >= 0,
    step(row, action) {
      row[0] = states[row[0]][2][action];
    },
    undoable: ([state], backward) => backward < edges[state].length,
    undo(row, backward) {
      row[0] = edges[row[0]][backward][0];
    },
    backwardAction: ([state], action) =>
      edges[states[state][2][action]].findIndex(([from, by]) => from === state && by === action),
    forwardAction: ([state], backward) => edges[state][backward][1],
    observe:
      graph.inputs === 0
        ? { inputs, hot: ([state], input) => state === input }
        : { inputs, value: ([state], input) => states[state][3][input] },
    text: ([state]) => states[state][0],
    parse(text, row) {
      const state = texts.get(text.trim());
      if (state === undefined)
        throw new Error(`${quoted(text)} is not a state of this environment: write one as it is shown.`);
      row[0] = state;
    },
    enumeration: {
      stateCount: others.length,
      objectCount: ends.length,
      stateAt(index, row) {
        row[0] = others[index];
      },
      indexOf: ([state]) => otherPlaces.get(state) ?? -1,
      objectAt(index, row) {
        row[0] = ends[index];
      },
      objectIndexOf: ([state]) => endPlaces.get(state) ?? -1,
    },
  });
}

/** What the ends of a graph are worth. */
export function graphReward({ states }: StateGraph, environment: Environment): Reward {
  const logRewards = Float64Array.from(states, ([, reward]) => log(Math.max(reward ?? 0, smallestReward)));
  return { name: 'of its own', of: environment, logReward: ([state]) => logRewards[state] };
}
