import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  bitSequence,
  bitSequenceModes,
  bitSequenceReward,
  type Environment,
  hypergrid,
  hypergridReward,
  qm9String,
  qm9StringReward,
  type Reward,
  tfbind8,
  tfbind8Reward,
} from '../../src/index.ts';
import { paintedReward } from '../../src/problems/hypergrid/painted-reward.ts';
import { syntheticMotifScores } from '../../src/problems/tfbind8-synthetic/motif.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { type GoldenWalks, goldenWalks } from './golden.ts';

type Made = readonly [Environment, Reward];

const grid = (dimension: number, side: number, difficulty: 'easy' | 'hard'): Made => {
  const size = { dimension, side };
  return [hypergrid(size), hypergridReward({ ...size, difficulty })];
};
const painted = (side: number): Made => {
  const random = randomFrom(side);
  const painting = Array.from({ length: side * side }, () => Math.floor(random() * 10)).join('');
  const size = { dimension: 2, side };
  return [hypergrid(size), paintedReward({ ...size, painting })];
};
const bits = (length: number, wordSize: number): Made => [
  bitSequence({ length, wordSize }),
  bitSequenceReward({ ...{ length, wordSize, beta: 3 }, modes: bitSequenceModes({ length, count: 4 }) }),
];
const scores = (count: number) => {
  const random = randomFrom(5);
  return Float32Array.from({ length: count }, () => 1.2 * random() - 0.1);
};

const problems: Readonly<Record<string, () => Made>> = {
  'hypergrid-2x8-easy': () => grid(2, 8, 'easy'),
  'hypergrid-2x8-hard': () => grid(2, 8, 'hard'),
  'hypergrid-3x5-easy': () => grid(3, 5, 'easy'),
  'hypergrid-3x5-hard': () => grid(3, 5, 'hard'),
  'hypergrid-2x11-easy': () => grid(2, 11, 'easy'),
  'hypergrid-2x11-hard': () => grid(2, 11, 'hard'),
  'hypergrid-2x21-easy': () => grid(2, 21, 'easy'),
  'hypergrid-2x21-hard': () => grid(2, 21, 'hard'),
  'painted-2x8': () => painted(8),
  'painted-2x21': () => painted(21),
  tfbind8: () => [tfbind8(), tfbind8Reward(syntheticMotifScores())],
  'qm9-string': () => [qm9String(), qm9StringReward(scores(11 ** 5))],
  'bit-sequence-8x2': () => bits(8, 2),
  'bit-sequence-12x1': () => bits(12, 1),
  'bit-sequence-24x4': () => bits(24, 4),
};

/** FLOWTAPE_GOLDEN=write records them anew, where an environment is meant to be another one. */
const isRecording = process.env.FLOWTAPE_GOLDEN === 'write';

test.each(Object.entries(problems))('%s walks exactly as recorded', (name, make) => {
  const file = new URL(`golden/${name}.json`, import.meta.url);
  const isGrid = !/^(tfbind8|qm9|bit)/.test(name);
  const walks = goldenWalks(...make(), isGrid ? { walks: 16, lingering: true } : {});
  if (isRecording) writeFileSync(file, `${JSON.stringify(walks, undefined, 1)}\n`);
  const recorded: GoldenWalks = JSON.parse(readFileSync(file, 'utf8'));
  expect(walks).toEqual(recorded);
});
