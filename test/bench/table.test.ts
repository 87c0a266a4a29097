import { expect, test } from 'vitest';
import { alignedTable, formatRatio, formatSpread, markdownTable, significant } from '../../bench/measure/table.ts';

test('numbers have three significant digits, and never an exponent', () => {
  const numbers = [0, 0.000012, 0.01234, 0.1, 1, 12.34, 99.96, 123.4, 1234.5, 9_876_543.2];
  const texts = ['0', '0.000012', '0.0123', '0.100', '1.00', '12.3', '100.0', '123', '1235', '9876543'];
  expect(numbers.map(significant)).toEqual(texts);
  expect(significant(Number.NaN)).toBe('-');
});

test('a spread shows its median and quartiles, a ratio how many times', () => {
  expect(formatSpread({ lowerQuartile: 1, median: 2, upperQuartile: 30, count: 9 })).toBe('2.00 (1.00 to 30.0)');
  expect(formatRatio(4.4449)).toBe('4.44x');
  expect(formatRatio(undefined)).toBe('');
});

test('columns are aligned: the first to the left, the others to the right', () => {
  const table = alignedTable(
    ['engine', 'ms'],
    [
      ['a', '1.00'],
      ['longer name', ''],
    ],
  );
  expect(table).toBe('engine         ms\na            1.00\nlonger name');
});

test('a table in Markdown keeps bars that are part of a cell', () => {
  expect(markdownTable(['a', 'b'], [['x|y', '1']])).toBe('| a | b |\n|---|---|\n| x\\|y | 1 |');
});
