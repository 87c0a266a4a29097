import type { RunConfig } from '../../run/run-config.ts';
import type { RunLine } from './chart-data.ts';
import type { CurvePoint, RunRecord } from './run-record.ts';

/** A run whose curves are kept beside those of the run in the pictures. */
export interface ListedRun {
  readonly id: number;
  /** As the visitor named it; undefined as long as its settings do. */
  readonly name?: string | undefined;
  readonly colour: number;
  readonly config: RunConfig;
  /** Iterations of each of its seeds. */
  readonly steps: number;
  /** How many seeds it is to have: its own and the numbers after it. */
  readonly seeds: number;
  readonly isShown: boolean;
  /** Was put here by the visitor. What was only replaced makes room for others. */
  readonly isKept: boolean;
  /** Of the seeds that have been trained, in order. */
  readonly curves: readonly (readonly CurvePoint[])[];
  /** Why a seed could not be trained. */
  readonly problem?: string | undefined;
}

/** Runs in all, those in the pictures included. */
export const maxRuns = 8;
/** Colours that are those of the runs in the pictures. */
const liveColours = 2;

export const seedCounts = [1, 3, 5] as const;

/** What there is to tell of a run that is put into the list. */
export type NewRun = Pick<ListedRun, 'config' | 'steps' | 'isKept' | 'curves'> & Partial<Pick<ListedRun, 'seeds'>>;

/**
 * The list with another run at its end, in a colour of its own. Where there is no room, the oldest that was not put there
 * by hand gives way; where none was, the list stays as it is.
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

/** Whether one more would be taken in. */
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

/** A seed that is still to be trained. */
export interface SeedJob {
  readonly id: number;
  /** Which of the run's seeds, from 0. */
  readonly seed: number;
  readonly config: RunConfig;
}

/** Looks at a seed on the way: bands need no more. */
const looks = 40;

/** The next seed to train, in the order of the list; undefined where all are done. */
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

/** A run that has been looked at often enough for a line of it to say something. */
export function hasLine({ curve }: RunRecord): boolean {
  return curve.length >= 3;
}
