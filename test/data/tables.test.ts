import { describe, expect, test } from 'vitest';
import { convertBlockScores } from '../../src/problems/qm9-string/block-scores.ts';
import { parseQm9StringTable } from '../../src/problems/qm9-string/reward.ts';
import { convertBindingScores } from '../../src/problems/tfbind8/binding-scores.ts';
import { parseTfbind8Table } from '../../src/problems/tfbind8/reward.ts';
import { float32, opcode, pickleScores } from './pickle-writer.ts';

const complement: Readonly<Record<string, string>> = { A: 'T', C: 'G', G: 'C', T: 'A' };
const reverseComplement = (string: string) =>
  [...string]
    .reverse()
    .map((letter) => complement[letter])
    .join('');
/** The string of a number in some base, written with the given letters. */
const write = (number: number, letters: string, length: number) =>
  Array.from({ length }, (_, i) => letters[Math.floor(number / letters.length ** (length - 1 - i)) % letters.length]);

/** Scores of every string of eight letters in the format of UniPROBE, made up: the sum of a weight for each letter. */
const weights: Readonly<Record<string, number>> = { A: -1, C: 2, G: 2, T: -1 };
const scoreOf = (string: string) => [...string].reduce((sum, letter) => sum + weights[letter], 0) / 100;
const bindingLines = ['8-mer\t8-mer\tE-score\tMedian\tZ-score'];
for (let number = 0; number < 4 ** 8; number++) {
  const string = write(number, 'ACGT', 8).join('');
  const other = reverseComplement(string);
  if (string <= other) bindingLines.push(`${string}\t${other}\t${scoreOf(string).toFixed(5)}\t75038.19\t0.9096`);
}
const bytesOf = (lines: readonly string[]) => new TextEncoder().encode(`${lines.join('\n')}\n`);

describe('the binding scores', () => {
  test('have a line for each pair of a string and its reverse complement', () => {
    // Of 65,536 strings 256 are their own reverse complement.
    expect(bindingLines).toHaveLength(1 + (65_536 - 256) / 2 + 256);
  });

  test('become one score a string in [0, 1], the same for both strands, the first letter the most significant', () => {
    const table = parseTfbind8Table(convertBindingScores(bytesOf(bindingLines)));
    // From eight letters of weight -1 to eight of weight 2.
    const errors = table.map((y, index) => Math.abs(y - (scoreOf(write(index, 'ACGT', 8).join('')) + 0.08) / 0.24));
    // Exact but for the rounding to float32: its step below 1 is 6e-8.
    expect(Math.max(...errors)).toBeLessThan(6e-8);
    expect(table[0]).toBe(0);
    expect(table[0b0101_0101_0101_0101]).toBe(1);
  });

  test.each<[string, (lines: string[]) => void, string]>([
    ['without titles', (lines) => lines.shift(), 'Line 1 of the binding scores should have the titles'],
    ['with a short string', edit(1, 'AAAAAAAC', 'AAAAAAA'), 'Line 3 of the binding scores does not start with'],
    ['with another second strand', edit(1, 'GTTTTTTT', 'TTTTTTTT'), 'Line 3 of the binding scores should have the rev'],
    ['with a score that is no number', edit(1, /-?0\.\d+/, 'nan'), 'Line 3 of the binding scores has no decimal'],
    ['with an empty line', (lines) => lines.splice(2, 0, ''), 'Line 3 of the binding scores does not start'],
    ['with a string twice', (lines) => lines.splice(2, 1, lines[1]), 'scores AAAAAAAA, which has a score already'],
    ['without the last string', (lines) => lines.pop(), 'lack 1 of the 65536 strings'],
  ])('%s are refused', (_, change, reason) => {
    const lines = [...bindingLines];
    change(lines);
    expect(() => convertBindingScores(bytesOf(lines))).toThrow(reason);
  });

  test('that are all the same are refused', () => {
    const lines = bindingLines.map((line, i) => (i === 0 ? line : line.replace(/-?0\.\d+/, '0.10000')));
    expect(() => convertBindingScores(bytesOf(lines))).toThrow('all the same');
  });
});

describe('the block scores', () => {
  const scores = Float32Array.from({ length: 11 ** 5 }, (_, i) => Math.sin(i));
  const pickle = pickleScores(
    Array.from(scores, (score, i): [string, number] => [i.toString(11).padStart(5, '0'), score]).reverse(),
  );
  /** The same pickle with other bytes in the place of some that it has once. */
  const replace = (from: readonly number[], to: readonly number[]) => {
    const place = Buffer.from(pickle).indexOf(Uint8Array.from(from));
    expect(place).toBeGreaterThan(0);
    const changed = pickle.slice();
    changed.set(to, place);
    return changed;
  };

  test('become a table in base 11, the first block the most significant, in whatever order they come', () => {
    const table = parseQm9StringTable(convertBlockScores(pickle));
    expect(table.findIndex((score, i) => score !== scores[i])).toBe(-1);
  });

  test('are refused where they are too few, of other strings, or no numbers', () => {
    expect(() => convertBlockScores(pickleScores([['00000', 1]]))).toThrow(
      'has 1 block scores, and should have 161051',
    );
    const otherString = replace(opcode.string('a0000'), opcode.string('b0000'));
    expect(() => convertBlockScores(otherString)).toThrow('scores "b0000", which is not a string of five');
    // The score of the string that comes first.
    const noNumber = replace(float32(scores[11 ** 5 - 1]), float32(Number.NaN));
    expect(() => convertBlockScores(noNumber)).toThrow('score of aaaaa should be a finite');
    expect(() => convertBlockScores(Uint8Array.of(0x80, 4, 0x4e, 0x2e))).toThrow('should be a dictionary');
  });
});

/** Replaces something in the line after line `i` of the scores. */
function edit(i: number, from: string | RegExp, to: string): (lines: string[]) => void {
  return (lines) => {
    lines[i + 1] = lines[i + 1].replace(from, to);
  };
}
