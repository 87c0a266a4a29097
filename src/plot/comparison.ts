import type { TopLevelSpec } from 'vega-lite';
import { drawChart, logarithmicTicks, methodColours, methodDashes, neutralColours } from './chart.ts';
import { spreadLabels } from './labels.ts';
import { type BandPoint, type ComparedMeasure, type RunCurve, seedBand } from './seed-band.ts';

/** The runs of one method, which differ only in their seeds. */
export interface MethodCurves {
  readonly method: string;
  readonly runs: readonly RunCurve[];
}

const width = 520;
const height = 320;

/** The most characters in a line of the title, which may be as wide as the plot and its labels. */
const titleLength = 60;

/** Distance between the ends of lines and their labels, in pixels. */
const labelOffset = 22;

/** Distance between the middles of two labels, in pixels. */
const labelGap = 13;

interface Line {
  readonly method: string;
  readonly band: readonly BandPoint[];
}

/** The quantity on the horizontal axis. */
export type PlotAxis = 'trajectories' | 'seconds';

/**
 * Compares methods by a measure such as the distance from the target, as an SVG file: for each method a line for the
 * mean over its seeds, and a band for the 95 percent bootstrap interval of that mean. Each line is labelled at its end,
 * so that colours are not essential. Undefined if no run has the measure.
 * @param against trajectories, or the mean seconds of the runs up to there
 */
export async function comparisonPlot(
  methods: readonly MethodCurves[],
  measure: ComparedMeasure,
  title: string,
  against: PlotAxis = 'trajectories',
): Promise<string | undefined> {
  const lines = methods
    .map(({ method, runs }) => ({
      method,
      band: seedBand(runs, measure).filter((point) => point[against] !== undefined),
    }))
    .filter(({ band }) => band.length > 0);
  if (lines.length === 0) return undefined;
  return drawChart(comparison(lines, measure, { text: titleLines(title), subtitle: meaningOf(methods) }, against));
}

/** What lines and bands are. */
function meaningOf(methods: readonly MethodCurves[]): string | string[] {
  const counts = methods.map(({ runs }) => runs.length).filter((count) => count > 0);
  const [min, max] = [Math.min(...counts), Math.max(...counts)];
  if (max === 1) return 'one seed';
  const seeds = min === max ? `${max}` : `${min} to ${max}`;
  const band = max > 2 ? 'bands are its 95 % bootstrap intervals' : 'bands reach from one to the other';
  const few = min < 3 && max > 2 ? '; of two seeds they span both' : '';
  return [`single evaluations, mean over ${seeds} seeds`, `${band}${few}`];
}

/**
 * A title in lines, broken behind a comma or semicolon outside brackets where that will do: its space is estimated, too
 * large, and a long line would leave half of a picture empty.
 */
function titleLines(title: string): string[] {
  return packed(title.split(/(?<=[,;]) (?![^(]*\))/)).flatMap((line) =>
    line.length > titleLength ? packed(line.split(' ')) : [line],
  );
}

/** Pieces in as few lines as hold them. */
function packed(pieces: readonly string[]): string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + piece.length > titleLength) lines.push(piece);
    else lines[lines.length - 1] = `${last} ${piece}`;
  }
  return lines;
}

function comparison(
  lines: readonly Line[],
  measure: ComparedMeasure,
  title: { text: string[]; subtitle: string | string[] },
  against: PlotAxis,
) {
  const points = lines.flatMap(({ method, band }) =>
    band.map((point) => ({ method, ...point, at: point[against] ?? 0 })),
  );
  const min = points.reduce((value, point) => Math.min(value, point.low), Number.POSITIVE_INFINITY);
  const max = points.reduce((value, point) => Math.max(value, point.high), Number.NEGATIVE_INFINITY);
  const end = points.reduce((value, { at }) => Math.max(value, at), 1);
  const start = points.reduce((value, { at }) => Math.min(value, at), end);
  // Methods may take very different times, and reach trajectories at the same steps.
  const isLogarithmic = against === 'seconds' && start > 0 && end > start;
  const axis = axisOf(measure, min, max);
  const names = lines.map(({ method }) => method);
  const x = {
    field: 'at',
    type: 'quantitative' as const,
    title: isLogarithmic ? `${against}, logarithmic` : against,
    scale: isLogarithmic
      ? { type: 'log' as const, domain: [start, end], nice: false }
      : { domain: [0, end], nice: false },
    axis: {
      labelExpr: "format(datum.value, datum.value < 1 ? '~g' : '~s')",
      ...(isLogarithmic ? { values: logarithmicTicks(start, end) } : { tickCount: 6, tickMinStep: 1 }),
      grid: false,
      labelFlush: false,
    },
  };
  const y = {
    field: 'mean',
    type: 'quantitative' as const,
    title: axis.type === 'log' ? `${measure.title}, logarithmic` : measure.title,
    scale: { type: axis.type, domain: axis.domain, nice: false },
    axis:
      axis.ticks === undefined ? { tickCount: 6 } : { values: axis.ticks, format: '~g', tickCount: axis.ticks.length },
  };
  const color = {
    field: 'method',
    type: 'nominal' as const,
    scale: { domain: names, range: names.map((_, i) => methodColours[i % methodColours.length]) },
    legend: null,
  };
  const strokeDash = {
    field: 'method',
    type: 'nominal' as const,
    scale: {
      domain: names,
      range: names.map((_, i) => [...methodDashes[Math.floor(i / methodColours.length) % methodDashes.length]]),
    },
    legend: null,
  };
  const spec: TopLevelSpec = {
    title,
    width,
    height,
    layer: [
      {
        data: { values: points },
        mark: { type: 'area', opacity: 0.16 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
      },
      {
        data: { values: points },
        mark: { type: 'line', strokeWidth: 1.6 },
        encoding: { x, y, color, strokeDash },
      },
      ...labels(lines, axis, { x, y, color }, against),
    ],
  };
  return spec;
}

/** A vertical axis. */
interface Axis {
  readonly type: 'log' | 'linear';
  readonly domain: [low: number, high: number];
  readonly ticks?: number[];
}

/** An axis of distances spans at least this factor, so that noise does not look like progress. */
const minRatio = 3;

function axisOf({ isDistance }: ComparedMeasure, min: number, max: number): Axis {
  if (!isDistance) {
    const margin = Math.max((max - min) / 20, Math.abs(max) / 1000, 1e-6);
    return { type: 'linear', domain: [min - margin, max + margin] };
  }
  const domain: [number, number] = [Math.min(min / 1.15, max / minRatio), max * 1.15];
  return { type: 'log', domain, ticks: logarithmicTicks(...domain) };
}

/**
 * A label for each line beside the plot, near the height of its end. If runs end early, dots lead to the plot's edge at
 * that height.
 */
function labels(
  lines: readonly Line[],
  { type, domain: [low, high] }: Axis,
  { x, y, color }: { x: object; y: object; color: object },
  against: PlotAxis,
) {
  // Heights are in pixels while labels are spread, then values of the axis again.
  const isLogarithmic = type === 'log';
  const pixels = (value: number) =>
    height * (isLogarithmic ? Math.log(high / value) / Math.log(high / low) : (high - value) / (high - low));
  const values = (place: number) =>
    isLogarithmic ? high * (low / high) ** (place / height) : high - (high - low) * (place / height);
  const ends = lines.map(({ method, band }) => ({
    method,
    ...band[band.length - 1],
    at: band[band.length - 1][against] ?? 0,
  }));
  const places = spreadLabels(
    ends.map(({ mean }) => pixels(mean)),
    labelGap,
    0,
    height,
  );
  const longest = Math.max(...ends.map(({ at }) => at));
  const placed = ends.map((end, i) => ({ ...end, label: values(places[i]) }));
  const data = { values: placed };
  return [
    {
      data: { values: placed.filter(({ at }) => at < longest) },
      mark: { type: 'rule' as const, strokeWidth: 1, strokeDash: [1, 4] },
      encoding: { x, x2: { value: width }, y, color },
    },
    {
      data,
      mark: { type: 'rule' as const, strokeWidth: 1 },
      encoding: { x: { value: width }, x2: { value: width + labelOffset - 4 }, y, y2: { field: 'label' }, color },
    },
    {
      data,
      mark: { type: 'text' as const, align: 'left' as const, baseline: 'middle' as const, color: neutralColours.text },
      encoding: { x: { value: width + labelOffset }, y: { ...y, field: 'label' }, text: { field: 'method' } },
    },
  ];
}
