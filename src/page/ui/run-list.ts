import type { RunConfig } from '../../run/run-config.ts';
import type { RunLine } from './chart-data.ts';
import type { CurvePoint, KnownRun } from './known-run.ts';

/** A run whose curves are kept beside those of the run in the pictures. */
export interface ListedRun {
  readonly id: number;
  /** The visitor's name for it; undefined if it is named by its settings. */
  readonly name?: string | undefined;
  readonly colour: number;
  readonly config: RunConfig;
  /** Iterations for each of its seeds. */
  readonly steps: number;
  /** The requested number of seeds: its own and the numbers after it. */
  readonly seeds: number;
  readonly isShown: boolean;
  /** Whether the visitor put it here. Replaced runs make room for others. */
  readonly isKept: boolean;
  /** For the trained seeds, in order. */
  readonly curves: readonly (readonly CurvePoint[])[];
  /** Why a seed could not be trained. */
  readonly problem?: string | undefined;
}

/** The maximum number of runs, including those in the pictures. */
export const maxRuns = 8;
/** Colours reserved for the runs in the pictures. */
const liveColours = 2;

export const seedCounts = [1, 3, 5] as const;

/** The data of a run that is added to the list. */
export type NewRun = Pick<ListedRun, 'config' | 'steps' | 'isKept' | 'curves'> & Partial<Pick<ListedRun, 'seeds'>>;

/**
 * The list with another run at its end, in a new colour. If there is no room, it replaces the oldest run that the
 * visitor did not add; if there is none, the list is unchanged.
 * @param live runs in the pictures
 */
export function withRun(list: readonly ListedRun[], run: NewRun, live: number): readonly ListedRun[] {
  const room = maxRuns - Math.max(1, live);
  let kept = list;
  while (kept.length >= room) {
    const oldest = kept.findIndex(({ isKept }) => !isKept);
    if (oldest < 0) return list;
    kept = kept.filter((_, i) => i !== oldest);
  }
  const colours = new Set(kept.map(({ colour }) => colour));
  let colour = liveColours;
  while (colours.has(colour)) colour++;
  const id = Math.max(0, ...list.map((each) => each.id)) + 1;
  return [...kept, { seeds: 1, isShown: true, ...run, id, colour }];
}

/** Whether there is room for one more. */
export function hasRoom(list: readonly ListedRun[], live: number): boolean {
  return list.length < maxRuns - Math.max(1, live) || list.some(({ isKept }) => !isKept);
}

/** The list with one of its runs changed. */
export function withChange(
  list: readonly ListedRun[],
  id: number,
  change: (run: ListedRun) => Partial<ListedRun>,
): readonly ListedRun[] {
  return list.map((run) => (run.id === id ? { ...run, ...change(run) } : run));
}

/** A seed to be trained. */
export interface SeedJob {
  readonly id: number;
  /** The index of the run's seed, from 0. */
  readonly seed: number;
  readonly config: RunConfig;
}

/** Observations of a seed: bands need no more. */
const looks = 40;

/** The next seed to train, in the order of the list; undefined if all are done. */
export function nextJob(list: readonly ListedRun[]): SeedJob | undefined {
  const run = list.find(({ curves, seeds, problem }) => curves.length < seeds && problem === undefined);
  if (run === undefined) return undefined;
  const { id, config, steps, curves } = run;
  const seed = curves.length;
  // Seeds are numbers of 32 bits.
  const number = (config.seed + seed) % 2 ** 32;
  const evaluateEvery = Math.max(1, Math.round(steps / looks));
  return { id, seed, config: { ...config, steps, evaluateEvery, seed: number } };
}

/** Updates of the policy on each batch. */
export function updatesOf({ objectiveOptions }: RunConfig): number {
  const { policyUpdates, updates } = objectiveOptions;
  return Number(policyUpdates ?? updates ?? 1);
}

/** The line of a run, whether it is in the pictures or in the list. */
export function lineOf(colour: number, config: RunConfig, curves: RunLine['curves']): RunLine {
  return { colour, batch: config.batch, updates: updatesOf(config), curves };
}

/** Whether a run has been observed often enough for a meaningful line. */
export function hasLine({ curve }: KnownRun): boolean {
  return curve.length >= 3;
}
