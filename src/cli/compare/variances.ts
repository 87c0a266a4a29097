import type { ComparedMeasure } from '../../plot/seed-band.ts';
import type { Comparison } from './comparison.ts';
import { momentsOf, valueAt } from './standing.ts';

/** The variance of the policy gradient by advantage estimator, in the order that the paper claims: largest first. */
export const varianceMeasures: readonly ComparedMeasure[] = (
  [
    ['totalReturn', 'total return'],
    ['rewardToGo', 'reward-to-go'],
    ['valueBaseline', 'value baseline'],
    ['generalizedAdvantage', 'generalised advantage'],
  ] as const
).map(([name, title]) => ({ name, field: `gradientVariance/${name}`, sign: 1, title, isDistance: false }));

/** Variances at one moment of a method's runs. */
export interface VariancesAt {
  readonly method: string;
  readonly trajectories: number;
  /** For each of `varianceMeasures`, the values of the seeds that have all of them, in the same order. */
  readonly values: readonly (readonly number[])[];
}

/** The variances of every method whose evaluations have them, at the moments at which methods are compared. */
export function variancesIn(comparison: Comparison): VariancesAt[] {
  return comparison.methods.flatMap((method) =>
    momentsOf(comparison).flatMap((trajectories) => {
      const rows = method.runs
        .map((run) => varianceMeasures.flatMap((measure) => valueAt(run, measure, trajectories) ?? []))
        .filter(({ length }) => length === varianceMeasures.length);
      const values = varianceMeasures.map((_, i) => rows.map((row) => row[i]));
      return rows.length > 0 ? [{ method: method.method, trajectories, values }] : [];
    }),
  );
}
