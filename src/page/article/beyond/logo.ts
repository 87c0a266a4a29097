import { logoLetters } from '../../../problems/pictures/logo-letters.ts';
import { set, svg } from '../svg.ts';

/** A sequence logo: stacked letters at each position, with heights by frequency and information. */
export interface Logo {
  readonly root: SVGSVGElement;
  /** @param highest the bits of the whole height */
  draw(shares: readonly ArrayLike<number>[], highest: number): void;
}

const [width, height] = [34, 90];
/** For Inter: the height of capitals relative to the font size. */
const capitals = 0.727;

export function createLogo(letters: string, places: number, title: string): Logo {
  const all = Array.from({ length: places * letters.length }, () =>
    svg('text', { 'text-anchor': 'middle', 'font-size': 10 }),
  );
  const root = svg(
    'svg',
    { class: 'logo', viewBox: `0 0 ${places * width} ${height + 16}`, role: 'img', 'aria-label': title },
    ...all,
    svg('line', { class: 'rule', x1: 0, x2: places * width, y1: height, y2: height }),
    ...Array.from({ length: places }, (_, place) =>
      svg(
        'text',
        { class: 'place', x: (place + 0.5) * width, y: height + 13, 'text-anchor': 'middle' },
        String(place + 1),
      ),
    ),
  );
  return {
    root,
    draw(shares, highest) {
      logoLetters(letters, shares, highest).forEach(({ letter, place, bottom, height: share }, i) => {
        const shown = share * height > 0.8;
        const element = all[i];
        if (element.textContent !== letter) element.textContent = letter;
        const rise = (share * height) / (10 * capitals);
        set(element, {
          class: `letter letter-${letters.indexOf(letter)}`,
          visibility: shown ? 'visible' : 'hidden',
          transform: `translate(${(place + 0.5) * width} ${(height * (1 - bottom)).toFixed(2)}) scale(3.9 ${rise.toFixed(4)})`,
        });
      });
    },
  };
}
