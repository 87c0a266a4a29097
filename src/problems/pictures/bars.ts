import { heading, pixels } from './svg.ts';

/** A bar, and a line for its target. */
export interface Bar {
  readonly label: string;
  readonly share: number;
  /** Its target; absent if unknown. */
  readonly due?: number | undefined;
}

/** Sizes of a bar chart, in pixels. */
export const barsHeight = 150;
export const barWidth = 26;

/** Bars from 0 up to `highest`, side by side, each with its label below. */
export function bars(title: string, all: readonly Bar[], highest: number): string {
  const width = all.length * barWidth;
  const heightOf = (share: number) => (Math.min(share / highest, 1) || 0) * barsHeight;
  const parts = all.map(({ label, share, due }, i) => {
    const [x, rise] = [i * barWidth, heightOf(share)];
    const top = `<rect x="${x + 3}" y="${pixels(barsHeight - rise)}" width="${barWidth - 6}" height="${pixels(rise)}" fill="#7a9bd4"/>`;
    const name = `<text x="${x + barWidth / 2}" y="${barsHeight + 16}" text-anchor="middle" font-size="10">${label}</text>`;
    if (due === undefined) return top + name;
    const y = pixels(barsHeight - heightOf(due));
    return `${top}<line x1="${x + 1}" x2="${x + barWidth - 1}" y1="${y}" y2="${y}" stroke="#c0392b" stroke-width="2"/>${name}`;
  });
  const scale = [0, highest / 2, highest].map((share) => {
    const y = barsHeight - heightOf(share);
    return (
      `<text x="-8" y="${pixels(y + 4)}" text-anchor="end" font-size="10">${Number(share.toPrecision(2))}</text>` +
      `<line x1="-4" x2="${width}" y1="${pixels(y)}" y2="${pixels(y)}" stroke="#ddd"/>`
    );
  });
  return [heading(width, -14, title), ...scale, ...parts].join('');
}
