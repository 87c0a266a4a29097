import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Command } from 'commander';
import { messageOf } from '../../text/message-of.ts';
import { addCommonOptions, type Context } from '../context.ts';
import { fileProblem, refuseReading, UsageError } from '../errors.ts';
import { isThere } from '../folders.ts';
import { parseChoice } from '../option-values.ts';
import { openFolder } from '../run-folder.ts';
import { writeLine } from '../terminal.ts';
import { formatCount } from '../text.ts';
import { type Collection, type ComparedRun, type Comparison, stepOf, trajectoriesOf } from './comparison.ts';
import { drawComparisons, tellLeftOut, writePage } from './draw.ts';
import { isRunFolder } from './found-run.ts';
import { gatherRuns } from './gather.ts';
import { mergeComparisons } from './merge.ts';
import { encodeComparisons, readComparisons, rounded } from './saved.ts';

interface CompareOptions {
  readonly out?: string;
  readonly problem?: string;
  readonly against?: string;
  readonly save?: string;
  readonly into?: string;
}

/** `flowtape compare`: gathers runs, and draws and judges them together. */
export function compareCommand(context: Context): Command {
  const command = new Command('compare')
    .description(
      'Gather the runs in folders, finished or not, and draw them together: for each problem and length, the methods with ' +
        'bands over their seeds, and a report. Trains nothing.',
    )
    .argument('<DIR...>', 'folders with runs, or files written by --save')
    .option('--problem <NAME>', 'only the runs of this problem')
    .option('--against <trajectories|seconds>', 'the horizontal axis (default: trajectories)')
    .option('--out <DIR>', 'folder for pictures and reports (default: the first DIR, or the folder of a saved file)')
    .option('--save <FILE>', 'instead of drawing, save the data that a page needs in one small JSON file')
    .option(
      '--into <PAGE>',
      'instead of drawing, write tables, verdicts on the claims of arXiv 2606.15793 and pictures into a Markdown page that has the places for them',
    );
  return addCommonOptions(command).action(async (paths: string[], options: CompareOptions) => {
    const against = parseChoice('--against', options.against ?? 'trajectories', ['trajectories', 'seconds'] as const);
    const { save, into, out, problem } = options;
    if (out !== undefined && (save ?? into) !== undefined) {
      throw new UsageError('--out is the folder for pictures: leave out either it or --save and --into.');
    }
    if (options.against !== undefined && (save ?? into) !== undefined) {
      throw new UsageError('--against is for pictures in a folder: leave it out with --save and --into.');
    }
    const before = save === undefined ? [] : await savedBefore(save);
    const { comparisons, leftOut } = await gather(paths, problem);
    if (save !== undefined) refuseLoss(save, before, comparisons);
    if (save === undefined && into === undefined) {
      const folder = out ?? (await folderOf(paths[0]));
      await refuseRun(folder);
      await drawComparisons(context, { comparisons, leftOut }, { folder, against });
      return;
    }
    await tellLeftOut(context, leftOut);
    if (save !== undefined) await saveComparisons(context, comparisons, save);
    if (into !== undefined) await writePage(context, rounded(comparisons), into);
  });
}

/** The folder for pictures of what a path holds: itself, or the one that a file is in. */
async function folderOf(path: string): Promise<string> {
  return (await stat(path)).isFile() ? dirname(path) : path;
}

/** Throws a UsageError if a folder is a run's, which has a report of its own. */
async function refuseRun(folder: string): Promise<void> {
  if (!(await isRunFolder(folder))) return;
  throw new UsageError(
    `${folder} is the folder of a run, whose report would be replaced. Give another folder with --out.`,
  );
}

/** What the file to save to has already. Throws a UsageError if `--save` did not write it. */
async function savedBefore(path: string): Promise<readonly Comparison[]> {
  if (basename(path) === '') throw new UsageError('--save needs the name of a file.');
  if (!(await isThere(path))) return [];
  return readComparisons(path).catch((error: unknown) => {
    const reason = `--save writes over no other file: give another name. ${messageOf(error)}`;
    throw new UsageError(`${path} is there already, and ${reason}`, { cause: error });
  });
}

/**
 * Throws a UsageError if a saved file has runs that are not among those to be saved, or tells more of one: nowhere else may
 * that be.
 */
function refuseLoss(path: string, before: readonly Comparison[], after: readonly Comparison[]): void {
  const kept = new Map(after.flatMap(namedRuns));
  const lost = before.flatMap(namedRuns).flatMap(([name, run]) => {
    const now = kept.get(name);
    return now === undefined || isMoreThan(run, now) ? [name] : [];
  });
  if (lost.length === 0) return;
  const others = lost.length === 1 ? '' : ` and ${formatCount(lost.length - 1)} more`;
  throw new UsageError(
    `${path} has runs, or figures of them, that would be lost, ${lost[0]}${others}: name it among the inputs to keep them, or save to another file.`,
  );
}

function namedRuns(comparison: Comparison): (readonly [name: string, run: ComparedRun])[] {
  return comparison.methods.flatMap(({ method, runs }) =>
    runs.map((run) => {
      return [`${method} with seed ${run.seed} on ${comparison.title}, ${trajectoriesOf(comparison)}`, run] as const;
    }),
  );
}

/** Whether a run got farther than another, or has a figure that the other lacks. */
function isMoreThan(run: ComparedRun, other: ComparedRun): boolean {
  if (stepOf(run) !== stepOf(other)) return stepOf(run) > stepOf(other);
  const figures = ({ curve }: ComparedRun) => new Set(curve.flatMap((point) => Object.keys(point)));
  const others = figures(other);
  return (run.isFinished && !other.isFinished) || [...figures(run)].some((name) => !others.has(name));
}

/** Everything in the folders and files. Throws a UsageError if there is nothing. */
async function gather(paths: readonly string[], problem: string | undefined): Promise<Collection> {
  const files: string[] = [];
  const folders: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(refuseReading(path));
    (found.isFile() ? files : folders).push(path);
  }
  const gathered = await gatherRuns(folders, problem === undefined ? undefined : [problem]);
  const saved = (await Promise.all(files.map((file) => readComparisons(file)))).flat();
  const ofIt = saved.filter((each) => problem === undefined || each.problem === problem);
  const wanted = [...ofIt, ...gathered.comparisons];
  if (wanted.length > 0) return mergeComparisons({ comparisons: wanted, leftOut: gathered.leftOut });
  const left = gathered.leftOut.map(({ folder, reason }) => ` ${folder}: ${reason}`).join('');
  const of = problem === undefined ? '' : ` of ${problem}`;
  const there = [...new Set([...saved.map((each) => each.problem), ...gathered.problems])];
  throw new UsageError(
    `There is no run${of} in ${paths.join(', ')} to compare.` +
      `${there.length === 0 ? '' : ` There are runs of ${there.join(', ')}.`}${left && ` Left out:${left}`}`,
  );
}

async function saveComparisons(context: Context, comparisons: readonly Comparison[], path: string): Promise<void> {
  await openFolder(dirname(path))
    .write(basename(path), encodeComparisons(comparisons))
    .catch((error: unknown) => {
      throw new UsageError(`Cannot write ${path}: ${fileProblem(error)}.`, { cause: error });
    });
  await writeLine(
    context.terminal.stdout,
    `saved in ${path}: ${comparisons.map((each) => `${each.title}, ${trajectoriesOf(each)}`).join('; ')}`,
  );
}
