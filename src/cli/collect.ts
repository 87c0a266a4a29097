import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CurvePoint } from '../plot/learning-curve.ts';
import { parseRunConfig, type RunConfig } from '../run/run-config.ts';
import { messageOf } from '../text/message-of.ts';
import type { Metrics } from '../train/index.ts';
import type { Engine } from './engine.ts';
import { asSentence, fileProblem, UsageError } from './errors.ts';
import { isRecord, readJson, readJsonLines } from './json-files.ts';
import { methodGroups } from './methods.ts';
import { runFiles } from './run-folder.ts';
import { settingsDifference } from './trials.ts';

/** A run out of its folder. */
export interface CollectedRun {
  /** The folder's name. */
  readonly folder: string;
  readonly config: RunConfig;
  readonly isFinished: boolean;
  /** Its evaluations, in order. Older runs lack figures that were added later. */
  readonly curve: readonly CurvePoint[];
  /** The figures of its last evaluation. */
  readonly metrics: Metrics;
  readonly trajectories: number;
  readonly seconds: number;
  /** As the run's summary tells. */
  readonly device?: string;
  readonly version?: string;
  /** What objects are rewarded for. */
  readonly reward?: string;
  readonly hasReport: boolean;
}

/** The runs of a method, which have the same settings, by seed. */
export interface CollectedMethod {
  readonly method: string;
  readonly runs: readonly CollectedRun[];
}

/** What a sweep's folder holds. */
export interface Collection {
  readonly environment: string;
  readonly methods: readonly CollectedMethod[];
  /** Folders that were left out, with the reason. */
  readonly leftOut: readonly { readonly folder: string; readonly reason: string }[];
}

export interface CollectRequest {
  readonly folder: string;
  /** Needed where the folder holds runs of several. */
  readonly environment?: string;
  /** Take runs that have not finished too. */
  readonly partial?: boolean;
}

/**
 * Reads the runs in the folders in a folder: those that `reproduce` made, and any other run folder. Methods are named as
 * their folders are (`ENVIRONMENT-METHOD-seedN`), otherwise after their objective.
 *
 * Throws a UsageError where the folder cannot be read or holds no run to draw, where runs of several environments are in
 * it and none is asked for, and where runs that would share a line or a picture have different settings.
 */
export async function collectRuns(engine: Engine, request: CollectRequest): Promise<Collection> {
  const { folder, partial = false } = request;
  const runs: CollectedRun[] = [];
  const leftOut: { folder: string; reason: string }[] = [];
  for (const name of await foldersIn(folder)) {
    try {
      const run = await readRunFolder(engine, folder, name);
      if (run === undefined) continue;
      if (request.environment !== undefined && run.config.environment !== request.environment) continue;
      if (run.isFinished || (partial && run.curve.length > 0)) runs.push(run);
      else leftOut.push({ folder: name, reason: 'It has not finished.' });
    } catch (error) {
      leftOut.push({ folder: name, reason: asSentence(messageOf(error)) });
    }
  }
  const environments = [...new Set(runs.map(({ config }) => config.environment))];
  if (environments.length === 0) {
    const names = leftOut.map((each) => each.folder).join(', ');
    const why =
      leftOut.length === 0 ? '' : ` Left out: ${names}. Runs that have not finished are drawn with --partial.`;
    throw new UsageError(`There is no finished run in ${folder} to draw.${why}`);
  }
  if (environments.length > 1) {
    throw new UsageError(
      `${folder} holds runs of ${environments.join(' and ')}: name the one to draw before --collect.`,
    );
  }
  const methods = groupByMethod(folder, runs, leftOut);
  return { environment: environments[0], methods, leftOut };
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder);
    const found = await Promise.all(entries.map((name) => stat(join(folder, name)).catch(() => undefined)));
    return entries.filter((_, i) => found[i]?.isDirectory()).sort();
  } catch (error) {
    throw new UsageError(`Cannot read ${folder}: ${fileProblem(error)}.`, { cause: error });
  }
}

/** Undefined where the folder is none of a run. Throws where its configuration cannot be used. */
async function readRunFolder(engine: Engine, parent: string, name: string): Promise<CollectedRun | undefined> {
  const path = join(parent, name);
  const json = await readJson(join(path, runFiles.config));
  if (json === undefined) return undefined;
  const config = parseRunConfig(engine, json);
  const summary = await readJson(join(path, runFiles.summary));
  const told = isRecord(summary) ? summary : {};
  const rows = (await readJsonLines(join(path, runFiles.metrics))).map(finiteNumbers);
  const curve = rows.filter(
    (row): row is Record<string, number> & CurvePoint => 'step' in row && 'trajectories' in row,
  );
  const {
    step: _,
    trajectories = 0,
    seconds = 0,
    trajectoriesPerSecond: __,
    loss: ___,
    ...metrics
  } = rows.at(-1) ?? {};
  const { kind, description } = isRecord(told.device) ? told.device : {};
  const device = typeof kind === 'string' && typeof description === 'string' ? `${kind}, ${description}` : undefined;
  return {
    folder: name,
    config,
    isFinished: told.status === 'finished' && curve.length > 0,
    curve,
    ...{ metrics, trajectories, seconds },
    ...(device === undefined ? {} : { device }),
    ...(typeof told.version === 'string' ? { version: told.version } : {}),
    ...(typeof told.reward === 'string' ? { reward: told.reward } : {}),
    hasReport: await stat(join(path, runFiles.report)).then(
      () => true,
      () => false,
    ),
  };
}

function finiteNumbers(row: Record<string, unknown>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(row).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}

function groupByMethod(
  folder: string,
  runs: readonly CollectedRun[],
  leftOut: { folder: string; reason: string }[],
): CollectedMethod[] {
  const methods = new Map<string, CollectedRun[]>();
  for (const run of runs) {
    const method = methodOf(run);
    const others = methods.get(method) ?? [];
    const difference = others.length === 0 ? undefined : settingsDifference(run.config, others[0].config);
    if (difference !== undefined) {
      throw new UsageError(
        `${run.folder} and ${others[0].folder} in ${folder} are of one method, ${method}, but with different settings ` +
          `(${difference}). Put runs to be compared into a folder of their own.`,
      );
    }
    if (others.some(({ config }) => config.seed === run.config.seed)) {
      leftOut.push({ folder: run.folder, reason: `Another run of ${method} has the same seed.` });
      continue;
    }
    methods.set(method, [...others, run]);
  }
  const [first] = runs;
  for (const run of runs) {
    if (sameProblem(run.config, first.config)) continue;
    throw new UsageError(
      `${run.folder} and ${first.folder} in ${folder} are of different sizes of ${run.config.environment}. ` +
        'Put runs to be compared into a folder of their own.',
    );
  }
  return [...methods]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([method, found]) => ({ method, runs: found.sort((a, b) => a.config.seed - b.config.seed) }));
}

/** Methods keep the order of the groups, so that a method keeps its colour; others follow, by name. */
function rank(method: string): number {
  const known = Object.values(methodGroups).flatMap(({ methods }) => methods);
  const place = known.indexOf(method);
  return place < 0 ? known.length : place;
}

function sameProblem(a: RunConfig, b: RunConfig): boolean {
  const names = Object.keys({ ...a.environmentOptions, ...b.environmentOptions });
  return names.every((name) => a.environmentOptions[name] === b.environmentOptions[name]);
}

/** Out of the folder's name, whether `reproduce` gave it or `train` did, which counts runs behind the seed. */
function methodOf({ folder, config }: CollectedRun): string {
  const { environment, seed, objective } = config;
  const start = `${environment}-`;
  const end = new RegExp(`-seed${seed}(-\\d+)?$`).exec(folder);
  if (!folder.startsWith(start) || end === null || end.index <= start.length) return objective;
  return folder.slice(start.length, end.index);
}
