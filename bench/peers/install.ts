import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryPath } from '../measure/root.ts';

/** Peers from npm, which only the package in bench/peers depends on. */
export const npmPeers = ['jax-js', 'tfjs'] as const;

export interface PeerOptions {
  readonly folder?: string;
  readonly say: (text: string) => void;
  /** `npm ci` in a folder. Tests replace it. */
  readonly install?: (folder: string) => Promise<unknown>;
}

/**
 * Installs the peers from npm if any is requested. Returns those that can run: all of those requested, or none, with a
 * printed reason.
 */
export async function installPeers(wanted: readonly string[], options: PeerOptions): Promise<readonly string[]> {
  const { folder = repositoryPath('bench', 'peers'), say, install = npmInstall } = options;
  const names = npmPeers.filter((name) => wanted.includes(name));
  if (names.length === 0 || isInstalled(folder)) return names;
  say(`Installing ${names.join(' and ')} into ${join(folder, 'node_modules')} (once) ...\n`);
  try {
    await install(folder);
    return names;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    const reason = stderr?.split('\n').find((line) => /error/i.test(line)) ?? message;
    say(`${names.join(' and ')} cannot be installed, so without them: ${reason}\n`);
    return [];
  }
}

/** Whether the installed packages match the lock file. */
function isInstalled(folder: string): boolean {
  const installed = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const versions = (file: string) => {
    const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, { version?: string }> };
    return new Map(Object.entries(packages).map(([path, { version }]) => [path, version]));
  };
  const [wanted, there] = [versions(join(folder, 'package-lock.json')), versions(installed)];
  return [...wanted].every(([path, version]) => path === '' || there.get(path) === version);
}

async function npmInstall(folder: string): Promise<void> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // None of them needs its install script.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  await promisify(execFile)(npm, args, { cwd: folder, shell: process.platform === 'win32' });
}
