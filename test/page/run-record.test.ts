import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../src/page/default-config.ts';
import type { Message, OpenedRun } from '../../src/page/protocol.ts';
import { curveData, logRange } from '../../src/page/ui/curve-data.ts';
import { afterMessage, newRecord, type RunRecord } from '../../src/page/ui/run-record.ts';

const config = defaultConfig();

function opened(step: number, change: Partial<OpenedRun> = {}): Message {
  const objects = { count: 4, shape: [2, 2], target: new Float32Array(4), logPartition: 0 };
  const device = { kind: 'cpu', description: 'cpu', why: 'it was asked for' } as const;
  return { kind: 'opened', run: { config, device, parameters: 1, bytes: 1, reward: 'easy', objects, step, ...change } };
}

function metrics(step: number, totalVariation: number): Message {
  const values = { totalVariation, elboGap: -totalVariation };
  return { kind: 'metrics', step, trajectories: step, secondsElapsed: step, metrics: values };
}

function told(...messages: Message[]): RunRecord {
  return messages.reduce(afterMessage, newRecord(config));
}

const learnt: Message = { kind: 'distribution', step: 20, learnt: new Float32Array(4) };

describe('what is known of a run', () => {
  test('grows with what its worker tells', () => {
    const record = told(opened(0), { kind: 'status', status: 'running' }, metrics(10, 0.5), metrics(20, 0.4), learnt);
    expect(record.status).toBe('running');
    expect(record.curve.map(({ step, totalVariation }) => [step, totalVariation])).toEqual([
      [10, 0.5],
      [20, 0.4],
    ]);
    expect(record.metrics?.values.elboGap).toBe(-0.4);
    expect(record.learnt).toBe(learnt.learnt);
  });

  test('has no past where the run begins anew', () => {
    const record = told(opened(0), metrics(10, 0.5), learnt, opened(0));
    expect(record.curve).toEqual([]);
    expect(record.learnt).toBeUndefined();
    expect(record.metrics).toBeUndefined();
  });

  test('keeps its past where the run goes on, up to where it goes on from', () => {
    const record = told(opened(0), metrics(10, 0.5), metrics(30, 0.3), learnt, opened(20));
    expect(record.curve.map(({ step }) => step)).toEqual([10]);
    expect(record.learnt).toBe(learnt.learnt);
  });

  test('drops a distribution over other objects', () => {
    const other = { count: 9, shape: [3, 3], target: new Float32Array(9), logPartition: 0 };
    expect(told(opened(0), learnt, opened(20, { objects: other })).learnt).toBeUndefined();
  });

  test('holds a failure, and no status told afterwards hides it', () => {
    const failure: Message = { kind: 'failure', problem: 'gone', reason: 'device-lost', checkpoint: Uint8Array.of(1) };
    const record = told(opened(0), failure, { kind: 'status', status: 'paused' });
    expect(record.status).toBe('failed');
    expect(record.failure).toEqual({ problem: 'gone', reason: 'device-lost', checkpoint: Uint8Array.of(1) });
  });

  test('has the settings that the run has, after a change was refused', () => {
    const asked = { ...told(opened(0)), config: { ...config, batch: 999 } };
    expect(afterMessage(asked, { kind: 'refusal', problem: 'too large' }).config).toBe(config);
    const request: Message = { kind: 'refusal', request: 3, problem: 'no' };
    expect(afterMessage(asked, request).config.batch).toBe(999);
  });

  test('keeps a long curve short, with its first and last point', () => {
    let record = told(opened(0));
    for (let step = 1; step <= 5000; step++) record = afterMessage(record, metrics(step, 1 / step));
    expect(record.curve.length).toBeLessThanOrEqual(1200);
    expect(record.curve[0].step).toBe(1);
    expect(record.curve.at(-1)?.step).toBe(5000);
  });
});

describe('the data of a chart', () => {
  const curve = (...points: [step: number, value: number][]) =>
    points.map(([step, value]) => ({ step, totalVariation: value, elboGap: -value }));

  test('puts two runs on one axis, with gaps where one has no figure', () => {
    const data = curveData([curve([0, 1], [10, 0.5]), curve([0, 0.9], [5, 0.7])], 'totalVariation');
    expect(data).toEqual([
      [0, 5, 10],
      [1, null, 0.5],
      [0.9, 0.7, null],
    ]);
  });

  test('has sizes that a log scale takes: positive, 0 as the smallest', () => {
    expect(curveData([curve([0, 0.25], [1, 0])], 'elboGap', 1e-6)[1]).toEqual([0.25, 1e-6]);
  });

  test('spans whole decades, at least one', () => {
    expect(
      logRange(
        [
          [0, 1],
          [0.02, 0.7],
        ],
        1,
      ),
    ).toEqual([0.01, 1]);
    expect(logRange([[0], [1]], 1)).toEqual([0.1, 1]);
    expect(logRange([[], []])).toEqual([0.01, 1]);
  });
});
