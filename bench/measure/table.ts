import type { Spread } from './statistics.ts';

/** Rows of text in aligned columns: the first to the left, the others to the right. */
export function alignedTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The same in Markdown. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), `|${header.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

/** Three significant digits, without an exponent: 1234, 12.3, 0.0123. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}

/** Median, with the quartiles in brackets. */
export function formatSpread({ median, lowerQuartile, upperQuartile }: Spread): string {
  return `${significant(median)} (${significant(lowerQuartile)} to ${significant(upperQuartile)})`;
}

/** The speed-up: the other's time divided by ours. */
export function formatRatio(ratio: number | undefined): string {
  return ratio === undefined ? '' : `${significant(ratio)}x`;
}
