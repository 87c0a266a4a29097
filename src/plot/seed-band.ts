import { bootstrapMean } from '../metrics/bootstrap.ts';
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
  /** Mean time until there; undefined if a run does not report it. */
  readonly seconds?: number | undefined;
  readonly mean: number;
  /** The 95 percent interval of the mean over seeds, see `bootstrapMean`; for a single run the value itself. */
  readonly low: number;
  readonly high: number;
}

/** A measure taken from an evaluation. */
export interface ComparedMeasure {
  /** Used in file names. */
  readonly name: string;
  readonly field: MetricName;
  /** A factor for display. */
  readonly sign: 1 | -1;
  /** With its unit. */
  readonly title: string;
  /** Whether it is a distance, which falls to 0 as a sampler learns: only a logarithmic axis shows that. */
  readonly isDistance: boolean;
}

/** The measures by which methods are compared. */
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

/** A run shorter than this share of its method's longest one does not count. */
const minShare = 0.9;

/**
 * Mean and its interval of a measure over the runs of a method, at every number of trajectories at which all of them
 * were evaluated, since the mean would jump if a run ended earlier. Runs shorter than nine tenths of the longest are
 * left out. Values that are not finite, and distances of 0 or, by rounding, below, which have no place on a logarithmic
 * axis, count as not evaluated.
 */
export function seedBand(runs: readonly RunCurve[], { field, sign, isDistance }: ComparedMeasure): BandPoint[] {
  const counted = longRuns(runs);
  const found = new Map<number, { value: number; seconds: number }[]>();
  for (const { points } of counted) {
    for (const { [field]: metric, trajectories, seconds = Number.NaN } of points) {
      const value = sign * (metric ?? Number.NaN);
      if (!Number.isFinite(value) || (isDistance && value <= 0)) continue;
      found.set(trajectories, [...(found.get(trajectories) ?? []), { value, seconds }]);
    }
  }
  return [...found]
    .filter(([, each]) => each.length === counted.length)
    .sort(([a], [b]) => a - b)
    .map(([trajectories, each]) => {
      const values = each.map(({ value }) => value);
      const seconds = mean(each.map((run) => run.seconds));
      return {
        trajectories,
        ...(Number.isFinite(seconds) ? { seconds } : {}),
        mean: mean(values),
        ...bootstrapMean(values),
      };
    });
}

/** The runs that form a method's line. */
export function longRuns<Run extends RunCurve>(runs: readonly Run[]): Run[] {
  const ends = runs.map(({ points }) => points.at(-1)?.trajectories ?? -1);
  const longest = Math.max(...ends);
  return runs.filter((_, i) => ends[i] >= minShare * longest);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
