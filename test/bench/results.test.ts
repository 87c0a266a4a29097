import { expect, test } from 'vitest';
import { kernelCases } from '../../bench/kernels/cases.ts';
import { kernelResults } from '../../bench/kernels/results.ts';
import { agree, stepResults } from '../../bench/step/results.ts';
import { describeStep } from '../../bench/step/table.ts';
import type { TrainProblem } from '../../bench/train/problems.ts';
import { trainResults } from '../../bench/train/results.ts';
import { describeTrain } from '../../bench/train/table.ts';

const problem = { name: 'MLP 2-3, batch 1', rows: 1, widths: [2, 3] };
const step = (engine: string, total: number[], losses = [3, 2, 1]) => {
  return { engine, host: total, total, losses, firstStep: 50 };
};

test('rounds of a step are taken together, and ratios are of medians, over ours', () => {
  const [ours, peer, broken] = stepResults(problem, 'cpu', [
    { name: 'flowtape', measured: { records: [step('cpu', [1, 2]), step('cpu', [3])] } },
    { name: 'peer', measured: { records: [step('peer 1.0', [6, 8, 10])] } },
    { name: 'broken', measured: { problem: 'no adapter' } },
  ]);
  expect(ours).toMatchObject({ total: { median: 2, count: 3 }, ratio: 1, sameLosses: true });
  // 24 operations in 2 ms are 12 million in a second.
  expect(ours.gigaflopsPerSecond).toBeCloseTo(24 / 2 / 1e6, 12);
  expect(peer).toMatchObject({ version: 'peer 1.0', total: { median: 8 }, ratio: 4, loss: { first: 3, last: 1 } });
  expect(broken).toMatchObject({ engine: 'broken', failed: 'no adapter' });
  const table = describeStep([ours, peer, broken]);
  expect(table).toMatch(/peer +8.00 \(7.00 to 9.00\).* 3.0000 to 1.0000 +4.00x/);
  expect(table).toMatch(/broken +no adapter/);
});

test('an engine whose first losses differ from ours is marked; its last loss comes from another step', () => {
  expect(agree([3, 2, 0.5], [3.001, 2.001, 1])).toBe(true);
  expect(agree([3, 2.1, 1], [3, 2, 1])).toBe(false);
  expect(agree([3, 2, 1], [3, Number.POSITIVE_INFINITY, 1])).toBe(false);
  expect(agree([3, Number.NaN, 1], [3, Number.NaN, 1])).toBe(false);
  // Only the last losses, which are of other steps: there is nothing to tell by.
  expect(agree([3], [3])).toBe(false);
  const [, peer] = stepResults(problem, 'cpu', [
    { name: 'flowtape', measured: { records: [step('cpu', [1])] } },
    { name: 'peer', measured: { records: [step('peer', [1], [3, 3, 3])] } },
  ]);
  expect(describeStep([peer])).toContain("(not flowtape's)");
});

test('where nothing is computed, a step has neither losses nor a rate', () => {
  const [host] = stepResults(problem, 'host', [{ name: 'flowtape', measured: { records: [step('null', [1])] } }]);
  expect(host).not.toHaveProperty('loss');
  expect(host).not.toHaveProperty('gigaflopsPerSecond');
});

const training: TrainProblem = {
  ...{ name: 'Hypergrid', problem: 'hypergrid', problemOptions: {}, objective: 'tb', objectiveOptions: {} },
  batch: 16,
  marks: [
    { at: 100, windows: 2, iterations: 5 },
    { at: 2000, windows: 2, iterations: 5 },
  ],
};
const timing = (at: number, milliseconds: number[], meanLength: number) => {
  return { at, begun: at, milliseconds, meanLength, loss: 1 };
};

test('training is summarised mark by mark; an engine that did not get there says so', () => {
  const results = trainResults(training, [
    {
      name: 'flowtape',
      measured: {
        records: [
          { engine: 'cpu', firstSeconds: 1 },
          timing(100, [1, 2], 8),
          timing(2000, [4], 50),
          timing(100, [3], 9),
        ],
      },
    },
    {
      name: 'gfnx',
      measured: { records: [{ engine: 'gfnx 1', firstSeconds: 9 }, timing(100, [10], 8), { at: 2000, skipped: 900 }] },
    },
  ]);
  expect(results.map(({ engine, at, ratio }) => [engine, at, ratio])).toEqual([
    ['flowtape', 100, 1],
    ['gfnx', 100, 5],
    ['flowtape', 2000, 1],
    ['gfnx', 2000, undefined],
  ]);
  const meanLength = 8.5;
  expect(results[0]).toMatchObject({ iterationsPerSecond: 500, trajectoriesPerSecond: 8000, meanLength });
  expect(results[3].failed).toBe('did not get to iteration 2000 in its time');
  expect(describeTrain(results)).toMatch(/gfnx +100 +100 \(100 to 100\) +1600 +8.0 +9.00 +5.00x/);
});

test('a kernel is held against the ceiling that it is nearer to', () => {
  const [{ kernel, size, flops, bytes }] = kernelCases;
  const milliseconds = { lowerQuartile: 1, median: 1, upperQuartile: 1, count: 1 };
  const ceilings = (gigaflopsPerSecond: number, gigabytesPerSecond: number) => ({
    ceilings: { gigaflopsPerSecond, gigabytesPerSecond, how: '' },
  });
  const of = (flopsCeiling: number, bytesCeiling: number) => {
    const records = [
      { device: 'cpu' },
      ceilings(flopsCeiling, bytesCeiling),
      { kernel, size, milliseconds, launches: 1 },
    ];
    return kernelResults('cpu', { name: 'cpu', measured: { records } }).kernels[0];
  };
  const [rate, traffic] = [flops / 1e6, bytes / 1e6];
  expect(of(2 * rate, 4 * traffic)).toMatchObject({ share: 0.5, bound: 'operations' });
  expect(of(8 * rate, 4 * traffic)).toMatchObject({ share: 0.25, bound: 'bytes' });
});
