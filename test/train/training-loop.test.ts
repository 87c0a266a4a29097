import { afterEach, expect, test, vi } from 'vitest';
import type { RunState } from '../../src/checkpoint/run-state.ts';
import { createControl } from '../../src/train/control.ts';
import { type Progress, trainingLoop } from '../../src/train/training-loop.ts';

afterEach(() => vi.restoreAllMocks());

/** A run on a clock of its own, in seconds: the first iteration takes 1, the others 0.5 each, an evaluation 100. */
async function reportsOnClock(evaluateEvery: number): Promise<Progress[]> {
  let clock = 0;
  let done = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => 1000 * clock);
  const key = Int32Array.of(0, 0, 0, 0);
  const state: RunState = { step: 0, key, exploration: new Float32Array(2), networks: {}, objective: [] };
  const loop = trainingLoop({
    options: { steps: 8, batch: 10, evaluateEvery, reportEvery: 1 },
    run: {
      state: async () => state,
      restore: () => undefined,
      async run(times) {
        for (let i = 0; i < times; i++) clock += done++ === 0 ? 1 : 0.5;
      },
      runChecked: async () => undefined,
      fault: async () => undefined,
      diagnostics: async () => ({}),
    },
    start: () => state,
    control: createControl(),
    async evaluate() {
      clock += 100;
      return {};
    },
  });
  const reports: Progress[] = [];
  for await (const progress of loop.reports()) reports.push(progress);
  return reports;
}

test('the pace is over all iterations since the last evaluation, without the time of evaluations', async () => {
  const reports = await reportsOnClock(4);
  const evaluated = reports.filter(({ metrics }) => metrics !== undefined);
  expect(evaluated.map(({ step }) => step)).toEqual([0, 4, 8]);
  // 40 trajectories in 1 + 3 * 0.5 seconds, then in 4 * 0.5.
  expect(evaluated.map(({ trajectoriesPerSecond }) => trajectoriesPerSecond)).toEqual([0, 16, 20]);
  expect(evaluated.map(({ secondsElapsed }) => secondsElapsed)).toEqual([100, 202.5, 304.5]);
  expect(reports.find(({ step }) => step === 2)?.trajectoriesPerSecond).toBeCloseTo(20 / 1.5, 12);
});
