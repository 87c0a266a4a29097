// Programs out of Debian's packages, unpacked into a folder: nothing is installed, and nothing needs root.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Unpacks packages and those they need that this machine lacks. Ends the process where they cannot be had.
 * @param folder where, with the packages themselves in `debs` and their files in `root`
 * @param wanted a file among theirs, by which one sees that they have been unpacked before
 * @param otherwise what else to do, for the message
 * @returns the folder `root`
 */
export function unpackedPackages(names, { folder, wanted, otherwise }) {
  const root = resolve(folder, 'root');
  if (existsSync(join(root, wanted))) return root;
  const debs = resolve(folder, 'debs');
  mkdirSync(join(debs, 'partial'), { recursive: true });
  const options = ['-o', 'Debug::NoLocking=1', '-o', `Dir::Cache::archives=${debs}`];
  run('apt-get', [...options, '--no-install-recommends', '--download-only', '-y', 'install', ...names]);
  for (const file of readdirSync(debs).filter((name) => name.endsWith('.deb')))
    run('dpkg', ['-x', join(debs, file), root]);
  return root;

  function run(command, words) {
    const { status, error } = spawnSync(command, words, { stdio: ['ignore', 'ignore', 'inherit'] });
    if (status === 0) return;
    console.error(`${command} ${error?.message ?? `ended with ${status}`}. ${otherwise}`);
    process.exit(1);
  }
}
