import { basename, join } from 'node:path';
import type { CurvePoint } from '../../plot/learning-curve.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { isRecord } from '../../text/is-record.ts';
import { messageOf } from '../../text/message-of.ts';
import { type BegunWith, readBegunWith } from '../begun-with.ts';
import { isThere } from '../folders.ts';
import { readJson, readJsonLines } from '../json-files.ts';
import { methodName } from '../methods.ts';
import { rewarderOf } from '../reward-command.ts';
import { configIn } from '../run-files.ts';
import { runFiles } from '../run-folder.ts';
import { problemRows } from '../setting-flags.ts';
import type { ComparedRun } from './comparison.ts';

/** A run as its folder tells it. */
export interface FolderRun extends Omit<ComparedRun, 'isShared'> {
  readonly path: string;
  readonly config: RunConfig;
  /** The program that computes its rewards, if one does, with whatever affects the rewards. */
  readonly rewarder: string | undefined;
  readonly begunWith: BegunWith;
  /** Machine and time of the run, in milliseconds; undefined if its summary does not say. */
  readonly period: { readonly host: string; readonly from: number; readonly to: number } | undefined;
  /** Cores that other programs used meanwhile, on average; undefined if the run does not know. */
  readonly otherCores: number | undefined;
}

/** Reads a run from its folder. Throws if its configuration is unusable. */
export async function readRunFolder(path: string): Promise<FolderRun> {
  const config = await readConfig(path);
  const summary = await readJson(join(path, runFiles.summary));
  const told = isRecord(summary) ? summary : {};
  const rows = (await readJsonLines(join(path, runFiles.metrics))).map(finiteNumbers);
  const curve: (Record<string, number> & CurvePoint)[] = [];
  for (const row of rows) {
    if (isPoint(row) && row.step > (curve.at(-1)?.step ?? -1)) curve.push(row);
  }
  const { kind, description } = isRecord(told.device) ? told.device : {};
  return {
    folder: basename(path),
    path,
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
    processor: textOf(told.processor),
    version: textOf(told.version),
    reward: textOf(told.reward),
    hasReport: await isThere(join(path, runFiles.report)),
  };
}

/** Whether a folder is a run's, even if its configuration is missing. */
export async function isRunFolder(path: string): Promise<boolean> {
  const has = (file: string) => isThere(join(path, file));
  if (await has(runFiles.config)) return true;
  // Other programs leave files of such a name too, but hardly both.
  return (await has(runFiles.metrics)) && ((await has(runFiles.summary)) || (await has(runFiles.checkpoint)));
}

async function readConfig(path: string): Promise<RunConfig> {
  const json = await readJson(join(path, runFiles.config));
  try {
    return configIn(json);
  } catch (error) {
    throw new Error(`Its ${runFiles.config} cannot be used: ${messageOf(error)}`, { cause: error });
  }
}

/** A run's target: its problem with the options that have an effect, and anything else that determines the rewards. */
export function titleOf({ config, rewarder, begunWith: { data } }: FolderRun): string {
  const name = config.problem;
  const told = problemRows(config).map(([flag, value]) => `${flag.replace(/^--/, '')} ${value}`);
  const title = told.length === 0 ? name : `${name} (${told.join(', ')})`;
  return [title, ...(data ? [`of the file ${data}`] : []), ...(rewarder ? [`rewarded by ${rewarder}`] : [])].join(', ');
}

/** Parses the method out of the folder's name, as a sweep or `train` made it; `train` adds a number behind the seed. */
export function methodOfFolder({ folder, config }: FolderRun): string {
  const start = `${config.problem}-`;
  const end = new RegExp(`-seed${config.seed}(-\\d+)?$`).exec(folder);
  if (!folder.startsWith(start) || end === null || end.index <= start.length) return config.objective;
  return methodName(folder.slice(start.length, end.index));
}

function periodOf({ host, ended, seconds }: Record<string, unknown>): FolderRun['period'] {
  const to = typeof ended === 'string' ? Date.parse(ended) : Number.NaN;
  if (typeof host !== 'string' || typeof seconds !== 'number' || Number.isNaN(to)) return undefined;
  return { host, from: to - 1000 * seconds, to };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isPoint(row: Record<string, number>): row is Record<string, number> & CurvePoint {
  return 'step' in row && 'trajectories' in row;
}

function finiteNumbers(row: Record<string, unknown>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(row).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}
