import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readHistory } from '../../src/cli/run-history.ts';
import type { RunConfig } from '../../src/run/run-config.ts';
import type { Snapshot } from '../../src/train/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'flowtape-history-'));
afterAll(() => rmSync(folder, { recursive: true }));
const row = (step: number) =>
  `${JSON.stringify({ step, trajectories: 4 * step, seconds: step / 10, trajectoriesPerSecond: 40, meanReward: 0.5 })}\n`;
// As a killed process leaves them: every evaluation, one that was not due, and a line that was cut.
writeFileSync(join(folder, 'metrics.jsonl'), `${row(0)}${row(20)}${row(27)}${row(40)}{"step":60,"traj`);

const config = { steps: 100, evaluateEvery: 20, batch: 4 } as RunConfig;
const stepsKept = async (snapshot: Partial<Snapshot> | undefined) =>
  (await readHistory(folder, config, snapshot as Snapshot | undefined)).curve.map(({ step }) => step);

describe('the history of a run that goes on keeps', () => {
  test('the evaluation before the first iteration, if the checkpoint came after it', async () => {
    expect(await stepsKept({ step: 0, metrics: { meanReward: 0.5 } })).toEqual([0]);
  });

  test('nothing if the run restarts, or its checkpoint has no evaluation before it', async () => {
    expect(await stepsKept(undefined)).toEqual([]);
    expect(await stepsKept({ step: 0 })).toEqual([]);
  });

  test('the evaluations due until its checkpoint, and the seconds until then', async () => {
    const { text, seconds } = await readHistory(folder, config, { step: 30 } as Snapshot);
    expect(text).toBe(row(0) + row(20));
    // 27 iterations took 2.7 s; the 3 behind them are 12 trajectories at 40 a second.
    expect(Math.abs(seconds - 3)).toBeLessThanOrEqual(1e-12);
  });
});
