import { claimCell, reclaimCell } from './cell-folder.ts';
import type { Cell } from './cells.ts';
import type { Context } from './context.ts';
import { resumeRun } from './resume.ts';
import { trainInNewFolder } from './train.ts';

export interface CellOptions {
  /** The cell's folder. */
  readonly path: string;
  readonly verbose: boolean;
  readonly threads: number | undefined;
}

/** Makes the run of a cell. Returns the exit code. */
export async function runCell(context: Context, cell: Cell, { path, verbose, threads }: CellOptions): Promise<number> {
  let release = () => {};
  const makeFolder = async () => {
    const claimed = await claimCell(path);
    release = claimed.release;
    return claimed.folder;
  };
  try {
    return await trainInNewFolder(context, cell.config, { makeFolder, verbose, threads });
  } finally {
    release();
  }
}

/** Goes on with the run of a cell that an earlier process began. Returns the exit code. */
export async function resumeCell(
  context: Context,
  { config: { data } }: Cell,
  { path, verbose, threads }: CellOptions,
): Promise<number> {
  const release = await reclaimCell(path);
  try {
    return await resumeRun(context, {
      ...{ resume: path, verbose },
      ...(threads === undefined ? {} : { threads: String(threads) }),
      ...(data === undefined ? {} : { data }),
    });
  } finally {
    release();
  }
}
