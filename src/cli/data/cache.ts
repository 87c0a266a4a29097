import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { contentProblem, type DataPack } from '../../data/pack.ts';
import { fileProblem } from '../errors.ts';
import { makeFolders, syncFolder } from '../folders.ts';
import { renameOver } from '../rename-over.ts';

/** What is known of a cached pack without reading its files: whether they are there with the right sizes. */
export type PackState = 'here' | 'not fetched' | 'incomplete';

/** Writes a file and syncs it to disk. Tests replace it to simulate failing disks. */
export type WriteFile = (path: string, contents: Uint8Array) => Promise<void>;

const unfinished = '.unfinished';
/** Longer than writing any file takes. Anything older was left by a killed program. */
const abandonedAfterSeconds = 3600;

/**
 * Where flowtape keeps files that it can fetch again: FLOWTAPE_CACHE, or the system's cache folder: %LOCALAPPDATA% on
 * Windows, XDG_CACHE_HOME or ~/.cache elsewhere. The XDG Base Directory Specification says to ignore a relative
 * XDG_CACHE_HOME.
 */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (environment.FLOWTAPE_CACHE) return resolve(environment.FLOWTAPE_CACHE);
  const shared = platform === 'win32' ? environment.LOCALAPPDATA : environment.XDG_CACHE_HOME;
  if (shared && isAbsolute(shared)) return join(shared, 'flowtape');
  return join(homedir(), ...(platform === 'win32' ? ['AppData', 'Local'] : ['.cache']), 'flowtape');
}

/** The folder of a pack, whether fetched or not. */
export function packFolder(cache: string, { name }: Pick<DataPack, 'name'>): string {
  return join(cache, 'data', name);
}

export async function packState(folder: string, { files }: DataPack): Promise<PackState> {
  const whole = await Promise.all(
    files.map(async ({ name, size }) => (await stat(join(folder, name)).catch(() => undefined))?.size === size),
  );
  if (whole.every(Boolean)) return 'here';
  const names: string[] = await readdir(folder).catch(() => []);
  return files.some(({ name }) => names.includes(name)) ? 'incomplete' : 'not fetched';
}

/** For each of a pack's files the problem with it, as `contentProblem` says it, or undefined. */
export async function verifyPack(
  folder: string,
  { files }: DataPack,
): Promise<{ readonly name: string; readonly problem: string | undefined }[]> {
  const results: { name: string; problem: string | undefined }[] = [];
  for (const file of files) {
    const contents = await readFile(join(folder, file.name)).catch((error: unknown) => fileProblem(error));
    const problem = typeof contents === 'string' ? `cannot be read: ${contents}` : await contentProblem(contents, file);
    results.push({ name: file.name, problem });
  }
  return results;
}

/**
 * Puts the files of a pack into its folder. All are written aside and synced before the first is renamed, so that no
 * file is ever there in part. Two programs that do this at once write equal files under names of their own; the later
 * one replaces the earlier's.
 *
 * @throws Error that says what the system refused, after removing what was written aside
 */
export async function storePack(
  folder: string,
  contents: ReadonlyMap<string, Uint8Array>,
  writeFile: WriteFile = writeSynced,
): Promise<void> {
  const aside = new Map([...contents.keys()].map((name) => [name, `${name}.${randomUUID()}${unfinished}`]));
  try {
    await makeFolders(folder);
    await removeAbandoned(folder);
    for (const [name, temporary] of aside) await writeFile(join(folder, temporary), contents.get(name) as Uint8Array);
    for (const [name, temporary] of aside) await renameOver(join(folder, temporary), join(folder, name));
    await syncFolder(folder);
  } catch (error) {
    for (const temporary of aside.values()) await rm(join(folder, temporary), { force: true }).catch(() => undefined);
    throw new Error(
      `Cannot write to ${folder}: ${fileProblem(error)}. Nothing was stored. To keep data elsewhere, set FLOWTAPE_CACHE ` +
        'to another folder.',
      { cause: error },
    );
  }
}

async function writeSynced(path: string, contents: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(contents);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(unfinished)) continue;
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > 1000 * abandonedAfterSeconds) await rm(path, { force: true });
  }
}
