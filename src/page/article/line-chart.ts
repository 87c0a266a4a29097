import { make, setText } from '../ui/dom.ts';
import { ticksOf, tickText } from '../ui/ticks.ts';
import { set, svg } from './svg.ts';

/** A line, with the band of its runs if there are several. */
export interface ChartLine {
  readonly name: string;
  /** Which of the page's line colours, from 0. */
  readonly colour: number;
  readonly points: readonly ChartPoint[];
}

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** A small chart, as an SVG. */
export interface LineChart {
  readonly root: HTMLElement;
  draw(lines: readonly ChartLine[]): void;
  title(text: string): void;
}

const [width, height] = [360, 170];
const [left, right, top, bottom] = [42, 10, 8, 24];

export interface LineChartOptions {
  readonly title: string;
  readonly note?: string | undefined;
  /** Values on a logarithmic scale. */
  readonly isLog?: boolean | undefined;
  /** Values are never below or above. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly horizontal: (value: number) => string;
  /** The horizontal axis counts something: it has no fractions. */
  readonly isWhole?: boolean | undefined;
  /** With fewer points on every line the chart says that there is not enough yet. */
  readonly minPoints?: number | undefined;
  /** A reference level, with its name. */
  readonly level?: (() => { readonly y: number; readonly name: string } | undefined) | undefined;
}

export function createLineChart(place: HTMLElement, options: LineChartOptions): LineChart {
  const { isLog = false, isWhole = false, minPoints = 0, level } = options;
  const title = make('h3', {}, options.title);
  const picture = svg('svg', {
    class: 'lines',
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': options.title,
  });
  const root = make(
    'figure',
    { className: 'line-chart' },
    make('figcaption', {}, title, make('p', {}, options.note ?? '')),
    picture,
  );
  place.append(root);
  return {
    root,
    title: (text) => setText(title, text),
    draw(lines) {
      if (lines.every((line) => line.points.length < minPoints)) {
        const place = { class: 'waiting', x: width / 2, y: height / 2, 'text-anchor': 'middle' };
        picture.replaceChildren(
          svg('rect', { class: 'ground', x: 0, y: top, width, height: height - top - bottom, rx: 3 }),
          svg('text', place, 'Not enough yet'),
        );
        return set(picture, { 'aria-label': `${title.textContent}: not enough yet` });
      }
      const points = lines.flatMap((line) => line.points);
      const standing = level?.();
      const values = points.flatMap(({ y, low = y, high = y }) => [low, high]);
      const [low, high] = rangeOf(standing ? [...values, standing.y] : values, options);
      const end = points.reduce((max, { x }) => Math.max(max, x), 0) || 1;
      const across = (x: number) => left + ((width - left - right) * x) / end;
      const scale = (y: number) => (isLog ? Math.log(Math.max(y, low)) : y);
      const down = (y: number) =>
        top + (height - top - bottom) * (1 - (scale(y) - scale(low)) / (scale(high) - scale(low)));
      const levelName = (drawn: readonly ChartLine[], { y, name }: { y: number; name: string }) => {
        const { isAtEnd, isAbove } = clearPlace(drawn, y);
        return svg(
          'text',
          {
            class: 'level-name',
            x: isAtEnd ? width - right : left + 4,
            y: down(y) + (isAbove ? -5 : 14),
            'text-anchor': isAtEnd ? 'end' : 'start',
          },
          name,
        );
      };
      const path = (some: readonly (readonly [number, number])[]) =>
        some.map(([x, y]) => `${across(x).toFixed(1)},${down(y).toFixed(1)}`).join(' ');
      picture.replaceChildren(
        ...ticksOf(low, high, isLog).flatMap((value) => [
          svg('line', { class: 'rule', x1: left, x2: width - right, y1: down(value), y2: down(value) }),
          svg('text', { x: left - 6, y: down(value) + 4, 'text-anchor': 'end' }, tickText(value)),
        ]),
        ...ticksOf(0, end, false)
          .filter((x) => !isWhole || Number.isInteger(x))
          .map((x) =>
            svg(
              'text',
              { x: across(x), y: height - 6, 'text-anchor': x === 0 ? 'start' : x > 0.93 * end ? 'end' : 'middle' },
              options.horizontal(x),
            ),
          ),
        ...(standing
          ? [
              svg('line', {
                class: 'level',
                x1: left,
                x2: width - right,
                y1: down(standing.y),
                y2: down(standing.y),
              }),
              levelName(lines, standing),
            ]
          : []),
        ...lines.map(({ colour, points: some }) =>
          some.some((point) => point.low !== undefined)
            ? svg('polygon', {
                class: `band line-${colour}`,
                points: path([
                  ...some.map(({ x, y, high: above = y }) => [x, above] as const),
                  ...[...some].reverse().map(({ x, y, low: below = y }) => [x, below] as const),
                ]),
              })
            : svg('g'),
        ),
        ...lines.map(({ colour, points: some }) =>
          some.length === 1
            ? svg('circle', { class: `point line-${colour}`, cx: across(some[0].x), cy: down(some[0].y), r: 2.5 })
            : svg('polyline', { class: `line line-${colour}`, points: path(some.map(({ x, y }) => [x, y] as const)) }),
        ),
      );
      const told = lines.map(({ name, points: some }) => {
        const last = some[some.length - 1];
        return `${name} ${last === undefined ? 'nothing yet' : tickText(last.y)}`;
      });
      set(picture, { 'aria-label': `${title.textContent}, latest: ${told.join(', ')}` });
    },
  };
}

/** Every other point if there are more than `max`; the last one stays. */
export function thinned(points: readonly ChartPoint[], max: number): ChartPoint[] {
  return points.filter((_, i) => points.length <= max || i % 2 === 1 || i === points.length - 1);
}

/** The share of a chart's width for the name of a level. */
const nameShare = 0.2;

/** The position along a level where its name is farthest from the lines: at its start or end, above or below. */
export function clearPlace(lines: readonly ChartLine[], level: number): { isAtEnd: boolean; isAbove: boolean } {
  const points = lines.flatMap((line) => line.points);
  const end = points.reduce((max, { x }) => Math.max(max, x), 0);
  const within = (isAtEnd: boolean) =>
    points.filter(({ x }) => (isAtEnd ? x >= (1 - nameShare) * end : x <= nameShare * end)).map(({ y }) => y - level);
  const places = [true, false].flatMap((isAtEnd) => {
    const distances = within(isAtEnd);
    return [true, false].map((isAbove) => ({
      ...{ isAtEnd, isAbove },
      // The distance of the nearest line on that side; infinite if there is none.
      room: Math.min(
        ...distances.map((distance) => (isAbove === distance >= 0 ? Math.abs(distance) : Number.POSITIVE_INFINITY)),
      ),
    }));
  });
  const { isAtEnd, isAbove } = places.reduce((best, place) => (place.room > best.room ? place : best));
  return { isAtEnd, isAbove };
}

function rangeOf(
  values: readonly number[],
  { isLog, low: fixedLow, high: fixedHigh }: LineChartOptions,
): readonly [low: number, high: number] {
  const finite = values.filter((value) => Number.isFinite(value) && (!isLog || value > 0));
  if (finite.length === 0) return isLog ? [0.01, 1] : [fixedLow ?? 0, fixedHigh ?? 1];
  const [min, max] = [Math.min(...finite), Math.max(...finite)];
  if (isLog) {
    const high = fixedHigh ?? 10 ** Math.ceil(Math.log10(max) - 1e-9);
    return [Math.min(high / 10, 10 ** Math.floor(Math.log10(min) + 1e-9)), high];
  }
  const [low, high] = [fixedLow ?? min, fixedHigh ?? max];
  const room = high > low ? 0.05 * (high - low) : Math.max(1e-3, Math.abs(high) / 10);
  return [fixedLow ?? low - room, fixedHigh ?? high + room];
}
