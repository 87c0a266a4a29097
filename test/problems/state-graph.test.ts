import { describe, expect, test } from 'vitest';
import { assertConformance } from '../../src/environment/conformance.ts';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import { stateGraph } from '../../src/problems/state-graph/environment.ts';
import { exploreStates, type StateGraphDefinition } from '../../src/problems/state-graph/explore.ts';
import { readStateGraph } from '../../src/problems/state-graph/read-graph.ts';
import { templateGraph, templateProgram } from '../../src/problems/state-graph/template.ts';

/** Strings of a and b, at most three letters long; an end is worth one more than its letters a. */
const words = {
  start: '',
  actions: ['a', 'b', 'stop'],
  allowed: (state: string, action: number) => action === 2 || state.length < 3,
  next: (state: string, action: number) => state + 'ab.'[action],
  isEnd: (state: string) => state.endsWith('.'),
  reward: (state: string) => 1 + [...state].filter((letter) => letter === 'a').length,
};
const explored = (changes: object) => exploreStates({ ...words, ...changes } as StateGraphDefinition, 100);

test('the template’s program makes the graph that stands in for it', () => {
  expect(exploreStates(new Function(templateProgram)(), 100)).toEqual(templateGraph());
});

test('conforms, and its ends are rewarded as the function says', () => {
  const { environment, reward } = stateGraph(words);
  assertConformance(environment, reward);
  const { objectCount, objectAt } = enumerationOf(environment, 'words');
  expect([objectCount, environment.maxSteps]).toEqual([15, 4]);
  const state = new Int32Array(1);
  for (let i = 0; i < objectCount; i++) {
    objectAt(i, state);
    const text = JSON.parse(environment.text(state));
    // One logarithm within a unit of the last place.
    expect(Math.abs(reward.logReward(state) - Math.log(words.reward(text)))).toBeLessThanOrEqual(2 ** -51);
  }
});

test('states that several walks lead to have an edge for each', () => {
  const sorted = {
    next: (state: string, action: number) =>
      [...state, 'ab.'[action]]
        .sort()
        .join('')
        .replace(/^(\.)(.*)/, '$2$1'),
  };
  const { environment, reward } = stateGraph({ ...words, ...sorted });
  assertConformance(environment, reward);
  expect(enumerationOf(environment, 'words').objectCount).toBe(10);
});

test('what is read back is what was explored', () => {
  const graph = templateGraph();
  expect(readStateGraph(JSON.stringify(graph))).toEqual(graph);
});

describe('is refused', () => {
  test.each([
    [{ reward: undefined }, 'The environment has no reward: give a function.'],
    [{ allowed: () => 1 }, 'allowed("", 0) gives 1: it has to be true or false.'],
    [{ next: () => undefined }, 'next("", 0) gives no state. Is there a return missing?'],
    [{ next: () => '' }, 'One can come back to'],
    [{ allowed: () => false }, 'At "" nothing is allowed, and it is no end.'],
    [{ allowed: () => true }, 'There are more than 100 states'],
    [{ reward: () => -1 }, 'is -1: it has to be a number of at least 0.'],
    [{ reward: () => 0 }, 'No end is worth more than 0'],
    [{ isEnd: () => true }, 'The start is an end already'],
    [{ observe: (state: string) => [...state].map(Number) }, 'has to give 0 finite numbers'],
  ])('%j', (changes, problem) => {
    expect(() => explored(changes)).toThrow(problem);
  });

  const end = (reward: unknown) => ['end', reward, [], []];
  test.each([
    ['{', 'is no JSON'],
    ['null', 'has no list of names as its actions'],
    [{ inputs: 0, states: [] }, 'has to have from 2 to 4000 states'],
    [{ states: [['s', null, [0], []], end(1)] }, 'has a state, number 0, that cannot be'],
    [{ states: [['s', null, [1], []], end('1')] }, 'has a state, number 1, that cannot be'],
    [{ states: [['s', null, [1], []], end(1), end(1)] }, 'has a state, number 2, that cannot be'],
    [{ states: [['s', null, [1], [1]], end(1)] }, 'has a state, number 0, that cannot be'],
    [{ states: [['s', null, [1], []], end(0)] }, 'has no end worth more than 0'],
  ])('a file of %j', (graph, problem) => {
    const json = typeof graph === 'string' ? graph : JSON.stringify({ actions: ['on'], inputs: 0, ...graph });
    expect(() => readStateGraph(json)).toThrow(problem);
  });
});
