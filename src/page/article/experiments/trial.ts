/** A run of an experiment: one method with one seed. */
export interface Trial {
  readonly seed: number;
  /** In order of iterations, the first before any training. */
  readonly points: readonly TrialPoint[];
  /** Of the last look: with what probability it ends at each object. */
  readonly learnt: ArrayLike<number>;
  readonly target: ArrayLike<number>;
}

export interface TrialPoint {
  readonly trajectories: number;
  /** Of training; pauses and drawings left out. */
  readonly seconds: number;
  readonly totalVariation: number;
}

/** All trials of one method, by seeds. */
export interface ArmResult {
  readonly name: string;
  readonly trials: readonly Trial[];
}

/** What trials are compared at equal values of. */
export type Measure = 'trajectories' | 'seconds';

/** A median, and how far trials lie around it. */
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

/** How far a trial was from its target when it had this many trajectories or seconds behind it, by its last look before. */
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
