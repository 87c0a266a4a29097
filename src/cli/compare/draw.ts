import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { comparisonPlot, type PlotAxis } from '../../plot/comparison.ts';
import { comparedMeasures } from '../../plot/seed-band.ts';
import { messageOf } from '../../text/message-of.ts';
import { emptyPlace, insertSections } from '../../text/places.ts';
import type { Context } from '../context.ts';
import { fileProblem, UsageError } from '../errors.ts';
import { codeOf } from '../folders.ts';
import { groupBy } from '../group-by.ts';
import { writePictures, writePixels } from '../pictures.ts';
import { ensureFolder, openFolder, runFiles } from '../run-folder.ts';
import { writeLine } from '../terminal.ts';
import { alignedLines } from '../text.ts';
import { type Collection, type Comparison, type LeftOut, machineOf, timedPart, trajectoriesOf } from './comparison.ts';
import { type PagePicture, pageSections } from './markdown.ts';
import { metricTable } from './metric-table.ts';
import { partsOf } from './parts.ts';
import { type ComparisonPicture, comparisonReport, pictureTitle } from './report.ts';
import { mainMeasure } from './standing.ts';

/** How to draw comparisons. */
export interface DrawRequest {
  /** The folder that pictures and reports go to. */
  readonly folder: string;
  /** What the horizontal axes count. */
  readonly against: PlotAxis;
}

/**
 * Draws comparisons into a folder: a picture for each measure as SVG and PNG, and a report for each comparison. Shows
 * the last figures. Throws if a file cannot be written.
 */
export async function drawComparisons(
  context: Pick<Context, 'terminal'>,
  { comparisons, leftOut }: Collection,
  { folder: path, against }: DrawRequest,
): Promise<void> {
  const { terminal } = context;
  const files: string[] = [];
  await ensureFolder(path);
  const folder = openFolder(path);
  for (const comparison of comparisons) {
    const { name, title, methods } = comparison;
    // A single comparison needs no name to tell it apart.
    const prefix = comparisons.length === 1 ? '' : `${name}-`;
    const pictures = await draw(comparison, against);
    try {
      files.push(
        ...(await writePictures(folder, Object.fromEntries(pictures.map((each) => [prefix + each.name, each.svg])))),
      );
      const report = `${prefix}${runFiles.report}`;
      await folder.write(report, comparisonReport(comparison, { folder: path, leftOut, pictures }));
      files.push(report);
    } catch (error) {
      throw new Error(`Cannot write the pictures to ${path}: ${fileProblem(error)}.`, { cause: error });
    }
    const { heads, rows } = metricTable(methods, { onlyMain: true });
    // Comparisons of one problem differ in their length.
    if (comparisons.length > 1) await writeLine(terminal.stdout, `${title}, ${trajectoriesOf(comparison)}`);
    for (const line of alignedLines(heads, rows)) await writeLine(terminal.stdout, line);
    const runs = methods.flatMap((method) => method.runs);
    if (against === 'seconds' && (runs.some(({ isShared }) => isShared) || new Set(runs.map(machineOf)).size > 1)) {
      await writeLine(
        terminal.stderr,
        `${title}: runs shared a machine, or do not tell that they did not, or had different ones, so that seconds are not to be compared.`,
      );
    }
  }
  await tellLeftOut(context, leftOut);
  await writeLine(terminal.stdout, `drawn in ${path}: ${files.join(', ')}`);
}

/** Tells on stderr what was left out, a line for each reason. */
export async function tellLeftOut({ terminal }: Pick<Context, 'terminal'>, leftOut: readonly LeftOut[]): Promise<void> {
  for (const group of groupBy(leftOut, ({ reason }) => reason)) {
    const folders = group.map(({ folder }) => folder).join(', ');
    await writeLine(terminal.stderr, `left out: ${folders}. ${group[0].reason}`);
  }
}

async function draw(comparison: Comparison, against: PlotAxis): Promise<ComparisonPicture[]> {
  const pictures: ComparisonPicture[] = [];
  const [parts, title] = [partsOf(comparison), pictureTitle(comparison)];
  for (const measure of comparedMeasures) {
    for (const { suffix, comparison: part } of parts) {
      const svg = await comparisonPlot(curvesOf(part), measure, title, against);
      if (svg !== undefined) pictures.push({ name: measure.name + suffix, svg });
    }
  }
  return pictures;
}

function curvesOf({ methods }: Comparison) {
  return methods.map(({ method, runs }) => ({
    method,
    runs: runs.map(({ seed, curve }) => ({ seed, points: curve })),
  }));
}

/** The folder of a page's pictures, beside the page. */
const imageFolder = 'images';

/**
 * Writes tables, verdicts and pictures into a page of Markdown, at its places `leaders`, `claims`, `terms` and
 * `comparisons` (see `insertSections`); makes the page if there is none. Pictures are PNG files in `images` beside it: the
 * main measure against trajectories and seconds. Throws a UsageError if the page cannot be read or lacks a place.
 */
export async function writePage(
  { terminal }: Pick<Context, 'terminal'>,
  comparisons: readonly Comparison[],
  path: string,
): Promise<void> {
  const page = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return newPage;
    throw new UsageError(`Cannot read the page ${path}: ${fileProblem(error)}.`, { cause: error });
  });
  const text = filledPage(page, comparisons, path);
  try {
    await writeFilled(comparisons, path, text);
  } catch (error) {
    const cause = error instanceof UsageError ? error.cause : error;
    if (codeOf(cause) === undefined) throw error;
    const problem = fileProblem(cause);
    throw new UsageError(`Cannot write ${path} and the pictures beside it, in ${imageFolder}: ${problem}.`, {
      cause: error,
    });
  }
  await writeLine(terminal.stdout, `written into ${path}: ${comparisons.map(({ title }) => title).join('; ')}`);
}

async function writeFilled(comparisons: readonly Comparison[], path: string, text: string): Promise<void> {
  const images = join(dirname(path), imageFolder);
  await ensureFolder(images);
  const written = openFolder(images);
  // Pictures beside a page are pixels only, so that they look the same everywhere.
  for (const comparison of comparisons) {
    const measure = mainMeasure(comparison);
    if (measure === undefined) continue;
    for (const { axis, name, drawn } of pagePictures(comparison)) {
      const svg = await comparisonPlot(curvesOf(drawn), measure, pictureTitle(comparison), axis);
      if (svg !== undefined) await writePixels(written, { [name]: svg });
    }
  }
  await openFolder(dirname(path)).write(basename(path), text);
}

/** A page with nothing but the places. */
const newPage = `# Comparison

## In brief

${emptyPlace('leaders')}

## The paper’s claims

${emptyPlace('claims')}

## Terms

${emptyPlace('terms')}

${emptyPlace('comparisons')}
`;

const placesNeeded =
  'A page needs such a place for each of leaders, claims, terms and comparisons, with both marks in lines of their own; a page that does not exist is made with them.';

/** The page with its places filled. Throws a UsageError if it lacks one. */
export function filledPage(page: string, comparisons: readonly Comparison[], path = 'The page'): string {
  const pictures = new Map(
    comparisons.map((comparison) => [
      comparison.name,
      pagePictures(comparison).map(({ name, title }): PagePicture => ({ path: `${imageFolder}/${name}.png`, title })),
    ]),
  );
  const sections = pageSections(comparisons, pictures);
  try {
    return insertSections(page, sections);
  } catch (error) {
    throw new UsageError(`Cannot fill ${path}. ${messageOf(error)} ${placesNeeded}`, { cause: error });
  }
}

interface PageFile {
  readonly axis: PlotAxis;
  readonly name: string;
  readonly title: string;
  readonly drawn: Comparison;
}

function pagePictures(comparison: Comparison): PageFile[] {
  const measure = mainMeasure(comparison);
  if (measure === undefined) return [];
  const axes: PlotAxis[] = hasSeconds(comparison) ? ['trajectories', 'seconds'] : ['trajectories'];
  return axes.flatMap((axis) =>
    partsOf(axis === 'seconds' ? timedPart(comparison) : comparison).map(({ suffix, comparison: drawn }) => ({
      axis,
      name: `${comparison.name}-${measure.name}${suffix}${axis === 'seconds' ? '-seconds' : ''}`,
      title: `${measure.title} against ${axis}, ${comparison.title}${suffix === '' ? '' : ', variants'}`,
      drawn,
    })),
  );
}

/** Whether there are several methods to compare by time, or the only one tells its own. */
function hasSeconds(comparison: Comparison): boolean {
  const { methods } = timedPart(comparison);
  return methods.length > 0 && methods.length >= Math.min(2, comparison.methods.length);
}
