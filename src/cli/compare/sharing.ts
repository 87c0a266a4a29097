import type { CurvePoint } from '../../plot/learning-curve.ts';
import type { FoundRun } from './found-run.ts';

/**
 * Whether another program or run used the machine of this one at the same time, or this one does not say when it ran, or
 * where, or whether it had its machine to itself.
 */
export function isShared(
  { period, otherCores = Number.POSITIVE_INFINITY }: FoundRun,
  others: readonly FoundRun[],
): boolean {
  if (period === undefined || otherCores > idleCores) return true;
  return others.some(
    ({ period: other }) =>
      other !== undefined &&
      other !== period &&
      other.host === period.host &&
      other.from < period.to &&
      period.from < other.to,
  );
}

/** Cores that a machine at rest may use for itself. */
const idleCores = 0.1;

/** Whether some evaluation took ten times as long to come as evaluations of this run do, and more than a minute. */
export function wasSuspended(curve: readonly CurvePoint[]): boolean {
  const gaps = curve.slice(1).map(({ seconds = 0 }, i) => seconds - (curve[i].seconds ?? 0));
  const usual = [...gaps].sort((a, b) => a - b)[gaps.length >> 1] ?? 0;
  return gaps.some((gap) => gap > Math.max(10 * usual, 60));
}
