import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { readClaim, runClaim } from './claim.ts';
import { stepOf } from './compare/comparison.ts';
import { readRunFolder } from './compare/found-run.ts';
import { runsIn } from './compare/gather.ts';
import { addCommonOptions, type Context } from './context.ts';
import { writeLine } from './terminal.ts';
import { alignedLines, formatCount, formatDuration, formatFigure } from './text.ts';

/** Where `flowtape train` writes its runs. */
const usualFolder = 'runs';

/** `flowtape runs`: lists runs. */
export function runsCommand(context: Context): Command {
  const list = new Command('list')
    .description('List the runs in a folder and its subfolders, with their progress and last metric.')
    .argument('[DIR]', `the folder (default: ${usualFolder})`)
    .option('--json', 'print one JSON object per line');
  addCommonOptions(list).action((folder: string | undefined, options: { json?: boolean }) =>
    listRuns(context, folder, options),
  );
  return new Command('runs').description('Manage run folders.').addCommand(list);
}

async function listRuns(
  { terminal }: Context,
  named: string | undefined,
  { json = false }: { json?: boolean },
): Promise<void> {
  const folder = named ?? usualFolder;
  const rows: string[][] = [];
  const paths = named === undefined && !existsSync(folder) ? [] : await runsIn(folder);
  for (const path of paths) {
    const status = await statusOf(path);
    let row: string[];
    try {
      const { config, curve, isFinished } = await readRunFolder(path);
      const last = curve.at(-1);
      const step = stepOf({ curve });
      const told = isFinished ? 'finished' : status;
      if (json) {
        const { problem, objective, seed, steps } = config;
        await writeLine(
          terminal.stdout,
          JSON.stringify({ folder: path, problem, objective, seed, step, steps, status: told, ...last }),
        );
        continue;
      }
      const { totalVariation, meanScore, elbo, seconds = Number.NaN } = last ?? {};
      const figures = { 'total variation': totalVariation, 'mean score': meanScore, ELBO: elbo };
      const [figure] = Object.entries(figures).flatMap(([title, value]) =>
        value === undefined ? [] : [`${title} ${formatFigure(value)}`],
      );
      row = [
        path,
        `${config.problem}, ${config.objective}, seed ${config.seed}`,
        `${formatCount(step)} of ${formatCount(config.steps)}`,
        told,
        figure ?? '',
        Number.isNaN(seconds) ? '' : formatDuration(seconds),
      ];
    } catch {
      if (json) {
        await writeLine(terminal.stdout, JSON.stringify({ folder: path, status: 'unreadable' }));
        continue;
      }
      row = [path, '', '', 'unreadable', '', ''];
    }
    rows.push(row);
  }
  if (json) return;
  if (rows.length === 0) return writeLine(terminal.stdout, `There are no runs in ${folder}.`);
  for (const line of alignedLines(['folder', 'run', 'iterations', 'state', 'last', 'time'], rows)) {
    await writeLine(terminal.stdout, line);
  }
}

/** For an unfinished run: whether a process trains there now. */
async function statusOf(path: string): Promise<string> {
  const claim = await readClaim(join(path, runClaim));
  return claim?.owner === undefined ? 'unfinished' : 'running';
}
