import { expect, test } from 'vitest';
import { checkEnvironment } from '../../src/environment/conformance.ts';
import { cells, counter, move, rowEnvironment, rowReward, set } from '../../src/environment/row-environment/index.ts';

/** Three places filled one after the other, and what is looked up by what stands in the first. */
const places = (reach: number) =>
  rowEnvironment({
    name: 'places',
    state: { letters: cells(3, { max: 4 }), placed: counter({ max: 3 }) },
    actions: {
      place: {
        count: 2,
        allowed: ({ placed }) => placed.less(3),
        changes: ({ letters, placed }, letter) => [set(letters.at(placed), 0, letter.add(1)), move(placed, 1)],
      },
    },
    isTerminal: ({ placed }) => placed.equal(3),
    maxSteps: 3,
    observe: { inputs: 4, value: ({ letters, placed }, i) => letters.at(placed.add(i).min(reach)).toFloat() },
  });

const worth = (environment: ReturnType<typeof places>, length: number) =>
  rowReward({
    name: 'worth',
    of: environment,
    tables: { scores: new Float32Array(length) },
    logReward: ({ letters }, { scores }) => scores.at(letters.at(0).add(letters.at(1))),
  });

test('an index outside of its row is found by the suite: environment, function, expression and value', () => {
  const found = (environment: ReturnType<typeof places>, scores: number) =>
    checkEnvironment(environment, worth(environment, scores)).map(({ rule, message }) => `${rule}: ${message}`);
  expect(found(places(3), 5)[0]).toBe(
    'row bounds: observation.encode at "letters 0 0 0, placed 0": places, observe: letters has 3 numbers; index ' +
      'min((placed + i), 3) is 3, which is outside.',
  );
  expect(found(places(2), 4)[0]).toMatch(
    /^row bounds: logReward at ".*": The reward worth, logReward: scores has 4 numbers; index \(letters\[0\] \+ letters\[1\]\) is 4, which is outside\.$/,
  );
});

test('indices inside their rows give no finding', () => {
  const environment = places(2);
  expect(checkEnvironment(environment, worth(environment, 5))).toEqual([]);
});
