import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../text/message-of.ts';
import { begunDifference } from '../begun-with.ts';
import { asSentence, refuseReading, UsageError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { byRank } from '../methods.ts';
import { settingRows } from '../run-report.ts';
import { settingsDifference } from '../trials.ts';
import {
  type Collection,
  type ComparedMethod,
  type ComparedRun,
  type Comparison,
  type LeftOut,
  namedApart,
} from './comparison.ts';
import { type FolderRun, isRunFolder, methodOfFolder, readRunFolder, titleOf } from './found-run.ts';
import { oneOfEachSeed } from './one-of-each-seed.ts';
import { isShared, wasSuspended } from './sharing.ts';

/** How many levels of folders to search for runs: a folder of sweeps, sweeps, trials. */
const depth = 3;

/** What was gathered, and the problems of all runs there, of those that were not wanted too. */
export interface Gathered extends Collection {
  readonly problems: readonly string[];
}

/**
 * Gathers the runs in some folders and the folders below: trials of sweeps and single runs, finished or not. Methods
 * are named by their folders (`PROBLEM-METHOD-seedN`), otherwise by their objective. If two folders hold the same run,
 * the one that got farther counts.
 *
 * Throws a UsageError if a folder cannot be read, or if runs that would share a line have different settings.
 *
 * @param wanted the problems whose runs to gather; all if absent
 */
export async function gatherRuns(folders: readonly string[], wanted?: readonly string[]): Promise<Gathered> {
  const isWanted = ({ config: { problem } }: FolderRun) => wanted === undefined || wanted.includes(problem);
  const runs: FolderRun[] = [];
  const leftOut: LeftOut[] = [];
  for (const folder of folders) {
    for (const path of await runsIn(folder)) {
      try {
        const run = await readRunFolder(path);
        if (run.curve.length > 0) runs.push(run);
        else if (isWanted(run)) leftOut.push({ folder: path, reason: 'It has no evaluation yet.' });
      } catch (error) {
        leftOut.push({ folder: path, reason: asSentence(messageOf(error)) });
      }
    }
  }
  const comparisons: Omit<Comparison, 'name'>[] = [];
  for (const group of groupBy(runs.filter(isWanted), (run) =>
    JSON.stringify([titleOf(run), run.config.steps, run.config.batch]),
  )) {
    const [first] = group;
    const { config } = first;
    comparisons.push({
      problem: config.problem,
      title: titleOf(first),
      iterations: config.steps,
      batch: config.batch,
      // Runs of other problems may have used the machine, too.
      methods: byMethod(group, runs, leftOut),
    });
  }
  const problems = [...new Set(runs.map(({ config: { problem } }) => problem))];
  return { comparisons: namedApart(comparisons), leftOut, problems };
}

/** The run folders in a folder, including itself, and in folders below it. Throws a UsageError if it cannot be read. */
export async function runsIn(folder: string, left = depth): Promise<string[]> {
  let entries: string[];
  try {
    entries = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => !entry.isFile())
      .map(({ name }) => name)
      .sort();
    if (await isRunFolder(folder)) return [folder];
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

function byMethod(runs: readonly FolderRun[], all: readonly FolderRun[], leftOut: LeftOut[]): ComparedMethod[] {
  return groupBy(runs, methodOfFolder)
    .map(([first, ...others]) => {
      const method = methodOfFolder(first);
      for (const run of others) {
        const difference = differenceOf(run, first);
        if (difference === undefined) continue;
        throw new UsageError(
          `${run.path} and ${first.path} are of one method, ${method}, but with different settings ` +
            `(${difference}). Compare them from folders of their own.`,
        );
      }
      return {
        method,
        settings: settingRows(first.config).filter(([flag]) => flag !== '--seed'),
        ...(Object.keys(first.begunWith).length === 0 ? {} : { begunWith: first.begunWith }),
        runs: oneOfEachSeed(
          [first, ...others].map((run) => comparedRun(run, all)),
          leftOut,
        ),
      };
    })
    .sort((a, b) => byRank(a.method, b.method));
}

function comparedRun(found: FolderRun, all: readonly FolderRun[]): ComparedRun {
  const { folder, path, hasReport, seed, isFinished, curve, device, processor, version, reward } = found;
  return {
    folder,
    path,
    hasReport,
    seed,
    isFinished,
    isShared: isShared(found, all) || wasSuspended(curve),
    curve,
    device,
    processor,
    version,
    reward,
  };
}

/** How two runs of one method differ besides their seeds; undefined if they do not. */
function differenceOf({ config, begunWith }: FolderRun, other: FolderRun): string | undefined {
  return settingsDifference(config, other.config) ?? begunDifference(begunWith, other.begunWith);
}
