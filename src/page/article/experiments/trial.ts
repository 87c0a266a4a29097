/** A run of an experiment: one method with one seed. */
export interface Trial {
  readonly seed: number;
  /** In order of iterations, the first before any training. */
  readonly points: readonly TrialPoint[];
  /** The distribution at the last observation, by object number. */
  readonly learnt: ArrayLike<number>;
  readonly target: ArrayLike<number>;
}

export interface TrialPoint {
  readonly trajectories: number;
  /** Of training, without pauses and drawings. */
  readonly seconds: number;
  readonly totalVariation: number;
}

/** All trials of one method, by seeds. */
export interface ArmResult {
  readonly name: string;
  readonly trials: readonly Trial[];
}

/** The quantity at whose equal values trials are compared. */
export type Measure = 'trajectories' | 'seconds';

/** A median, and the range of the trials around it. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    median: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2,
    low: sorted[0],
    high: sorted[sorted.length - 1],
  };
}

/** A trial's distance from its target after this many trajectories or seconds, by its last observation before. */
export function variationAt({ points }: Trial, measure: Measure, at: number): number {
  let found = points[0].totalVariation;
  for (const point of points) if (point[measure] <= at) found = point.totalVariation;
  return found;
}

/** The largest value of a measure that every trial has reached. */
export function commonEnd(arms: readonly ArmResult[], measure: Measure): number {
  const ends = arms.flatMap(({ trials }) => trials.map(({ points }) => points[points.length - 1][measure]));
  return Math.min(...ends);
}

/** A method's curve with the band of its seeds, up to `end`. */
export function bandOf(
  { trials }: ArmResult,
  measure: Measure,
  end: number,
): readonly { readonly x: number; readonly y: number; readonly low: number; readonly high: number }[] {
  const places = 40;
  return Array.from({ length: places + 1 }, (_, i) => {
    const x = (end * i) / places;
    const { median, low, high } = spreadOf(trials.map((trial) => variationAt(trial, measure, x)));
    return { x, y: median, low, high };
  });
}
