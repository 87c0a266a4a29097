import { expect, test } from 'vitest';
import { authorsCurves, authorsPicture, authorsTable } from '../../bench/authors/curves.ts';
import { isAuthors } from '../../bench/authors/program.ts';
import { secondsPicture, secondsTable } from '../../bench/equal-seconds/result.ts';
import { axes, growthAxes, growthCase } from '../../bench/growth/axes.ts';
import { growthTable } from '../../bench/growth/part.ts';
import { tableMarkdown } from '../../bench/measure/figure-table.ts';
import { profileTable } from '../../bench/profile/part.ts';
import { trainProblems } from '../../bench/train/problems.ts';
import { readComparisons } from '../../src/cli/compare/saved.ts';

test('exponents are between a size and the one above it, and a size that failed says why', () => {
  const record = { ready: 100, iteration: 2, bytes: 2 ** 20, parameters: 10 };
  const { rows } = growthTable('batch', 'Batch', [
    { value: 16, record },
    { value: 64, record: { ...record, iteration: 8, bytes: 2 ** 24 } },
    { value: 256, failed: 'no room' },
    { value: 1024, record },
  ]);
  expect(rows[0].slice(1, 5)).toEqual(['2.00', '', '1.00', '']);
  expect(rows[1].slice(1, 5)).toEqual(['8.00', '1.00', '16.0', '2.00']);
  expect(rows[2].slice(0, 3)).toEqual(['256', 'no room', '']);
  expect(rows[3].slice(1, 3)).toEqual(['2.00', '']);
});

test('each axis changes one thing', () => {
  for (const axis of axes) {
    const [first, second] = growthAxes[axis].values.map((value) => growthCase(axis, value));
    const differing = (['problem', 'batch', 'network'] as const).filter(
      (part) => JSON.stringify(first[part]) !== JSON.stringify(second[part]),
    );
    expect(differing).toHaveLength(1);
  }
});

test('a profile shows kernels under one percent together, and floors of products alone', () => {
  const kernels = [
    { kernel: 'dense', launches: 2, microseconds: 900, least: 450 },
    { kernel: 'adam', launches: 1, microseconds: 92, least: 0 },
    { kernel: 'fused', launches: 7, microseconds: 5, least: 0 },
    { kernel: 'slice', launches: 3, microseconds: 3, least: 0 },
  ];
  const table = profileTable('P', { device: 'cpu', iteration: 1100, ceiling: 44, kernels });
  expect(table.rows).toEqual([
    ['dense', '2', '900', '90 %', '450', '2.00'],
    ['adam', '1', '92.0', '9 %', '', ''],
    ['2 others', '10', '8.00', '1 %', '', ''],
    ['all kernels', '13', '1000', '100 %', '450', '2.22'],
  ]);
  expect(tableMarkdown(table)).toContain('| adam | 1 | 92.0 | 9 % |  |  |');
});

test('engines that trained for the same time are compared at the same looks, whatever their iterations', async () => {
  const run = (seed: number, pace: number) =>
    [0, 1, 2, 3, 4].map((look) => ({
      ...{ seed, look, iteration: pace * look, seconds: 2.5 * look },
      totalVariation: 1 / (1 + pace * look),
    }));
  const result = {
    ...{ problem: 'P', picture: 'p.svg', seconds: 10 },
    engines: [
      { name: 'ours', version: 'a', points: [...run(1, 300), ...run(2, 301)] },
      { name: 'theirs', version: 'b', points: run(1, 1) },
    ],
  };
  const { header, rows } = secondsTable(result);
  expect(header[1]).toBe('total variation after 2.50 s');
  expect(rows).toEqual([
    ['ours', '0.00332, 0.00331', '0.00166, 0.00166', '0.000833, 0.000830', '1,200, 1,204'],
    ['theirs', '0.500', '0.333', '0.200', '4'],
  ]);
  // The band of two seeds has all looks, though no two have the same iterations.
  const svg = await secondsPicture(result);
  expect(svg).toContain('ours');
  expect(svg).toContain('seconds');
});

test("the authors' code is compared with the saved runs at the same trajectories", async () => {
  const problems = trainProblems.filter(isAuthors);
  expect(problems.map(({ objective }) => objective)).toEqual(['gae', 'ent-ppo']);
  const points = (seed: number) =>
    Array.from({ length: 26 }, (_, i) => ({ seed, iteration: 125 * i, totalVariation: 1 / (1 + i) }));
  const [last] = points(2).slice(-1);
  const result = await authorsCurves(problems[1], [
    { engine: 'their script' },
    ...points(1),
    ...points(2).slice(0, -1),
    { ...last, theirTotalVariation: last.totalVariation + 2 ** -20 },
  ]);
  const { header, rows, note } = authorsTable(result);
  expect(header.slice(1)).toEqual([
    ...['8,000', '14,000', '26,000'].map((count) => `total variation after ${count} trajectories`),
    'mean from 38,000 to 50,000',
  ]);
  // Every saved seed, evaluated at the same moments.
  const [saved] = await readComparisons('docs/results/hypergrid-short.json');
  const seeds = saved.methods.find(({ method }) => method === 'ent-ppo')?.runs.length;
  expect(seeds).toBeGreaterThan(2);
  expect(rows[0].slice(1).map((cell) => cell.split(', ').length)).toEqual([seeds, seeds, seeds, seeds]);
  expect(rows[1].slice(1)).toEqual(['0.200, 0.200', '0.125, 0.125', '0.0714, 0.0714', '0.0438, 0.0438']);
  expect(note).toContain('differs from this one by 9.5e-7 at most');
  expect(note).toContain("the authors' code: their script");
  expect(await authorsPicture(result)).toContain("the authors' code");
});
