import { rename as renameFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './folders.ts';

/** Errors of Windows for a file that a virus scanner, an indexer or a viewer holds open. */
const held: readonly unknown[] = ['EPERM', 'EBUSY', 'EACCES'];

/** Milliseconds between attempts: about a second in all, longer than a scanner holds a file. */
const delays = [10, 20, 40, 80, 150, 300, 500];

/** The functions that rename and wait; tests replace them. */
export interface RenameOptions {
  readonly platform?: string | undefined;
  readonly rename?: ((from: string, to: string) => Promise<void>) | undefined;
  readonly wait?: ((milliseconds: number) => Promise<unknown>) | undefined;
}

/**
 * Renames a file or folder over an existing one. On Windows a file that another program has open cannot be replaced, so
 * it tries again for about a second. Elsewhere the same errors mean missing permissions, which do not pass.
 *
 * @throws the system's error of the last attempt
 */
export async function renameOver(
  from: string,
  to: string,
  { rename = renameFile, ...options }: RenameOptions = {},
): Promise<void> {
  await whileHeld(() => rename(from, to), options);
}

/** Removes a file if it exists, and retries as `renameOver` does. */
export async function removeFile(path: string): Promise<void> {
  await whileHeld(() => rm(path, { force: true }));
}

/** Tries something with a file again for about a second if, on Windows, another program has the file open. */
export async function whileHeld<Result>(
  attempt: () => Promise<Result>,
  { platform = process.platform, wait = sleep }: RenameOptions = {},
): Promise<Result> {
  for (const delay of platform === 'win32' ? delays : []) {
    try {
      return await attempt();
    } catch (error) {
      if (!held.includes(codeOf(error))) throw error;
      await wait(delay);
    }
  }
  return attempt();
}
