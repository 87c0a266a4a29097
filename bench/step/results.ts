import type { Place } from '../measure/gpu.ts';
import type { EngineRecords } from '../measure/rounds.ts';
import { type Spread, spread } from '../measure/statistics.ts';
import { type StepProblem, stepFlops } from './problems.ts';
import type { StepRecord } from './step.ts';

/** One engine's steps on one problem. */
export interface StepResult {
  readonly problem: string;
  readonly flops: number;
  readonly place: Place;
  readonly engine: string;
  readonly version?: string;
  /** Why there are no figures. */
  readonly failed?: string;
  /** Milliseconds. */
  readonly total?: Spread;
  readonly host?: Spread;
  readonly gigaflopsPerSecond?: number;
  /** Milliseconds until the first step was done, compilation included. */
  readonly firstStep?: Spread;
  readonly launches?: number;
  readonly loss?: { readonly first: number; readonly last: number };
  /** The engine's median divided by flowtape's: the speed-up of flowtape. */
  readonly ratio?: number;
  /** Whether its losses on the first steps equal flowtape's to within `lossTolerance`. */
  readonly sameLosses?: boolean;
}

/**
 * Losses of the same steps from the same start differ only by float32's rounding: sums of up to 1200 terms, relative
 * error about 1200 * 2^-24 = 7e-5 at worst, and less than ten steps of Adam for it to grow in.
 */
export const lossTolerance = 1e-3;

/** Summarises the results at one place; the first engine is flowtape. */
export function stepResults(problem: StepProblem, place: Place, engines: readonly EngineRecords[]): StepResult[] {
  const flops = stepFlops(problem);
  const records = engines.map(({ measured }) => ('records' in measured ? (measured.records as StepRecord[]) : []));
  const totalOf = (rounds: readonly StepRecord[]) => spread(rounds.flatMap(({ total }) => total));
  const ours = records[0].length > 0 ? totalOf(records[0]) : undefined;
  return engines.map(({ name, measured }, i): StepResult => {
    const common = { problem: problem.name, flops, place, engine: name };
    if ('problem' in measured) return { ...common, failed: measured.problem };
    const rounds = records[i];
    const total = totalOf(rounds);
    const [{ engine, losses, launches }] = rounds;
    const computes = place !== 'host';
    return {
      ...common,
      version: engine,
      total,
      host: spread(rounds.flatMap(({ host }) => host)),
      firstStep: spread(rounds.map(({ firstStep }) => firstStep)),
      ...(launches === undefined ? {} : { launches }),
      ...(computes
        ? {
            gigaflopsPerSecond: flops / total.median / 1e6,
            loss: { first: losses[0], last: losses[losses.length - 1] },
          }
        : {}),
      ...(computes && records[0].length > 0 ? { sameLosses: agree(losses, records[0][0].losses) } : {}),
      ...(ours ? { ratio: total.median / ours.median } : {}),
    };
  });
}

/** Whether two runs began alike, with at least one loss to compare; the last loss of each is from a different step. */
export function agree(losses: readonly number[], ours: readonly number[]): boolean {
  const steps = Math.min(losses.length, ours.length) - 1;
  if (steps < 1) return false;
  return losses.slice(0, steps).every((loss, i) => {
    // An infinite loss would match any other.
    return Number.isFinite(ours[i]) && Math.abs(loss - ours[i]) <= lossTolerance * Math.abs(ours[i]);
  });
}
