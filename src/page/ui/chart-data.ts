import { spreadOf } from '../article/experiments/trial.ts';
import type { ChartFigure } from './chart-figures.ts';
import type { CurvePoint } from './known-run.ts';

/** The axes of charts. */
export const chartAxes = ['iterations', 'trajectories', 'updates', 'seconds'] as const;

export type ChartAxis = (typeof chartAxes)[number];

/** A run's line in charts: of one seed, or of several with the band that they fill. */
export interface RunLine {
  /** Which of the page's line colours, from 0. */
  readonly colour: number;
  /** Trajectories per iteration, and updates of the policy on them. */
  readonly batch: number;
  readonly updates: number;
  /** By seed. */
  readonly curves: readonly (readonly CurvePoint[])[];
}

/** Values at a series of places; null if a run has none there. */
export interface ChartSeries {
  readonly colour: number;
  readonly middle: readonly (number | null)[];
  /** For several seeds, the lowest and the highest. */
  readonly low?: readonly (number | null)[] | undefined;
  readonly high?: readonly (number | null)[] | undefined;
}

export interface ChartData {
  readonly x: readonly number[];
  readonly series: readonly ChartSeries[];
}

/** A log scale has no place for 0. */
const smallest = 1e-6;
/** Places at which the seeds of a run are compared. */
const places = 60;

/** The position of a run's point on an axis. */
export function placeOn(axis: ChartAxis, { batch, updates }: RunLine, { step, seconds }: CurvePoint): number {
  return { iterations: step, trajectories: step * batch, updates: step * updates, seconds }[axis];
}

/**
 * A metric of runs along an axis. For several seeds there are the median and the range, as far as all of them have got.
 */
export function chartData(lines: readonly RunLine[], figure: ChartFigure, axis: ChartAxis): ChartData {
  const drawn = lines.map((line) => {
    const curves = line.curves
      .map((curve) => valuesAlong(line, curve, figure, axis))
      .filter(({ length }) => length > 0);
    return {
      colour: line.colour,
      points: curves.length > 1 ? bandOf(curves) : (curves[0] ?? []),
      isBand: curves.length > 1,
    };
  });
  const x = [...new Set(drawn.flatMap(({ points }) => points.map((point) => point.x)))].sort((a, b) => a - b);
  const series = drawn.map(({ colour, points, isBand }): ChartSeries => {
    const at = new Map(points.map((point) => [point.x, point]));
    const along = (name: 'y' | 'low' | 'high') => x.map((place) => at.get(place)?.[name] ?? null);
    return { colour, middle: along('y'), ...(isBand ? { low: along('low'), high: along('high') } : {}) };
  });
  return { x, series };
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

function valuesAlong(
  line: RunLine,
  curve: readonly CurvePoint[],
  { name, isLog }: ChartFigure,
  axis: ChartAxis,
): Place[] {
  return curve.flatMap((point) => {
    const value = point.values[name];
    if (value === undefined) return [];
    return [{ x: placeOn(axis, line, point), y: isLog ? Math.max(smallest, Math.abs(value)) : value }];
  });
}

function bandOf(curves: readonly (readonly Place[])[]): Place[] {
  const end = Math.min(...curves.map((curve) => curve[curve.length - 1].x));
  return Array.from({ length: places + 1 }, (_, i) => {
    const x = (end * i) / places;
    const { median, low, high } = spreadOf(curves.map((curve) => lastBefore(curve, x).y));
    return { x, y: median, low, high };
  });
}

/** The last value of a curve before a place; its first one if it starts later. */
function lastBefore(curve: readonly Place[], x: number): Place {
  return curve.findLast((point) => point.x <= x) ?? curve[0];
}

/** The value of a run at a place of the axis: for several seeds the median and the range. Undefined beyond its end. */
export function valueAt(
  data: ChartData,
  series: ChartSeries,
  x: number,
): { y: number; low?: number; high?: number } | undefined {
  const last = series.middle.findLastIndex((value) => value !== null);
  if (last < 0 || x > data.x[last]) return undefined;
  let at = series.middle.findIndex((value) => value !== null);
  for (let i = at; i <= last; i++) if (series.middle[i] !== null && data.x[i] <= x) at = i;
  const [y, low, high] = [series.middle[at], series.low?.[at], series.high?.[at]];
  if (y === null || y === undefined) return undefined;
  return { y, ...(typeof low === 'number' && typeof high === 'number' ? { low, high } : {}) };
}

/** The range of values: whole powers of ten on a log scale, at least one apart, and some margin on a linear one. */
export function rangeOf(
  { series }: ChartData,
  { isLog, highest = Number.POSITIVE_INFINITY }: Pick<ChartFigure, 'isLog' | 'highest'>,
  level?: number,
): readonly [low: number, high: number] {
  const all = series.flatMap(({ middle, low = [], high = [] }) => [...middle, ...low, ...high]);
  const values = [...all, ...(level === undefined ? [] : [level])].filter((value) => value !== null);
  if (values.length === 0) return isLog ? [1e-2, Math.min(1, highest)] : [0, 1];
  const [min, max] = values.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  if (isLog) {
    const high = Math.min(highest, 10 ** Math.ceil(Math.log10(max) - 1e-9));
    return [Math.min(10 ** Math.floor(Math.log10(min) + 1e-9), high / 10), high];
  }
  const room = max > min ? 0.06 * (max - min) : Math.max(1e-3, Math.abs(max) / 10);
  return [min - room, max + room];
}

/** The end of an axis: the end of the run, or, while that is far off, a third more than there is. */
export function axisEnd(xs: readonly number[], whole: number): number {
  const done = xs.at(-1) ?? 0;
  if (!Number.isFinite(whole)) return done > 0 ? done : 1;
  return Math.max(1, done === 0 ? Math.min(whole, 100) : Math.min(whole, Math.ceil((4 * done) / 3)));
}

/** A short count for an axis: 500, 2.5k, 20k, 1.5M. */
export function shortCount(count: number): string {
  for (const [unit, name] of [
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (count >= unit) return `${Number((count / unit).toFixed(2))}${name}`;
  }
  return String(count);
}

/** A place on an axis, in words. */
export function placeText(axis: ChartAxis, x: number): string {
  if (axis === 'seconds') return `${Number(x.toPrecision(3))} s`;
  return `${shortCount(Math.round(x))} ${axis}`;
}
