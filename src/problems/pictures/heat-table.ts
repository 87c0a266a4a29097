import { heading, pixels } from './svg.ts';

/** The side of a cell, in pixels. */
export const cell = 44;

/**
 * Probabilities by row and column, as numbers in cells, darker for larger ones; rows and columns are numbered at the
 * left and at the top, below the title.
 *
 * @param shares [rows, columns]; NaN for no cell
 */
export function heatTable(title: string, columns: number, shares: Float64Array): string {
  const rows = shares.length / columns;
  const names = [
    ...Array.from(
      { length: columns },
      (_, i) => `<text x="${(i + 0.5) * cell}" y="-8" text-anchor="middle">${i}</text>`,
    ),
    ...Array.from(
      { length: rows },
      (_, i) => `<text x="-10" y="${(i + 0.5) * cell + 4}" text-anchor="end">${i}</text>`,
    ),
  ];
  const cells = Array.from(shares, (share, n) => {
    if (Number.isNaN(share)) return '';
    const [x, y] = [(n % columns) * cell, Math.floor(n / columns) * cell];
    const shade = Math.round(255 - 190 * share);
    return (
      `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="rgb(${shade},${shade},255)" stroke="#ccc"/>` +
      `<text x="${pixels(x + cell / 2)}" y="${pixels(y + cell / 2 + 4)}" text-anchor="middle" ` +
      `fill="${share > 0.6 ? 'white' : 'black'}">${share.toFixed(2)}</text>`
    );
  });
  return [heading(columns * cell, -30, title), ...names, ...cells].join('');
}
