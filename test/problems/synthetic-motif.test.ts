import { expect, test } from 'vitest';
import { syntheticMotifScore, syntheticMotifScores } from '../../src/problems/tfbind8-synthetic/motif.ts';

const scoreOf = (text: string) => syntheticMotifScore([...text].map((letter) => 'ACGT'.indexOf(letter)));

test('strings with the motif score highest, wherever it stands and on either strand', () => {
  // One factor of 1 - occupancy is 0, so that these are exact.
  for (const text of ['GATTCCAA', 'AGATTCCA', 'AAGATTCC', 'GGAATCAA', 'TTGGAATC']) expect(scoreOf(text), text).toBe(1);
});

test('a score is that of its strand read backwards, with A for T and C for G', () => {
  const other = (text: string) =>
    [...text]
      .reverse()
      .map((letter) => 'TGCA'['ACGT'.indexOf(letter)])
      .join('');
  // Products of the same numbers in another order: each of 12 factors rounds at 1.1e-16.
  for (const text of ['ACGTACGT', 'GATTACAA', 'CCCCGGGA', 'TTTTTTTT'])
    expect(scoreOf(other(text))).toBeCloseTo(scoreOf(text), 14);
});

test('AAAAAAAA has the same two sites three times, as worked out by hand', () => {
  const [forward, reverse] = [0.1 * 1 * 0.1 * 0.3 * 0.1 * 0.2, 0.1 * 0.1 * 1 * 1 * 0.1 * 0.3];
  expect(scoreOf('AAAAAAAA')).toBeCloseTo(1 - ((1 - forward) * (1 - reverse)) ** 3, 14);
});

test('the table has every string at its number, all in (0, 1]', () => {
  const table = syntheticMotifScores();
  expect(table.length).toBe(65_536);
  expect(table[0]).toBe(Math.fround(scoreOf('AAAAAAAA')));
  expect(table[0b00_01_10_11_00_01_10_11]).toBe(Math.fround(scoreOf('ACGTACGT')));
  expect(table.every((score) => score > 0 && score <= 1)).toBe(true);
});
