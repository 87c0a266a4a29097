import { expect, test } from 'vitest';
import { describeMetrics } from '../../src/cli/text.ts';
import {
  axisTitle,
  type MetricDefinition,
  type MetricName,
  metricCatalogue,
  metricDefinition,
  orderedMetrics,
  shownSign,
} from '../../src/metrics/catalogue.ts';
import { uniformPolicy } from '../../src/metrics/policies.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { evaluateExactly } from '../../src/train/evaluator.ts';
import { gridProblem } from '../rollout/problems.ts';

const definitions: readonly (readonly [name: string, MetricDefinition])[] = Object.entries(metricCatalogue);

test('an exact evaluation has the metrics that the catalogue says it has, and no others', async () => {
  const { environment, reward } = gridProblem(2, 4);
  const target = exactTarget(environment, reward);
  const { metrics } = await evaluateExactly(environment, uniformPolicy(environment), target);
  const expected = definitions.filter(([, { given }]) => given === 'enumerable' || given === 'always');
  expect(Object.keys(metrics).sort()).toEqual(expected.map(([name]) => name).sort());
});

test('shows distance metrics as non-negative numbers; the uniform policy of a grid exceeds 0 in all', async () => {
  const { environment, reward } = gridProblem(2, 4);
  const target = exactTarget(environment, reward);
  const { metrics } = await evaluateExactly(environment, uniformPolicy(environment), target);
  const found = Object.entries(metrics).filter(([name]) => metricDefinition(name).distance !== undefined);
  expect(found.length).toBeGreaterThan(4);
  for (const [name, value] of found) expect(shownSign(name as MetricName) * value, name).toBeGreaterThan(0);
});

test('the terminal lists metrics in the order of the catalogue, each with its title and unit', () => {
  const lines = describeMetrics({ modesFrom7: 3, meanLength: 2.5, klTargetLearnt: 0.125, totalVariation: 0.25 });
  expect(lines).toEqual([
    'exact total variation     0.25',
    'KL(target ‖ learnt)       0.125 nats',
    'modes of score 7 or more  3',
    'mean length               2.5 actions',
  ]);
});

test('a metric that is absent is not listed, and one of a problem’s own goes by its name', () => {
  const metrics = { elbo: undefined, invalidShare: 0.5, meanRings: 2 };
  expect(describeMetrics(metrics)).toEqual(['share of invalid objects  0.5', 'meanRings                 2']);
  expect(orderedMetrics(metrics)).toEqual(['elbo', 'invalidShare', 'meanRings']);
});

test('a divergence has its direction in its title', () => {
  const named = definitions.filter(([name, { title }]) => /^kl|Kl/.test(name) || title.includes('KL'));
  expect(named.length).toBe(3);
  for (const [, { title }] of named) expect(title).toMatch(/KL\(target ‖ (learnt|sampled)/);
});

test('titles tell metrics apart, in lists and on axes', () => {
  const titles = definitions.map(([, { title }]) => title);
  expect(new Set(titles).size).toBe(titles.length);
  const axes = (Object.keys(metricCatalogue) as MetricName[]).map(axisTitle);
  expect(new Set(axes).size).toBe(axes.length);
});
