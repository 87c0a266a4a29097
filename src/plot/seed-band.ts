import type { CurveMeasure, CurvePoint } from './learning-curve.ts';

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
  readonly field: CurveMeasure;
  /** What the field is multiplied with. */
  readonly sign: 1 | -1;
  /** With its unit. */
  readonly title: string;
  /** Whether it is a distance, which falls to 0 as a sampler learns: only a logarithmic axis shows that. */
  readonly isDistance: boolean;
}

/** What methods are compared by. */
export const comparedMeasures: readonly ComparedMeasure[] = [
  { name: 'total-variation', field: 'totalVariation', sign: 1, title: 'total variation', isDistance: true },
  { name: 'elbo-gap', field: 'elboGap', sign: -1, title: 'log Z − ELBO (nats)', isDistance: true },
  { name: 'eubo-gap', field: 'euboGap', sign: 1, title: 'EUBO − log Z (nats)', isDistance: true },
  { name: 'mean-score', field: 'meanScore', sign: 1, title: 'mean score', isDistance: false },
  { name: 'top-score', field: 'topMeanScore', sign: 1, title: 'mean score of the best tenth', isDistance: false },
  { name: 'elbo', field: 'elbo', sign: 1, title: 'ELBO (nats)', isDistance: false },
  { name: 'held-out-eubo', field: 'heldOutEubo', sign: 1, title: 'EUBO, held-out (nats)', isDistance: false },
];

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
