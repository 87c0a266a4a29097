import { join } from 'node:path';
import type { RunConfig } from '../run/run-config.ts';
import { begunFile, readBegunWith } from './begun-with.ts';
import { type FetchedData, type OpenedProblem, openProblem } from './data/folder.ts';
import { refuseReading, UsageError } from './errors.ts';

/**
 * Makes the problem of the run in a folder. Throws a UsageError as `openProblem` does, and if the user's own file is no
 * longer the one that the run began with: its policy was trained on another target, in perhaps another order of letters.
 */
export async function openProblemOfRun(
  path: string,
  config: RunConfig,
  fetched: FetchedData = {},
): Promise<OpenedProblem> {
  const opened = await openProblem(config, fetched);
  const { data } = await readBegunWith(path).catch(refuseReading(join(path, begunFile)));
  if (data === undefined || data === opened.ownData) return opened;
  throw new UsageError(
    `${config.data} is not the file that the run in ${path} began with, or has changed since (its fingerprint is ` +
      `${opened.ownData}, not ${data}). Give the original with --data FILE, or begin a new run.`,
  );
}
