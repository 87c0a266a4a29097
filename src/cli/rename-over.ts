import { rename as renameFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './folders.ts';

/** What Windows says of a file that a virus scanner, an indexer or a viewer holds open. */
const held: readonly unknown[] = ['EPERM', 'EBUSY', 'EACCES'];

/** Milliseconds between tries: about a second in all, longer than a scanner looks at a file. */
const delays = [10, 20, 40, 80, 150, 300, 500];

/** What renames and waits; of this system, except in tests. */
export interface RenameOptions {
  readonly platform?: string | undefined;
  readonly rename?: ((from: string, to: string) => Promise<void>) | undefined;
  readonly wait?: ((milliseconds: number) => Promise<unknown>) | undefined;
}

/**
 * Renames a file or folder, over one that is there. On Windows a name that another program holds open cannot be taken:
 * there it tries again for about a second. Elsewhere the same errors are of permissions, which do not pass.
 *
 * @throws the system's error, of the last try
 */
export async function renameOver(
  from: string,
  to: string,
  { platform = process.platform, rename = renameFile, wait = sleep }: RenameOptions = {},
): Promise<void> {
  for (const delay of platform === 'win32' ? delays : []) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (!held.includes(codeOf(error))) throw error;
      await wait(delay);
    }
  }
  return rename(from, to);
}
