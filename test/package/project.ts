import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { patience } from '../setup/patience.ts';
import { inShell } from '../setup/tools.ts';

/** A user's project: an empty folder into which the package was installed, as npm would publish it. */
export interface UserProject {
  readonly folder: string;
  /** The package, packed. */
  readonly tarball: string;
  /** What is in it, by path. */
  readonly packed: readonly string[];
  /** Writes a file of the project. */
  write(name: string, text: string): void;
  /** Runs Node, npx or the compiler in the project; what was printed, once it has ended well. */
  run(command: string, ...args: string[]): string;
  /** Puts a package of this repository into the project, as if it were installed there. */
  link(name: string): void;
  remove(): void;
}

/** Packs what the build has left, and installs it without any network: it depends on nothing. */
export function installIntoEmptyProject(): UserProject {
  const place = mkdtempSync(join(tmpdir(), 'flowtape-user-'));
  const folder = join(place, 'project');
  mkdirSync(folder);
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  // The build has run before the tests: packing must not run it again.
  const packing = ['pack', '--ignore-scripts', '--json', '--pack-destination', place];
  const [{ filename, files }] = JSON.parse(execFileSync('npm', packing, { encoding: 'utf8', ...inShell('npm') })) as [
    { filename: string; files: { path: string }[] },
  ];
  const tarball = join(place, filename);
  write('package.json', JSON.stringify({ name: 'user', private: true, type: 'module' }));
  const run = (command: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
      timeout: patience,
      ...inShell(command),
    });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}.\n${stdout}\n${stderr}`);
    return stdout;
  };
  run('npm', 'install', '--offline', '--no-audit', '--no-fund', tarball);
  return {
    folder,
    tarball,
    packed: files.map(({ path }) => path),
    write,
    run,
    link: (name) => {
      const place = join(folder, 'node_modules', name);
      mkdirSync(dirname(place), { recursive: true });
      // A junction, since Windows asks for no privilege there; elsewhere it is a symbolic link.
      if (!existsSync(place)) symlinkSync(resolve('node_modules', name), place, 'junction');
    },
    remove: () => rmSync(place, { recursive: true }),
  };
}

export const readPackage = () =>
  JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly name: string;
    readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
    readonly dependencies?: unknown;
    readonly peerDependencies: Readonly<Record<string, string>>;
    readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
    readonly sideEffects: boolean;
    readonly type: string;
  };
