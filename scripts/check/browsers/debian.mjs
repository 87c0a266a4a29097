// Unpacks programs from Debian's packages into a folder: nothing is installed, and no root is needed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Unpacks packages with the dependencies that this machine lacks. Ends the process if they are not available.
 * @param folder the packages go to its folder `debs`, their files to `root`
 * @param wanted a file of theirs; if it is there, they were unpacked before
 * @param otherwise advice for the message of a failure
 * @returns the path of `root`
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
