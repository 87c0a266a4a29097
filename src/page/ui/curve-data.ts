import type { MetricName } from '../../metrics/catalogue.ts';
import type { CurvePoint } from './run-record.ts';

/** What curves are drawn of. */
export const curveMetrics = ['totalVariation', 'elboGap'] as const satisfies readonly MetricName[];

export type CurveFigure = (typeof curveMetrics)[number];

/** A row of iterations, and for each run a row of values as long, null where the run has none there. */
export type CurveData = [steps: number[], ...values: (number | null)[][]];

/**
 * Runs' curves on one axis. Values are sizes, made positive: a log scale has no place for 0, which becomes `smallest`.
 */
export function curveData(curves: readonly (readonly CurvePoint[])[], figure: CurveFigure, smallest = 1e-6): CurveData {
  const steps = [...new Set(curves.flatMap((curve) => curve.map(({ step }) => step)))].sort((a, b) => a - b);
  const rows = curves.map((curve) => {
    const byStep = new Map(curve.map((point) => [point.step, Math.max(smallest, Math.abs(point[figure]))]));
    return steps.map((step) => byStep.get(step) ?? null);
  });
  return [steps, ...rows];
}

/** Powers of ten that enclose all values; at least one apart. */
export function logRange(data: CurveData, highest = Number.POSITIVE_INFINITY): readonly [low: number, high: number] {
  const [, ...rows] = data;
  const values = rows.flat().filter((value) => value !== null);
  if (values.length === 0) return [1e-2, Math.min(1, highest)];
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const high = Math.min(highest, 10 ** Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  return [Math.min(low, high / 10), high];
}

/**
 * Where an axis of iterations ends: at the run's end, or, while that is far off, with room for a third more than there is.
 */
export function axisEnd(steps: readonly number[], whole: number): number {
  const done = steps.at(-1) ?? 0;
  return Math.max(1, done === 0 ? Math.min(whole, 100) : Math.min(whole, Math.ceil((4 * done) / 3)));
}

/** A count as an axis has room for: 500, 2.5k, 20k, 1.5M. */
export function shortCount(count: number): string {
  for (const [unit, name] of [
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (count >= unit) return `${Number((count / unit).toFixed(2))}${name}`;
  }
  return String(count);
}
