import { expect, test } from 'vitest';
import { empiricalDistribution } from '../../src/metrics/empirical.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';

const environment = hypergrid({ dimension: 1, side: 3 });

test('frequencies of sampled objects are counts divided by their number', () => {
  const distribution = empiricalDistribution(environment, Int32Array.of(0, 1, 2, 1, 2, 1, 2, 1));
  expect([...distribution]).toEqual([0.25, 0, 0.75]);
});

test('rows that are not terminal, a part of a row and no rows at all are refused', () => {
  expect(() => empiricalDistribution(environment, Int32Array.of(0, 1, 2, 0))).toThrow(
    'Row 1, (2), is not a terminal state',
  );
  expect(() => empiricalDistribution(environment, Int32Array.of(0, 1, 2))).toThrow(
    '3 numbers do not make a whole number of',
  );
  expect(() => empiricalDistribution(environment, new Int32Array(0))).toThrow('none at all');
});
