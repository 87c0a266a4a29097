import { appendFile, mkdir, open, readdir, realpath, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { holdsDeadClaim } from './claim.ts';
import { fileProblem, UsageError } from './errors.ts';
import { codeOf, makeFolders, missingFolders, syncFolder } from './folders.ts';
import { removeFile, renameOver, whileHeld } from './rename-over.ts';

/** The names of a run's files. */
export const runFiles = {
  config: 'config.json',
  metrics: 'metrics.jsonl',
  summary: 'summary.json',
  checkpoint: 'checkpoint.safetensors',
  table: 'metrics.csv',
  report: 'report.html',
  objects: 'objects.csv',
} as const;

/** A folder that one run writes to. Its files are complete at any moment: each is written aside, synced and renamed. */
export interface RunFolder {
  readonly path: string;
  /** Replaces a file, or on failure leaves the old one. */
  write(name: string, contents: string | Uint8Array): Promise<void>;
  /** Appends a line of JSON to a file and syncs it. */
  append(name: string, row: unknown): Promise<void>;
  /** Appends text or bytes to a file. */
  add(name: string, contents: string | Uint8Array): Promise<void>;
  /** Removes the folder of a run that never started; does nothing if it holds anything. */
  discard(): Promise<void>;
}

/**
 * Makes the requested folder. It is refused if it exists and holds more than a dead process's claim, so that no run is
 * ever overwritten. Throws a UsageError.
 */
export async function createRunFolder(path: string): Promise<RunFolder> {
  if (path.trim() === '') throw new UsageError('--out takes the name of a folder, not an empty text.');
  let isNew: boolean;
  try {
    isNew = await makeFolders(path);
    const present = await readdir(path);
    // A run that ended while it was being prepared leaves only its claim.
    if (present.length > 0 && !(await holdsDeadClaim(path, present))) {
      const holds = present.includes(runFiles.config) ? 'holds a run already' : 'is not empty';
      throw new UsageError(
        `The folder ${path} ${holds}, and runs are never overwritten. Give another folder with --out, ` +
          'or none, for a new one under runs/.',
      );
    }
    await tryWriting(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw cannotWrite(path, error);
  }
  return runFolder(path, isNew);
}

/**
 * Makes a parent folder unless it exists. Returns what removes the folders that it made, as far as they are empty. Throws a
 * UsageError if nothing can be put into it.
 */
export async function ensureFolder(path: string): Promise<{ discard(): Promise<void> }> {
  const missing = await missingFolders(path);
  const discard = async () => {
    for (const folder of missing) {
      try {
        await rmdir(folder);
      } catch {
        return;
      }
    }
  };
  try {
    await makeFolders(path);
    await tryWriting(path);
  } catch (error) {
    await discard();
    throw cannotWrite(path, error);
  }
  return { discard };
}

/** The start of the name of a file that only shows whether a folder accepts files. */
const probe = '.writable-';

/** Whether a file is such a one, which a process has in a folder for a moment before it claims it. */
export function isProbe(name: string): boolean {
  return name.startsWith(probe);
}

/** A folder can exist and still accept no files. */
async function tryWriting(path: string): Promise<void> {
  const file = join(path, `${probe}${process.pid}`);
  await putFile(file, '');
  await removeFile(file);
}

/** Makes the first of `base`-1, `base`-2... that does not exist. Throws a UsageError. */
export async function createNumberedRunFolder(base: string): Promise<RunFolder> {
  try {
    await makeFolders(dirname(base));
    for (let number = 1; ; number++) {
      const path = `${base}-${number}`;
      try {
        // Without `recursive` this fails if the folder exists, so two programs never get the same one.
        await mkdir(path);
        return runFolder(path, true);
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
    }
  } catch (error) {
    throw cannotWrite(base, error);
  }
}

/** An existing folder, to put further files in. */
export function openFolder(path: string): RunFolder {
  return runFolder(path, false);
}

/** Removes unfinished files of a process that was killed. */
export async function removeUnfinished(path: string): Promise<void> {
  const left = (await readdir(path)).filter((name) => unfinishedName.test(name));
  for (const name of left) await removeFile(join(path, name));
}

function runFolder(path: string, isNew: boolean): RunFolder {
  return {
    path,
    write: (name, contents) => putFile(join(path, name), contents),
    async append(name, row) {
      const file = await whileHeld(() => open(join(path, name), 'a'));
      try {
        await file.appendFile(`${JSON.stringify(row)}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
    },
    add: (name, contents) => whileHeld(() => appendFile(join(path, name), contents)),
    async discard() {
      // Fails, as it should, if the folder is not empty.
      if (isNew) await rmdir(path).catch(() => undefined);
    },
  };
}

/** Names of files that are being written. */
const unfinishedName = /\.\d+\.unfinished$/;

/** Replaces a file, or the one that a link leads to, in one step; it keeps its permissions. */
async function putFile(name: string, contents: string | Uint8Array): Promise<void> {
  const path = await realpath(name).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return name;
    throw error;
  });
  const unfinished = `${path}.${process.pid}.unfinished`;
  try {
    const before = await stat(path).catch(() => undefined);
    const file = await open(unfinished, 'w');
    try {
      // Some file systems know no permissions.
      if (before !== undefined) await file.chmod(before.mode).catch(() => undefined);
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await renameOver(unfinished, path);
  } catch (error) {
    await removeFile(unfinished);
    throw error;
  }
  await syncFolder(dirname(path));
}

function cannotWrite(path: string, error: unknown): UsageError {
  return new UsageError(
    `Cannot write to ${resolve(path)}: ${fileProblem(error)}. Give a folder that can be written to with --out.`,
    { cause: error },
  );
}
