import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../src/page/default-config.ts';
import type { Message, OpenedRun } from '../../src/page/protocol.ts';
import { afterMessage, type KnownRun, newKnownRun } from '../../src/page/ui/known-run.ts';

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

function told(...messages: Message[]): KnownRun {
  return messages.reduce(afterMessage, newKnownRun(config));
}

const learnt: Message = { kind: 'distribution', step: 20, learnt: new Float32Array(4) };

describe('what is known of a run', () => {
  test('grows with the messages of its worker', () => {
    const knownRun = told(opened(0), { kind: 'status', status: 'running' }, metrics(10, 0.5), metrics(20, 0.4), learnt);
    expect(knownRun.status).toBe('running');
    expect(knownRun.curve.map(({ step, seconds, values }) => [step, seconds, values.totalVariation])).toEqual([
      [10, 10, 0.5],
      [20, 20, 0.4],
    ]);
    expect(knownRun.metrics?.values.elboGap).toBe(-0.4);
    expect(knownRun.learnt).toBe(learnt.learnt);
  });

  test('adds to a look what its distribution says: entropy, and how many modes have their due', () => {
    const objects = { count: 4, shape: [2, 2], target: Float32Array.of(0.5, 0, 0, 0.5), logPartition: 1 };
    const distribution: Message = { kind: 'distribution', step: 10, learnt: Float32Array.of(1, 0, 0, 0) };
    const knownRun = told(opened(0, { objects }), metrics(10, 0.5), distribution);
    // Touching cells are one hill.
    expect(knownRun.levels).toEqual({ logPartition: 1, entropy: Math.log(2), modes: 1 });
    expect(knownRun.curve[0].values).toMatchObject({ totalVariation: 0.5, entropy: 0, modes: 1 });
    const apart = {
      logPartition: 1,
      count: 40,
      target: Float32Array.from({ length: 40 }, (_, i) => (i < 2 ? 0.5 : 0)),
    };
    const learnt = Float32Array.from({ length: 40 }, (_, i) => (i === 0 ? 1 : 0));
    const strings = told(opened(0, { objects: apart }), metrics(10, 0.5), { kind: 'distribution', step: 10, learnt });
    expect([strings.levels.modes, strings.curve[0].values.modes]).toEqual([2, 1]);
  });

  test('continues to count seconds when it continues from a checkpoint', () => {
    const before = [{ step: 10, seconds: 7, values: {} }];
    const knownRun = [opened(10), metrics(20, 0.4)].reduce(afterMessage, newKnownRun(config, before));
    expect(knownRun.curve.map(({ seconds }) => seconds)).toEqual([7, 27]);
  });

  test('has no past if the run restarts', () => {
    const knownRun = told(opened(0), metrics(10, 0.5), learnt, opened(0));
    expect(knownRun.curve).toEqual([]);
    expect(knownRun.learnt).toBeUndefined();
    expect(knownRun.metrics).toBeUndefined();
  });

  test('keeps its past up to the checkpoint from which the run continues', () => {
    const knownRun = told(opened(0), metrics(10, 0.5), metrics(30, 0.3), learnt, opened(20));
    expect(knownRun.curve.map(({ step }) => step)).toEqual([10]);
    expect(knownRun.learnt).toBe(learnt.learnt);
  });

  test('drops a distribution over other objects', () => {
    const other = { count: 9, shape: [3, 3], target: new Float32Array(9), logPartition: 0 };
    expect(told(opened(0), learnt, opened(20, { objects: other })).learnt).toBeUndefined();
  });

  test('holds a failure, which no later status hides', () => {
    const failure: Message = { kind: 'failure', problem: 'gone', reason: 'device-lost', checkpoint: Uint8Array.of(1) };
    const knownRun = told(opened(0), failure, { kind: 'status', status: 'paused' });
    expect(knownRun.status).toBe('failed');
    expect(knownRun.failure).toEqual({ problem: 'gone', reason: 'device-lost', checkpoint: Uint8Array.of(1) });
  });

  test('has the settings that the run has, after a change was refused', () => {
    const asked = { ...told(opened(0)), config: { ...config, batch: 999 } };
    expect(afterMessage(asked, { kind: 'refusal', problem: 'too large' }).config).toBe(config);
    const request: Message = { kind: 'refusal', request: 3, problem: 'no' };
    expect(afterMessage(asked, request).config.batch).toBe(999);
  });

  test('keeps a long curve short, with its first and last point', () => {
    let knownRun = told(opened(0));
    for (let step = 1; step <= 5000; step++) knownRun = afterMessage(knownRun, metrics(step, 1 / step));
    expect(knownRun.curve.length).toBeLessThanOrEqual(1200);
    expect(knownRun.curve[0].step).toBe(1);
    expect(knownRun.curve.at(-1)?.step).toBe(5000);
  });
});
