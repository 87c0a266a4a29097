import { axisTitle, type MetricDefinition, type MetricName, metricCatalogue, shownSign } from '../metrics/catalogue.ts';
import type { CurvePoint } from './learning-curve.ts';

/** The evaluations of one run. */
export interface RunCurve {
  readonly seed: number;
  readonly points: readonly CurvePoint[];
}

/** Several runs of one method at the same number of trajectories. */
export interface BandPoint {
  readonly trajectories: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** A measure taken from an evaluation. */
export interface ComparedMeasure {
  /** Names files. */
  readonly name: string;
  readonly field: MetricName;
  /** What the field is multiplied with. */
  readonly sign: 1 | -1;
  /** With its unit. */
  readonly title: string;
  /** Whether it is a distance, which falls to 0 as a sampler learns: only a logarithmic axis shows that. */
  readonly isDistance: boolean;
}

/** What methods are compared by. */
export const comparedMeasures: readonly ComparedMeasure[] = [
  measure('total-variation', 'totalVariation'),
  measure('elbo-gap', 'elboGap'),
  measure('eubo-gap', 'euboGap'),
  measure('mean-score', 'meanScore'),
  measure('top-score', 'topMeanScore', metricCatalogue.topMeanScore.title),
  measure('elbo', 'elbo'),
  measure('held-out-eubo', 'heldOutEubo'),
];

function measure(name: string, field: MetricName, title = axisTitle(field)): ComparedMeasure {
  const { distance }: MetricDefinition = metricCatalogue[field];
  return { name, field, title, sign: shownSign(field), isDistance: distance !== undefined };
}

/**
 * Mean, least and largest value of a measure over the runs of a method, at every number of trajectories at which all of
 * them were evaluated: the mean of a curve that loses a run on its way would jump. Values that are not finite, and
 * distances that have no place on a logarithmic axis (0, or below by rounding), count as not evaluated.
 */
export function seedBand(runs: readonly RunCurve[], { field, sign, isDistance }: ComparedMeasure): BandPoint[] {
  const values = new Map<number, number[]>();
  for (const { points } of runs) {
    for (const point of points) {
      const value = sign * (point[field] ?? Number.NaN);
      if (!Number.isFinite(value) || (isDistance && value <= 0)) continue;
      values.set(point.trajectories, [...(values.get(point.trajectories) ?? []), value]);
    }
  }
  return [...values]
    .filter(([, found]) => found.length === runs.length)
    .sort(([a], [b]) => a - b)
    .map(([trajectories, found]) => ({
      trajectories,
      mean: found.reduce((sum, value) => sum + value, 0) / found.length,
      min: Math.min(...found),
      max: Math.max(...found),
    }));
}
