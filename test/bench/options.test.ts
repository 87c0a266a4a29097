import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { allPeers, parseRequest, parts } from '../../bench/options.ts';

const options = (...args: string[]) => {
  const request = parseRequest(args);
  if (request.kind !== 'run') throw new Error(`not a run but ${request.kind}`);
  return request.options;
};

test('without options all peers are measured, for six seconds in three rounds', () => {
  const defaults = { peers: allPeers, seconds: 6, rounds: 3, only: '', python: 'python3', iterations: 10_000 };
  expect(options('step')).toEqual({ parts: ['step'], ...defaults });
  expect(options('all').parts).toEqual(parts);
});

test('peers can be named, or left out', () => {
  expect(options('step', '--peers', 'none').peers).toEqual([]);
  expect(options('step', '--peers', 'gfnx, tfjs').peers).toEqual(['gfnx', 'tfjs']);
});

test("the folder of the authors' code is resolved, since programs run elsewhere read it", () => {
  expect(options('equal-seconds').authors).toBeUndefined();
  expect(options('equal-seconds', '--authors', 'theirs').authors).toBe(resolve('theirs'));
});

test('gpu has a file of its own unless one is named, and its parts go by --only', () => {
  expect(parseRequest(['gpu'])).toEqual({
    kind: 'gpu',
    options: { json: 'gpu.json', only: undefined, small: false, data: undefined, python: 'python3', peak: undefined },
  });
  const { options } = parseRequest(['gpu', '--only', 'dense', '--small', '--peak', '67000']) as { options: unknown };
  expect(options).toMatchObject({ only: 'dense', small: true, peak: 67_000 });
  expect(() => parseRequest(['gpu', 'dense'])).toThrow('gpu takes no dense; one of its parts is --only PART.');
});

test('report takes a file and, optionally, the page that receives its tables', () => {
  expect(parseRequest(['report', 'a.json'])).toEqual({ kind: 'report', file: 'a.json' });
  expect(parseRequest(['report', 'a.json', '--into', 'p.md'])).toEqual({
    kind: 'report',
    file: 'a.json',
    into: 'p.md',
  });
});

test.each([
  [
    [],
    'Say what to measure: step, train, curves, equal-seconds, equal-trajectories, rollout, kernels, memory, profile, start, growth, fused, gpu or all.',
  ],
  [
    ['stepp'],
    'There is no part stepp; there are step, train, curves, equal-seconds, equal-trajectories, rollout, kernels, memory, profile, start, growth, fused, gpu and all.',
  ],
  [['step', 'train'], 'One part at a time, or all: train is too much.'],
  [['step', '--seconds', '0'], '--seconds must be a positive number, not 0.'],
  [['step', '--seconds', 'long'], '--seconds must be a positive number, not long.'],
  [['step', '--rounds', '1.5'], '--rounds must be a positive integer, not 1.5.'],
  [['step', '--device', 'gpu'], '--device must be cpu, fused or webgpu, not gpu.'],
  [['step', '--peers', 'jax'], 'There is no peer jax; there are jax-js, tfjs, gfnx, torchgfn; or none.'],
  [['step', '--jsno', 'x'], "Unknown option '--jsno'"],
])('%j is refused: %s', (args, message) => {
  expect(() => parseRequest(args)).toThrow(message);
});
