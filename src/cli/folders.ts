import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and its missing parents; returns whether it is new. Node's `recursive` never returns on systems such
 * as /proc, which answer that the parent is missing when they mean that folders are not allowed.
 */
export async function makeFolders(path: string): Promise<boolean> {
  try {
    return await makeFolder(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
  }
  await makeFolders(dirname(path));
  return makeFolder(path);
}

/** False if it exists, or another process made it first. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Which of a folder and its parents do not exist, innermost first. */
export async function missingFolders(path: string): Promise<string[]> {
  if (await isThere(path)) return [];
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...(await missingFolders(parent))];
}

/** Syncs new names in a folder to the disk. Some systems cannot open a folder; names are safe there anyway. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  if (folder === undefined) return;
  await folder.sync().catch(() => undefined);
  await folder.close();
}

/** Whether there is a file or folder of that name. */
export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** The system's code of an error, such as ENOENT. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
