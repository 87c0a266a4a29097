import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A path in the repository, found from the bundle in build/ as well as from the sources. */
export function repositoryPath(...names: string[]): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package-lock.json')) || !existsSync(join(folder, 'kernels')))
    folder = dirname(folder);
  return join(folder, ...names);
}
