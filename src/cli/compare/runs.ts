import { readdir, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, relative } from 'node:path';
import type { CurvePoint } from '../../plot/learning-curve.ts';
import { catalogue } from '../../run/catalogue.ts';
import { parseRunConfig, type RunConfig } from '../../run/run-config.ts';
import { isRecord } from '../../text/is-record.ts';
import { messageOf } from '../../text/message-of.ts';
import { type BegunWith, readBegunWith } from '../begun-with.ts';
import { asSentence, refuseReading, UsageError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { readJson, readJsonLines } from '../json-files.ts';
import { byRank } from '../methods.ts';
import { rewarderOf } from '../reward-command.ts';
import { runFiles } from '../run-folder.ts';
import { settingRows } from '../run-report.ts';
import { flagRows } from '../setting-flags.ts';
import { formatCount } from '../text.ts';
import { settingsDifference } from '../trials.ts';
import { joinedCurve } from './joined-curve.ts';
import { effectiveSettings, type MethodSettings } from './settings.ts';

/** A run as comparisons need it. */
export interface ComparedRun {
  /** The folder's name. */
  readonly folder: string;
  readonly seed: number;
  readonly isFinished: boolean;
  /** Its evaluations, in order. */
  readonly curve: readonly CurvePoint[];
  /** Kind and description, from the run's summary. */
  readonly device?: string | undefined;
  readonly version?: string | undefined;
  /** What objects are rewarded for. */
  readonly reward?: string | undefined;
  /**
   * Whether another program used its machine at the same time, or another of the runs may have, or it was suspended. Its
   * seconds compare with none then.
   */
  readonly isShared: boolean;
  /** The path of its report relative to the first folder given, if it has one. */
  readonly report?: string | undefined;
}

/** A method's runs, with equal settings, by seed. */
export interface ComparedMethod {
  readonly method: string;
  /** Flags with their values, except the seed. */
  readonly settings: MethodSettings;
  readonly runs: readonly ComparedRun[];
}

/** Runs that share a picture: of one problem and one length. */
export interface Comparison {
  /**
   * Used in file names: the problem and a run's number of trajectories, `hypergrid-500000`; with all of its title where
   * that would name two comparisons.
   */
  readonly name: string;
  readonly problem: string;
  /**
   * The problem with its options, and its reward if another program computes it: "hypergrid (dimension 4, side 20,
   * reward easy)".
   */
  readonly title: string;
  /** Of a complete run. */
  readonly iterations: number;
  readonly batch: number;
  readonly methods: readonly ComparedMethod[];
}

export interface LeftOut {
  readonly folder: string;
  readonly reason: string;
}

export interface Collection {
  readonly comparisons: readonly Comparison[];
  /** Folders with runs that were left out, each with the reason. */
  readonly leftOut: readonly LeftOut[];
}

/** How many levels of folders to search for runs: a folder of sweeps, sweeps, trials. */
const depth = 3;

interface FoundRun extends Omit<ComparedRun, 'isShared'> {
  readonly config: RunConfig;
  /** The program that computes its rewards, if one does, with whatever affects the rewards. */
  readonly rewarder: string | undefined;
  readonly begunWith: BegunWith;
  /** Machine and time of the run, in milliseconds; undefined if its summary does not say. */
  readonly period: { readonly host: string; readonly from: number; readonly to: number } | undefined;
  /** Cores that other programs used meanwhile, on average; undefined if the run does not know. */
  readonly otherCores: number | undefined;
}

/**
 * Gathers the runs in some folders and the folders below: trials of sweeps and single runs, finished or not. Methods
 * are named by their folders (`PROBLEM-METHOD-seedN`), otherwise by their objective. If two folders hold the same run,
 * the one that got farther counts.
 *
 * Throws a UsageError if a folder cannot be read, or if runs that would share a line have different settings.
 */
export async function gatherRuns(folders: readonly string[]): Promise<Collection> {
  const runs: FoundRun[] = [];
  const leftOut: LeftOut[] = [];
  for (const folder of folders) {
    for (const path of await runsIn(folder)) {
      try {
        const run = await readRunFolder(path, folders[0]);
        if (run.curve.length > 0) runs.push(run);
        else leftOut.push({ folder: path, reason: 'It has no evaluation yet.' });
      } catch (error) {
        leftOut.push({ folder: path, reason: asSentence(messageOf(error)) });
      }
    }
  }
  const comparisons: Omit<Comparison, 'name'>[] = [];
  for (const group of groupBy(runs, (run) => JSON.stringify([titleOf(run), run.config.steps, run.config.batch]))) {
    const [first] = group;
    const { config } = first;
    comparisons.push({
      problem: problemOf(config).name,
      title: titleOf(first),
      iterations: config.steps,
      batch: config.batch,
      methods: byMethod(group, runs, leftOut),
    });
  }
  return { comparisons: namedApart(comparisons), leftOut };
}

/** Gives each comparison a name of its own, since pictures are named after them. */
export function namedApart(comparisons: readonly Omit<Comparison, 'name'>[]): Comparison[] {
  const plainName = ({ problem, iterations, batch }: Omit<Comparison, 'name'>) => `${problem}-${iterations * batch}`;
  return groupBy(comparisons, plainName).flatMap((group) =>
    group.map((each) => ({
      ...each,
      name: plainName(group.length === 1 ? each : { ...each, problem: fileName(each) }),
    })),
  );
}

/** A title's words and numbers: "hypergrid-dimension-4-side-20-reward-hard". */
function fileName({ title }: Pick<Comparison, 'title'>): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}.]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
}

/** The problem of a configuration and its options. */
function problemOf({ problem, problemOptions }: RunConfig) {
  return { name: problem, options: problemOptions };
}

/** A run's target: its problem with the options, and anything else that determines the rewards. */
function titleOf({ config, rewarder, begunWith: { data } }: FoundRun): string {
  const { name, options } = problemOf(config);
  const told = flagRows(options).map(([flag, value]) => `${flag.replace(/^--/, '')} ${value}`);
  const title = told.length === 0 ? name : `${name} (${told.join(', ')})`;
  return [title, ...(data ? [`of the file ${data}`] : []), ...(rewarder ? [`rewarded by ${rewarder}`] : [])].join(', ');
}

/** The run folders in a folder, including itself, and in folders below it. Throws a UsageError if it cannot be read. */
export async function runsIn(folder: string, left = depth): Promise<string[]> {
  let entries: string[];
  try {
    entries = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => !entry.isFile())
      .map(({ name }) => name)
      .sort();
    if (await isThere(join(folder, runFiles.config))) return [folder];
  } catch (error) {
    return refuseReading(folder)(error);
  }
  if (left === 0) return [];
  const found: string[] = [];
  // Trials that were set aside are no results. Folders below that cannot be read are not ours.
  for (const name of entries.filter((each) => each !== 'unfinished')) {
    found.push(...(await runsIn(join(folder, name), left - 1).catch(() => [])));
  }
  return found;
}

/**
 * Reads a run from its folder. Throws if its configuration is unusable.
 * @param from the folder that the path to its report is relative to
 */
export async function readRunFolder(path: string, from: string): Promise<FoundRun> {
  const config = parseRunConfig(catalogue, await readJson(join(path, runFiles.config)));
  const summary = await readJson(join(path, runFiles.summary));
  const told = isRecord(summary) ? summary : {};
  const rows = (await readJsonLines(join(path, runFiles.metrics))).map(finiteNumbers);
  const curve = rows.filter(
    (row): row is Record<string, number> & CurvePoint => 'step' in row && 'trajectories' in row,
  );
  const { kind, description } = isRecord(told.device) ? told.device : {};
  return {
    folder: basename(path),
    config,
    rewarder: await rewarderOf(path),
    begunWith: await readBegunWith(path),
    seed: config.seed,
    // A log that was cut lacks evaluations.
    isFinished: told.status === 'finished' && curve.at(-1)?.step === config.steps,
    curve,
    period: periodOf(told),
    otherCores: typeof told.otherCores === 'number' ? told.otherCores : undefined,
    device: typeof kind === 'string' && typeof description === 'string' ? `${kind}, ${description}` : undefined,
    version: textOf(told.version),
    reward: textOf(told.reward),
    report: (await isThere(join(path, runFiles.report))) ? reportPath(from, path) : undefined,
  };
}

function periodOf({ host, ended, seconds }: Record<string, unknown>): FoundRun['period'] {
  const to = typeof ended === 'string' ? Date.parse(ended) : Number.NaN;
  if (typeof host !== 'string' || typeof seconds !== 'number' || Number.isNaN(to)) return undefined;
  return { host, from: to - 1000 * seconds, to };
}

/** Whether some evaluation took ten times as long to come as evaluations of this run do, and more than a minute. */
function wasSuspended(curve: readonly CurvePoint[]): boolean {
  const gaps = curve.slice(1).map(({ seconds = 0 }, i) => seconds - (curve[i].seconds ?? 0));
  const usual = [...gaps].sort((a, b) => a - b)[gaps.length >> 1] ?? 0;
  return gaps.some((gap) => gap > Math.max(10 * usual, 60));
}

/** Cores that a machine at rest may use for itself. */
const idleCores = 0.1;

/**
 * Whether another program or run used the machine of this one at the same time, or this one does not say when it ran, or
 * where, or whether it had its machine to itself.
 */
function isShared({ period, otherCores = Number.POSITIVE_INFINITY }: FoundRun, others: readonly FoundRun[]): boolean {
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

function reportPath(from: string, path: string): string | undefined {
  const inside = relative(from, path).replaceAll('\\', '/');
  return inside === '' || inside.startsWith('../') || isAbsolute(inside) ? undefined : `${inside}/${runFiles.report}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function finiteNumbers(row: Record<string, unknown>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(row).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}

function byMethod(runs: readonly FoundRun[], all: readonly FoundRun[], leftOut: LeftOut[]): ComparedMethod[] {
  return groupBy(runs, methodOf)
    .map(([first, ...others]) => {
      const method = methodOf(first);
      for (const run of others) {
        const difference = differenceOf(run, first);
        if (difference === undefined) continue;
        throw new UsageError(
          `${run.folder} and ${first.folder} are of one method, ${method}, but with different settings ` +
            `(${difference}). Compare them from folders of their own.`,
        );
      }
      return {
        method,
        settings: effectiveSettings(settingRows(first.config).filter(([flag]) => flag !== '--seed')),
        runs: oneOfEachSeed([first, ...others], leftOut).map((run) => comparedRun(run, all)),
      };
    })
    .sort((a, b) => byRank(a.method, b.method));
}

/**
 * A method's runs by seed. Of two with one seed the one that got farther counts, else the one that had its machine to
 * itself, with the figures that only the other has, which is left out.
 */
export function oneOfEachSeed<Run extends RunOfSeed>(runs: readonly Run[], leftOut: LeftOut[]): Run[] {
  const kept = new Map<number, Run>();
  for (const run of runs) {
    const same = kept.get(run.seed);
    if (same === undefined) {
      kept.set(run.seed, run);
      continue;
    }
    const [better, dropped] = tellsMore(run, same) ? [run, same] : [same, run];
    kept.set(run.seed, { ...better, curve: joinedCurve(better.curve, dropped.curve) });
    leftOut.push({ folder: dropped.folder, reason: reasonOf(better, dropped) });
  }
  return [...kept.values()].sort((a, b) => a.seed - b.seed);
}

/** Why the second of two runs of a method and seed is left out. */
function reasonOf(better: RunOfSeed, dropped: RunOfSeed): string {
  return stepOf(better) > stepOf(dropped)
    ? 'Another run of that seed got farther.'
    : 'A run of that seed is there already, which got as far.';
}

type RunOfSeed = Pick<ComparedRun, 'folder' | 'seed' | 'curve'> & Partial<Pick<ComparedRun, 'isShared'>>;

function tellsMore(run: RunOfSeed, other: RunOfSeed): boolean {
  const further = stepOf(run) - stepOf(other);
  return further > 0 || (further === 0 && other.isShared === true && run.isShared === false);
}

function comparedRun(found: FoundRun, all: readonly FoundRun[]): ComparedRun {
  const { folder, seed, isFinished, curve, device, version, reward, report } = found;
  return {
    folder,
    seed,
    isFinished,
    isShared: isShared(found, all) || wasSuspended(curve),
    curve,
    device,
    version,
    reward,
    report,
  };
}

/** How two runs of one method differ besides their seeds; undefined if they do not. */
function differenceOf({ config, begunWith }: FoundRun, other: FoundRun): string | undefined {
  const difference = settingsDifference(config, other.config);
  if (difference !== undefined) return difference;
  for (const name of ['prior', 'offline'] as const) {
    const [mine, others] = [begunWith[name] ?? 'absent', other.begunWith[name] ?? 'absent'];
    if (mine !== others) return `${name} ${mine}, not ${others}`;
  }
  return undefined;
}

/** Trajectories of a complete run. */
export function lengthOf({ iterations, batch }: Comparison): number {
  return iterations * batch;
}

/** A run's length, in words. */
export function trajectoriesOf(comparison: Comparison): string {
  return `${formatCount(lengthOf(comparison))} trajectories`;
}

/** The finished runs that had their machine to themselves: how long they took can be compared. */
export function aloneOf(runs: readonly ComparedRun[]): readonly ComparedRun[] {
  return runs.filter(({ isShared, isFinished }) => isFinished && !isShared);
}

/**
 * A comparison of those runs alone, without methods that have none: those on one kind of device, on which most of them
 * were.
 */
export function timedPart(comparison: Comparison): Comparison {
  const alone = comparison.methods.flatMap(({ runs }) => aloneOf(runs));
  const [usual] = groupBy(alone, ({ device }) => device ?? '').sort((a, b) => b.length - a.length)[0] ?? [];
  const methods = comparison.methods.map((method) => ({
    ...method,
    runs: aloneOf(method.runs).filter(({ device }) => device === usual?.device),
  }));
  return { ...comparison, methods: methods.filter(({ runs }) => runs.length > 0) };
}

/** The iteration of a run's last evaluation. */
export function stepOf({ curve }: Pick<ComparedRun, 'curve'>): number {
  return curve.at(-1)?.step ?? 0;
}

/** Parses the method out of the folder's name, as a sweep or `train` made it; `train` adds a number behind the seed. */
function methodOf({ folder, config }: FoundRun): string {
  const start = `${problemOf(config).name}-`;
  const end = new RegExp(`-seed${config.seed}(-\\d+)?$`).exec(folder);
  if (!folder.startsWith(start) || end === null || end.index <= start.length) return config.objective;
  return folder.slice(start.length, end.index);
}
