import type { CurvePoint } from '../../plot/learning-curve.ts';
import type { FolderRun } from './found-run.ts';

/**
 * Whether another program or run used the machine of this one at the same time, or this one does not say when it ran, or
 * where, or whether it had its machine to itself.
 */
export function isShared(run: FolderRun, others: readonly FolderRun[]): boolean {
  const { folder, period, otherCores = Number.POSITIVE_INFINITY } = run;
  if (period === undefined || otherCores > idleCores) return true;
  return others.some(
    ({ folder: name, period: other }) =>
      other !== undefined &&
      // A copy of this run is no other.
      !(name === folder && other.from === period.from && other.to === period.to) &&
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
