import { make, setText } from '../ui/dom.ts';
import { cellBeside, cellsBetween } from '../ui/grid-geometry.ts';
import { set, svg } from './svg.ts';

/** A square grid whose cells are darker for higher values, as an SVG, so that it prints and follows the theme. */
export interface HeatMap {
  readonly root: HTMLElement;
  /** Lies over the cells; cell (x, y) has its middle at `middle`. */
  readonly over: SVGGElement;
  /** @param shade from 0, the colour of the paper, to 1 */
  draw(values: ArrayLike<number>, shade: (value: number) => number): void;
  middle(cell: number): { readonly x: number; readonly y: number };
  /** Sets its description for screen readers. */
  describe(text: string): void;
  title(text: string): void;
  note(text: string): void;
  /** The cell of the keyboard cursor. */
  setCursor(cell: number | undefined): void;
}

/** The visitor's actions on a map. */
export interface HeatMapActions {
  /** The pointer or the keyboard cursor is at a cell, or has left. */
  hover?(cell: number | undefined): void;
  /** A cell was clicked, or Enter or space pressed at it. */
  choose?(cell: number): void;
  /** Cells passed with the button or finger down. If it is given, a finger does not scroll. */
  drag?(cells: readonly number[], isLast: boolean): void;
  /** Another key was pressed at a cell. Returns whether the map uses it. */
  key?(cell: number, key: string): boolean;
}

/** The side of a cell in the picture's own units. */
export const cellSize = 10;

export interface HeatMapOptions extends HeatMapActions {
  readonly title: string;
  /** Numbers along both axes. */
  readonly axes?: boolean | undefined;
}

export function createHeatMap(place: HTMLElement, side: number, options: HeatMapOptions): HeatMap {
  const { axes = false, hover, choose, drag, key } = options;
  const whole = side * cellSize;
  const margin = axes ? 9 : 0;
  const cells = Array.from({ length: side * side }, (_, cell) => {
    const [x, y] = [Math.floor(cell / side), cell % side];
    return svg('rect', {
      x: x * cellSize,
      y: (side - 1 - y) * cellSize,
      width: cellSize,
      height: cellSize,
      'fill-opacity': 0,
    });
  });
  const cursor = svg('rect', { class: 'cursor', width: cellSize, height: cellSize, visibility: 'hidden' });
  const over = svg('g', { class: 'over' });
  const isInteractive = Boolean(hover || choose || drag || key);
  const picture = svg(
    'svg',
    {
      class: 'heat',
      viewBox: `${-margin - 0.5} -0.5 ${whole + margin + 1} ${whole + margin + 1}`,
      role: isInteractive ? 'application' : 'img',
      'aria-label': options.title,
      ...(isInteractive ? { tabindex: 0 } : {}),
    },
    svg('rect', { class: 'paper', width: whole, height: whole }),
    svg('g', { class: 'cells' }, ...cells),
    over,
    cursor,
    ...(axes ? axisNumbers(side) : []),
    svg('rect', { class: 'border', width: whole, height: whole }),
  );
  const title = make('p', { className: 'map-title' }, options.title);
  const note = make('p', {});
  const root = make('figure', { className: 'map' }, make('figcaption', {}, title, note), picture);
  place.append(root);
  let at: number | undefined;
  const setCursor = (cell: number | undefined) => {
    at = cell;
    set(cursor, { visibility: cell === undefined ? 'hidden' : 'visible' });
    if (cell === undefined) return;
    set(cursor, { x: Math.floor(cell / side) * cellSize, y: (side - 1 - (cell % side)) * cellSize });
  };

  if (isInteractive) listen();
  function listen(): void {
    const under = (event: PointerEvent | MouseEvent): number | undefined => {
      const { left, top, width } = picture.getBoundingClientRect();
      const unit = (whole + margin + 1) / width;
      const x = Math.floor(((event.clientX - left) * unit - margin - 0.5) / cellSize);
      const y = side - 1 - Math.floor(((event.clientY - top) * unit - 0.5) / cellSize);
      return x >= 0 && y >= 0 && x < side && y < side ? x * side + y : undefined;
    };
    let last: number | undefined;
    picture.addEventListener('pointermove', (event) => {
      const cell = under(event);
      hover?.(cell);
      if (drag === undefined || last === undefined || cell === undefined || cell === last) return;
      drag(between(side, last, cell), false);
      last = cell;
    });
    picture.addEventListener('pointerleave', () => hover?.(undefined));
    if (drag) {
      picture.classList.add('draggable');
      picture.addEventListener('pointerdown', (event) => {
        const cell = under(event);
        if (cell === undefined || event.button !== 0) return;
        picture.setPointerCapture(event.pointerId);
        last = cell;
        drag([cell], false);
      });
      const end = () => {
        if (last !== undefined) drag([], true);
        last = undefined;
      };
      picture.addEventListener('pointerup', end);
      picture.addEventListener('pointercancel', end);
    }
    picture.addEventListener('click', (event) => {
      const cell = under(event);
      if (cell !== undefined) choose?.(cell);
    });
    picture.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const now = at ?? 0;
      const beside = cellBeside(
        { columns: side, rows: side, width: 1, height: 1 },
        { x: Math.floor(now / side), y: now % side },
        event.key,
      );
      if (key?.(now, event.key)) {
        event.preventDefault();
      } else if (beside) {
        setCursor(at === undefined ? 0 : beside.x * side + beside.y);
        hover?.(at);
        event.preventDefault();
      } else if (choose && (event.key === 'Enter' || event.key === ' ')) {
        choose(now);
        event.preventDefault();
      } else if (event.key === ' ') {
        // Otherwise the key would scroll the page away from the picture.
        event.preventDefault();
      }
    });
    picture.addEventListener('blur', () => set(cursor, { visibility: 'hidden' }));
    picture.addEventListener('focus', () => {
      if (picture.matches(':focus-visible')) setCursor(at ?? 0);
    });
  }

  return {
    root,
    over,
    draw(values, shade) {
      for (const [cell, rect] of cells.entries()) {
        set(rect, { 'fill-opacity': Math.min(1, Math.max(0, shade(values[cell]))) });
      }
    },
    middle: (cell) => ({
      x: (Math.floor(cell / side) + 0.5) * cellSize,
      y: (side - (cell % side) - 0.5) * cellSize,
    }),
    describe: (text) => set(picture, { 'aria-label': text }),
    title: (text) => setText(title, text),
    note: (text) => setText(note, text),
    setCursor,
  };
}

function between(side: number, from: number, to: number): number[] {
  const place = (cell: number) => ({ x: Math.floor(cell / side), y: cell % side });
  return cellsBetween(place(from), place(to)).map(({ x, y }) => x * side + y);
}

function axisNumbers(side: number): SVGElement[] {
  const step = side > 12 ? 5 : side > 8 ? 2 : 1;
  const texts: SVGElement[] = [];
  for (let value = 0; value < side; value += step) {
    const middle = (value + 0.5) * cellSize;
    texts.push(
      svg('text', { x: middle, y: side * cellSize + 6.5, 'text-anchor': 'middle' }, String(value)),
      svg('text', { x: -1.5, y: side * cellSize - middle + 1.6, 'text-anchor': 'end' }, String(value)),
    );
  }
  return texts;
}

/** A cell as its coordinates. */
export function cellName(side: number, cell: number): string {
  return `(${Math.floor(cell / side)}, ${cell % side})`;
}

/** Shades in proportion to the value, the darkest at `top`. */
export function linearShade(top: number): (value: number) => number {
  return (value) => value / top;
}

/** Shades by the logarithm, over this many powers of ten below `top`. */
export function logShade(top: number, decades = 4): (value: number) => number {
  return (value) => (value > 0 ? 1 + Math.log10(value / top) / decades : 0);
}

/** The highest of some values. */
export function highestOf(values: ArrayLike<number>): number {
  let highest = 0;
  for (let i = 0; i < values.length; i++) highest = Math.max(highest, values[i]);
  return highest;
}
