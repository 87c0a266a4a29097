import { escapeText } from '../../text/escape.ts';
import { axisEnd, chartData, placeText, rangeOf, shortCount } from './chart-data.ts';
import { chartFigure } from './chart-figures.ts';
import type { PageState } from './page-state.ts';
import { lineNames, linesOf, shownCharts, wholeOf } from './run-lines.ts';
import { ticksOf, tickText } from './ticks.ts';

/** Colours of a picture, as CSS writes them: those of the page's theme. */
export interface PictureColours {
  readonly ground: string;
  readonly text: string;
  readonly soft: string;
  readonly rule: string;
  /** Of runs, by number. */
  readonly lines: readonly string[];
}

const [width, height, columns, gap] = [420, 230, 2, 24];
const [left, right, top, bottom] = [52, 12, 44, 26];
/** Lines of text. */
const row = 20;

/** The charts of the laboratory as one SVG, with the names of its lines, for a paper or a slide. */
export function chartsAsSvg(state: PageState, colours: PictureColours): string {
  const { axis, knownRuns } = state;
  const lines = linesOf(state);
  const names = lineNames(state);
  const whole = wholeOf(lines, axis, knownRuns[0]?.config.steps);
  const charts = shownCharts(state).map((name) => {
    const figure = chartFigure(name);
    const data = chartData(lines, figure, axis);
    const level = knownRuns[0]?.levels[name];
    return { figure, data, level, range: rangeOf(data, figure, level), end: axisEnd(data.x, whole) };
  });
  const colour = (line: number) => colours.lines[line % colours.lines.length];
  const panel = ({ figure, data, level, range: [low, high], end }: (typeof charts)[number]) => {
    const scale = (y: number) => (figure.isLog ? Math.log(Math.max(low, y)) : y);
    const across = (x: number) => fixed(left + ((width - left - right) * x) / end);
    const down = (y: number) =>
      fixed(top + (height - top - bottom) * (1 - (scale(y) - scale(low)) / (scale(high) - scale(low))));
    const path = (values: readonly (number | null)[]) =>
      values.flatMap((y, i) => (y === null ? [] : [`${across(data.x[i])},${down(y)}`]));
    const rules = ticksOf(low, high, figure.isLog).flatMap((y) => [
      `<path d="M${left} ${down(y)}H${width - right}" stroke="${colours.rule}"/>`,
      text(left - 6, down(y) + 4, tickText(y), `text-anchor="end" fill="${colours.soft}"`),
    ]);
    const places = ticksOf(0, end, false).map((x) =>
      text(
        across(x),
        height - 8,
        axis === 'seconds' ? placeText(axis, x) : shortCount(x),
        `text-anchor="middle" fill="${colours.soft}"`,
      ),
    );
    const standing =
      level === undefined
        ? []
        : [`<path d="M${left} ${down(level)}H${width - right}" stroke="${colours.soft}" stroke-dasharray="5 4"/>`];
    const drawn = data.series.flatMap(({ colour: line, middle, low: under, high: over }) => [
      ...(under && over
        ? [
            `<polygon points="${[...path(over), ...path(under).reverse()].join(' ')}" fill="${colour(line)}" fill-opacity="0.18"/>`,
          ]
        : []),
      `<polyline points="${path(middle).join(' ')}" fill="none" stroke="${colour(line)}" stroke-width="1.75" stroke-linejoin="round"/>`,
    ]);
    return [
      text(0, 14, figure.title, `font-weight="600" fill="${colours.text}"`),
      text(0, 30, figure.note, `fill="${colours.soft}"`),
      ...rules,
      ...places,
      ...standing,
      ...drawn,
    ];
  };
  const legend = lines.map(
    ({ colour: line }, i) =>
      `<path d="M0 ${row * i + 10}h24" stroke="${colour(line)}" stroke-width="2.5"/>${text(32, row * i + 14, names[i], `fill="${colours.text}"`)}`,
  );
  const head = row * lines.length + gap;
  const [wide, high] = [
    Math.min(columns, Math.max(1, charts.length)) * (width + gap) + gap,
    gap + head + Math.ceil(charts.length / columns) * (height + gap),
  ];
  const body = charts.map((chart, i) => {
    const [x, y] = [gap + (i % columns) * (width + gap), gap + head + Math.floor(i / columns) * (height + gap)];
    return `<g transform="translate(${x} ${y})">${panel(chart).join('')}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}" font-family="Inter, sans-serif" font-size="12">`,
    `<title>${escapeText(`${charts.map(({ figure }) => figure.title).join(', ')} over ${axis}`)}</title>`,
    `<rect width="${wide}" height="${high}" fill="${colours.ground}"/>`,
    `<g transform="translate(${gap} ${gap})">${legend.join('')}</g>`,
    ...body,
    '</svg>\n',
  ].join('\n');
}

function fixed(value: number): number {
  return Number(value.toFixed(1));
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escapeText(content)}</text>`;
}
