import { describe, expect, test } from 'vitest';
import { assertConformance, checkEnvironment } from '../../src/environment/conformance.ts';
import { defineEnvironment, type EnvironmentDefinition } from '../../src/environment/define.ts';
import type { Enumeration } from '../../src/environment/environment.ts';
import { tokenObservation } from '../../src/environment/observation.ts';

/** Two counters that count to 2 in any order, then a stop. Action 0 and 1 count, action 2 stops. */
const counters: EnvironmentDefinition = {
  name: 'counters',
  stateSize: 3,
  actions: 3,
  maxSteps: 5,
  isTerminal: (state) => state[2] === 1,
  allowed: (state, action) => action === 2 || state[action] < 2,
  step: (state, action) => {
    state[action] += 1;
  },
  undoable: (state, action) => state[action] > 0 && (action === 2 || state[2] === 0),
  undo: (state, action) => {
    state[action] -= 1;
  },
};

describe('defineEnvironment', () => {
  test('makes a sound environment of the dynamics alone', () => {
    const environment = defineEnvironment(counters);
    assertConformance(environment);
    expect(environment).toMatchObject({ options: {}, horizon: 5, actionCount: 3, backwardActionCount: 3 });
    expect(environment.observation).toMatchObject({ kind: 'features', dtype: 'f32', size: 3 });
    expect(environment.enumeration).toMatchObject({ stateCount: 9, objectCount: 9 });
  });

  test('reads and writes states as their numbers', () => {
    const { text, parse } = defineEnvironment(counters);
    const state = new Int32Array(3);
    parse?.(' 2 1  0 ', state);
    expect([...state]).toEqual([2, 1, 0]);
    expect(text(state)).toBe('2 1 0');
    for (const wrong of ['2 1', '2 1 0 0', '2 x 0', '2 1.5 0', '2 1 3e9']) {
      expect(() => parse?.(wrong, state)).toThrow(`${JSON.stringify(wrong)} is not a state of counters`);
    }
  });

  test('does not read back a text of one’s own, which need not tell states apart', () => {
    const environment = defineEnvironment({ ...counters, text: (state) => `${state[0] + state[1]}` });
    expect(environment.parse).toBeUndefined();
    assertConformance(environment);
  });

  test('starts in the given initial state', () => {
    const row = defineEnvironment({ ...counters, initial: [1, 0, 0], maxSteps: 4, undoable: above([1, 0, 0]) });
    const written = defineEnvironment({ ...counters, initial: (state) => state.set([1, 0, 0]), maxSteps: 4 });
    for (const environment of [row, written]) {
      const state = new Int32Array(3).fill(9);
      environment.initial(state);
      expect([...state]).toEqual([1, 0, 0]);
    }
    assertConformance(row);
    expect(row.enumeration).toMatchObject({ stateCount: 6, objectCount: 6 });
  });

  test('shows a network either the hot inputs or values', () => {
    const state = Int32Array.of(2, 0, 0);
    const hot = defineEnvironment({ ...counters, observe: { inputs: 3, hot: (row, i) => row[0] === i } });
    const tokens = hot.observation.rows(1);
    hot.observation.encode(state, tokens);
    expect(hot.observation.kind).toBe('tokens');
    expect([...tokens]).toEqual([-1, -1, 2]);
    const valued = defineEnvironment({ ...counters, observe: { inputs: 2, value: (row, i) => row[i] / 4 } });
    const values = valued.observation.rows(1);
    valued.observation.encode(state, values);
    expect([...values]).toEqual([0.5, 0]);
    const encode = (row: Int32Array, into: Int32Array) => void into.fill(row[0]);
    const own = defineEnvironment({ ...counters, observe: tokenObservation({ width: 3, positions: 1, encode }) });
    for (const environment of [hot, valued, own]) assertConformance(environment);
  });

  test('takes fewer backward actions with their pairing', () => {
    // The one backward action takes back the stop, else the second counter, which counts after the first is full.
    const environment = defineEnvironment({
      ...counters,
      backwardActions: 1,
      allowed: (state, action) => action === 2 || (state[action] < 2 && (action === 1) === (state[0] === 2)),
      undoable: (state) => state[0] > 0 || state[2] > 0,
      undo: (state) => {
        state[state[2] === 1 ? 2 : state[1] > 0 ? 1 : 0] -= 1;
      },
      backwardAction: () => 0,
      forwardAction: (state) => (state[2] === 1 ? 2 : state[1] > 0 ? 1 : 0),
    });
    assertConformance(environment);
    expect(environment.enumeration).toMatchObject({ stateCount: 5, objectCount: 5 });
  });

  test('does not number more states than it may, and tells their memory', () => {
    const { enumeration } = defineEnvironment({ ...counters, enumeration: { maxStates: 17 } });
    expect(enumeration).toHaveProperty(
      'reason',
      expect.stringMatching(/more than 17 states and objects.*40 bytes each/),
    );
    expect(defineEnvironment({ ...counters, enumeration: { maxStates: 18 } }).enumeration).toHaveProperty(
      'stateCount',
      9,
    );
    const reason = 'they are not to be numbered.';
    expect(defineEnvironment({ ...counters, enumeration: { reason } }).enumeration).toEqual({ reason });
  });
});

describe('an invalid definition is refused by name', () => {
  const { isTerminal: _, ...without } = counters;
  test.each([
    [without, 'The environment counters: isTerminal is missing. It needs isTerminal(state), a function'],
    [{ ...counters, undo: 'back' }, 'counters: undo is "back". It needs undo(state, backwardAction), a function'],
    [
      { ...counters, maxSteps: 4.5 },
      'counters: maxSteps is 4.5. It needs maxSteps, the most actions of a walk. Sizes are',
    ],
    [{ ...without, isterminal: () => true }, 'counters has an unknown member isterminal. Did you mean isTerminal?'],
    [{ ...counters, action: 3 }, 'counters has an unknown member action. Did you mean actions?'],
    [
      { ...counters, initial: [0, 0] },
      'counters: initial is an array. It needs initial, a row of numbers or a function',
    ],
    [{ ...counters, observe: { inputs: 3 } }, 'counters: observe is an object. It needs observe: { inputs, hot'],
    [{ ...counters, backwardActions: 1 }, 'counters has 3 actions and 1 backward actions: give backwardAction'],
    [{ ...counters, forwardAction: () => 0 }, 'counters has one of backwardAction and forwardAction'],
    [
      () => counters,
      'defineEnvironment takes an object of the environment’s members, not a function'.replace('’', "'"),
    ],
  ])('%#', (definition, message) => {
    expect(() => defineEnvironment(definition as EnvironmentDefinition)).toThrow(message);
  });
});

describe('the results of functions are checked', () => {
  const state = Int32Array.of(0, 0, 0);
  const defined = (change: object) => defineEnvironment({ ...counters, ...change });
  const forward = (change: object) => () => defined(change).forwardMask(state.slice(), new Int32Array(3));

  test.each([
    [
      'nothing',
      forward({ allowed: () => undefined }),
      'allowed(state, 0) returned undefined at [0, 0, 0]; it must return true or false. Is there a return missing?',
    ],
    [
      'a number',
      forward({ allowed: () => 1 }),
      'allowed(state, 0) returned 1 at [0, 0, 0]; it must return true or false. Compare',
    ],
    [
      'a promise',
      forward({ isTerminal: async () => false }),
      'isTerminal(state) returned a promise at [0, 0, 0]; it must return true or false. It must not be asynchronous.',
    ],
    [
      'a new row',
      () => defined({ step: () => [1, 0, 0] }).step(state.slice(), 0),
      'step(state, 0) returned a new array at [0, 0, 0]; it must change the row it is given and return nothing.',
    ],
    [
      'a promise of a step',
      () => defined({ undo: async () => undefined }).backwardStep(state.slice(), 0),
      'undo(state, 0) returned a promise at [0, 0, 0]; it must not be asynchronous.',
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(`The environment counters: ${message}`);
  });

  test('a step may return the changed row or nothing', () => {
    const environment = defined({
      step: (row: Int32Array, action: number) => row.fill(row[action] + 1, action, action + 1),
    });
    expect(checkEnvironment(environment)).toEqual([]);
  });
});

describe('numbering breadth first', () => {
  test('puts parents before children where walks to a state differ in length', () => {
    // From n to n + 1 or n + 2, until 6: state 1 is found after state 2 would be by its number of actions.
    const environment = defineEnvironment({
      name: 'steps',
      stateSize: 1,
      actions: 2,
      maxSteps: 6,
      isTerminal: ([n]) => n >= 6,
      // The longer step comes first, so that children are found before their other parents.
      allowed: () => true,
      step: (state, action) => {
        state[0] += action === 0 ? 2 : 1;
      },
      undoable: ([n], action) => n >= (action === 0 ? 2 : 1) && (n !== 7 || action === 0),
      undo: (state, action) => {
        state[0] -= action === 0 ? 2 : 1;
      },
    });
    assertConformance(environment);
    const { stateCount, objectCount, stateAt } = environment.enumeration as Enumeration;
    expect([stateCount, objectCount]).toEqual([6, 2]);
    const state = new Int32Array(1);
    const numbered = Array.from({ length: 6 }, (_, number) => {
      stateAt(number, state);
      return state[0];
    });
    expect(numbered).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('gives no number to an invalid state', () => {
    const { indexOf, objectIndexOf } = defineEnvironment(counters).enumeration as Enumeration;
    expect(indexOf(Int32Array.of(3, 0, 0))).toBe(-1);
    expect(objectIndexOf(Int32Array.of(0, 0, 0))).toBe(-1);
  });

  test('refuses actions that form a cycle', () => {
    const environment = defineEnvironment({
      ...counters,
      name: 'circle',
      step: (state, action) => {
        if (action === 2) state[2] = 1;
        else state[action] = (state[action] + 1) % 2;
      },
    });
    expect(() => environment.enumeration).toThrow(
      'circle has actions that lead round in a circle, such as by [0, 0, 0]',
    );
  });
});

/** As `counters.undoable`, above a row to start from. */
function above(start: readonly number[]): EnvironmentDefinition['undoable'] {
  return (state, action) => state[action] > start[action] && (action === 2 || state[2] === 0);
}
