import { figure, percent } from '../ui/words.ts';
import { set, svg } from './svg.ts';

/** One choice at a cell, and what an update does to it. */
export interface ChoiceUpdate {
  readonly name: string;
  /** P_F before the update. */
  readonly present: number;
  /** P_F that the update is after. */
  readonly updated: number;
  /** In nats. */
  readonly advantage: number;
  /** The choice that the walk made. */
  readonly isTaken: boolean;
}

const [width, row, start, end] = [340, 30, 50, 250];

/** The choices at a cell as bars, with the clip range around the end of each, and the goal of the update. */
export function createUpdatePicture(
  place: HTMLElement,
  epsilon: number,
): { draw(choices: readonly ChoiceUpdate[]): void } {
  const picture = svg('svg', { class: 'update', role: 'img' });
  place.append(picture);
  const across = (share: number) => start + (end - start) * Math.min(1, share);
  return {
    draw(choices) {
      set(picture, {
        viewBox: `0 0 ${width} ${row * choices.length}`,
        'aria-label': choices
          .map(({ name, present, updated, advantage }) => {
            const change = `P_F ${percent(present)}, after the update ${percent(updated)}`;
            return `${name}: advantage ${signed(advantage)}, ${change}`;
          })
          .join('; '),
      });
      picture.replaceChildren(
        ...choices.flatMap(({ name, present, updated, advantage, isTaken }, i) => {
          const y = i * row + row / 2;
          const [low, high] = [across((1 - epsilon) * present), across((1 + epsilon) * present)];
          const goal = across(updated);
          const sign = Math.abs(advantage) < 0.05 ? 'even' : advantage > 0 ? 'less' : 'more';
          return [
            svg('text', { class: isTaken ? 'taken' : '', x: 0, y: y + 4 }, name),
            svg('rect', { class: 'ground', x: start, y: y - 5, width: end - start, height: 10 }),
            svg('rect', { class: 'band', x: low, y: y - 10, width: Math.max(1, high - low), height: 20 }),
            svg('rect', { class: 'pf', x: start, y: y - 5, width: Math.max(0.5, across(present) - start), height: 10 }),
            svg('line', { class: 'goal', x1: goal, x2: goal, y1: y - 12, y2: y + 12 }),
            svg('text', { class: sign, x: width, y: y + 4, 'text-anchor': 'end' }, signed(advantage)),
          ];
        }),
      );
    },
  };
}

/** An advantage, short enough for a label: "+0.42". */
export function signed(advantage: number): string {
  const size = Math.abs(advantage);
  if (size < 0.005) return '0';
  return `${advantage < 0 ? '−' : '+'}${size < 10 ? size.toFixed(size < 1 ? 2 : 1) : figure(size)}`;
}
