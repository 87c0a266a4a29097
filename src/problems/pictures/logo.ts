import type { ObjectPictures } from '../../environment/environment.ts';
import { informationOf, logoLetters } from './logo-letters.ts';
import { marginalsOf } from './marginals.ts';
import { escaped, heading, pixels, placed, svgPicture } from './svg.ts';

/** Letters of a sequence at the positions of a state row. */
export interface Letters {
  /** By number. */
  readonly letters: string;
  /** Positions at the start of a row. */
  readonly length: number;
  /** The colour of a letter; black unless given. */
  readonly colourOf?: ((letter: string) => string) | undefined;
}

/** The usual colours of bases in sequence logos. */
const baseColours: Readonly<Record<string, string>> = {
  A: '#1a8f3c',
  C: '#2257c4',
  G: '#d98a00',
  T: '#c8322d',
  U: '#c8322d',
};
export const colourOfBase = (letter: string): string => baseColours[letter] ?? '#222';

/** Sizes in pixels: of a position's column, and of the maximum information. */
const [column, tall, top, left, gap] = [30, 110, 30, 56, 46];
/** Width and height of a capital relative to the font size, in the pictures' font. */
const [capitalWidth, capitalHeight] = [0.7, 0.73];

/**
 * Sequence logos (Schneider & Stephens, Nucleic Acids Research 18, 1990) of the sampled distribution, and of the target
 * if all sequences can be enumerated: letters are stacked at each position, the most frequent at the top, with a total
 * height of the position's information in bits. Sequences that are too short for a position lower it by their share.
 */
export function logoPictures({ letters, length, colourOf = () => '#222' }: Letters, stateSize: number): ObjectPictures {
  return ({ exact, samples }) => {
    const found = exact
      ? [
          { title: 'sampled', rows: { states: exact.states, weights: exact.learnt } },
          { title: 'by the reward', rows: { states: exact.states, weights: exact.target } },
        ]
      : samples
        ? [{ title: 'sampled', rows: { states: samples } }]
        : [];
    if (found.length === 0) return [];
    const shares = found.map(({ rows }) => marginalsOf({ ...rows, stateSize }, length, letters.length));
    // In half bits: the positions of an untrained policy would otherwise fill the scale.
    const largest = Math.max(...shares.flatMap((each) => placesOf(each, letters.length).map(informationOf)), 0.5);
    const scale = Math.ceil(2 * largest) / 2;
    const width = left + length * column + 10;
    const logos = found.map(({ title }, i) =>
      placed(left, top + i * (tall + gap), logo({ letters, colourOf, max: scale }, title, shares[i])),
    );
    const svg = svgPicture(width, top + found.length * (tall + gap), logos);
    const caption =
      'Letters at each place, as high as they are frequent and the place tells which letter it is, in bits' +
      `${exact ? '; as sampled, and as the reward asks for.' : '; of sequences drawn from the policy.'}`;
    return [{ name: 'logo', title: 'Letters by place', caption, svg }];
  };
}

/** @param shares [length, letters] */
function logo(
  { letters, colourOf, max }: { letters: string; colourOf: (letter: string) => string; max: number },
  title: string,
  shares: Float64Array,
): string {
  const places = placesOf(shares, letters.length);
  const length = places.length;
  const stacks = logoLetters(letters, places, max).map(({ letter, place, bottom, height: share }) => {
    const height = tall * share;
    if (height < 0.8) return '';
    // A glyph of size 10, stretched to the column's width and its own height.
    const [across, up] = [(column - 4) / (10 * capitalWidth), height / (10 * capitalHeight)];
    return (
      `<text font-size="10" text-anchor="middle" fill="${colourOf(letter)}" transform="translate(${(place + 0.5) * column} ` +
      `${pixels(tall * (1 - bottom))}) scale(${pixels(across)} ${up.toFixed(3)})">${escaped(letter)}</text>`
    );
  });
  const numbers = places.map(
    (_, place) =>
      `<text x="${(place + 0.5) * column}" y="${tall + 15}" text-anchor="middle" font-size="10">${place + 1}</text>`,
  );
  const axis =
    `<line x1="0" x2="0" y1="0" y2="${tall}" stroke="#888"/><line x1="0" x2="${length * column}" y1="${tall}" y2="${tall}" stroke="#888"/>` +
    `<text x="-6" y="${tall + 4}" text-anchor="end" font-size="10">0</text>` +
    `<text x="-6" y="8" text-anchor="end" font-size="10">${max} ${max === 1 ? 'bit' : 'bits'}</text>`;
  return [heading(length * column, -10, title), axis, ...stacks, ...numbers].join('');
}

function placesOf(shares: Float64Array, letters: number): Float64Array[] {
  return Array.from({ length: shares.length / letters }, (_, i) => shares.subarray(i * letters, (i + 1) * letters));
}
