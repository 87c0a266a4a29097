import type { EngineRecords } from '../measure/rounds.ts';
import { type Spread, spread } from '../measure/statistics.ts';
import { iterationFlops } from './flops.ts';
import type { TrainProblem } from './problems.ts';
import type { TrainRecord } from './train.ts';

/** One engine's training on one problem, from one mark on. */
export interface TrainResult {
  readonly problem: string;
  readonly batch: number;
  /** Iterations before timing began. */
  readonly at: number;
  readonly engine: string;
  readonly version?: string;
  /** Why there are no figures. */
  readonly failed?: string;
  /** Milliseconds of an iteration. */
  readonly iteration?: Spread;
  readonly iterationsPerSecond?: number;
  readonly trajectoriesPerSecond?: number;
  readonly meanLength?: number;
  /** The minimum number of operations of an iteration with trajectories of this length; see `iterationFlops`. */
  readonly flops?: number;
  readonly loss?: number;
  /** Seconds until the first iteration was done, compilation included. */
  readonly firstSeconds?: number;
  /** The engine's median divided by flowtape's, the first engine's. */
  readonly ratio?: number;
}

type Timing = Extract<TrainRecord, { milliseconds: readonly number[] }>;

/** Summarises a problem's results, mark by mark; the first engine is flowtape. */
export function trainResults(problem: TrainProblem, engines: readonly EngineRecords[]): TrainResult[] {
  return problem.marks.flatMap(({ at }) => {
    const first = timings(engines[0], at);
    const ours = first.length > 0 ? spread(first.flatMap(({ milliseconds }) => milliseconds)) : undefined;
    return engines.map((engine) => resultOf(problem, at, engine, ours));
  });
}

function timings({ measured }: EngineRecords, at: number): Timing[] {
  if ('problem' in measured) return [];
  const records = measured.records as TrainRecord[];
  return records.filter((record): record is Timing => 'milliseconds' in record && record.at === at);
}

function resultOf(problem: TrainProblem, at: number, engine: EngineRecords, ours: Spread | undefined): TrainResult {
  const { measured, name } = engine;
  const common = { problem: problem.name, batch: problem.batch, at, engine: name };
  if ('problem' in measured) return { ...common, failed: measured.problem };
  const named = (measured.records as TrainRecord[]).find((record) => 'engine' in record);
  const version = named && 'engine' in named ? { version: named.engine, firstSeconds: named.firstSeconds } : {};
  const found = timings(engine, at);
  if (found.length === 0) return { ...common, ...version, failed: `did not get to iteration ${at} in its time` };
  const iteration = spread(found.flatMap(({ milliseconds }) => milliseconds));
  const meanLength = found.reduce((sum, timing) => sum + timing.meanLength, 0) / found.length;
  const { loss } = found[0];
  return {
    ...common,
    ...version,
    iteration,
    iterationsPerSecond: 1000 / iteration.median,
    trajectoriesPerSecond: (1000 * problem.batch) / iteration.median,
    meanLength,
    flops: iterationFlops(problem, meanLength),
    ...(loss === undefined ? {} : { loss }),
    ...(ours ? { ratio: iteration.median / ours.median } : {}),
  };
}
