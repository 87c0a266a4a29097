import { comparisonPlot } from '../plot/comparison.ts';
import { comparedMeasures } from '../plot/seed-band.ts';
import { type CollectRequest, collectRuns } from './collect.ts';
import type { Context } from './context.ts';
import { fileProblem } from './errors.ts';
import { writePictures } from './pictures.ts';
import { openFolder, runFiles } from './run-folder.ts';
import { alignedLines, metricTable } from './sweep-metrics.ts';
import { pictureTitle, type SweepPicture, sweepReport } from './sweep-report.ts';
import { writeLine } from './terminal.ts';

/**
 * Draws what a sweep's folder holds, into that folder: a picture for each measure as SVG and PNG, and a report. Shows the
 * final figures. Throws as `collectRuns` does, and where a file cannot be written.
 */
export async function drawSweep({ engine, terminal }: Context, request: CollectRequest): Promise<void> {
  const collection = await collectRuns(engine, request);
  const { environment, methods, leftOut } = collection;
  const title = pictureTitle(environment, methods[0].runs[0]);
  const curves = methods.map(({ method, runs }) => ({
    method,
    runs: runs.map(({ config, curve }) => ({ seed: config.seed, points: curve })),
  }));
  const pictures: SweepPicture[] = [];
  for (const measure of comparedMeasures) {
    const svg = await comparisonPlot(curves, measure, title);
    if (svg !== undefined) pictures.push({ name: measure.name, svg });
  }
  let files: string[];
  try {
    const folder = openFolder(request.folder);
    files = await writePictures(folder, Object.fromEntries(pictures.map(({ name, svg }) => [name, svg])));
    await folder.write(runFiles.report, sweepReport(collection, pictures));
  } catch (error) {
    throw new Error(`Cannot write the pictures to ${request.folder}: ${fileProblem(error)}.`, { cause: error });
  }
  const { heads, rows } = metricTable(methods, { onlyMain: true });
  for (const line of alignedLines(heads, rows)) await writeLine(terminal.stdout, line);
  for (const { folder, reason } of leftOut) await writeLine(terminal.stderr, `left out: ${folder}. ${reason}`);
  await writeLine(terminal.stdout, `drawn in ${request.folder}: ${[...files, runFiles.report].join(', ')}`);
}
