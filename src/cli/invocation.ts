import { basename, delimiter, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { quoted } from './text.ts';

/** What a process knows of how it was started. */
export interface Start {
  /** The program's file, as it was called. */
  readonly file: string;
  /** What runs it, such as /usr/bin/node. */
  readonly runtime: string;
  /** Where hints are pasted; undefined where a command has to hold in any folder. */
  readonly folder: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
}

/**
 * The words in front of a command that start this program in the same way again, in the same folder: for hints that can be
 * pasted. `flowtape` where that is on the PATH, `npx flowtape` from a package's own folder, `npm start --` in a clone, else
 * the runtime with the program's file.
 */
export function commandOf({ file, runtime, folder, env, platform }: Start): string {
  // An npm script names itself to what it starts, and npx is one of its own.
  // A scheduler is not to build first, as several at once would.
  if (folder !== undefined && env.npm_lifecycle_event === 'start' && env.npm_package_name === 'flowtape')
    return 'npm start --';
  if (env.npm_command === 'exec' || env.npm_lifecycle_event === 'npx') return 'npx flowtape';
  const isWindows = platform === 'win32';
  const paths = (env.PATH ?? env.Path ?? '').split(delimiter);
  const isOnPath = (place: string) => paths.some((each) => each !== '' && join(each) === join(place));
  const local = join('node_modules', '.bin');
  if (basename(file) === 'flowtape') {
    // Scripts of a package have its programs on their PATH; the shell behind them has not.
    if (dirname(file).endsWith(local)) return 'npx flowtape';
    if (isOnPath(dirname(file))) return 'flowtape';
    return quoted(within(folder, file), platform);
  }
  if (basename(file) !== 'cli.js') return 'flowtape';
  // Windows has no links: a script of npm's beside the packages calls the program where it lies.
  const installed = `${sep}node_modules${sep}flowtape${sep}`;
  if (isWindows && file.includes(installed)) {
    return isOnPath(file.slice(0, file.indexOf(installed))) ? 'flowtape' : 'npx flowtape';
  }
  const name = basename(runtime).replace(/\.exe$/i, '');
  return `${name === 'deno' ? 'deno run -A' : name} ${quoted(within(folder, file), platform)}`;
}

/** A file as one would name it in a folder. */
function within(folder: string | undefined, file: string): string {
  if (folder === undefined) return file;
  const path = relative(folder, file);
  const isInside = path !== '' && !path.startsWith('..') && !isAbsolute(path);
  return !isInside ? file : path.includes(sep) ? path : `.${sep}${path}`;
}

/** A command of this program, as it can be pasted into the shell that it was started from. */
export function commandLine(words: string): string {
  return `${commandOf(startIn(process.cwd()))} ${words}`;
}

/** A command of this program that whatever schedules commands may start, in any folder, and several at once. */
export function scheduledLine(words: string): string {
  return `${commandOf(startIn(undefined))} ${words}`;
}

function startIn(folder: string | undefined): Start {
  const { argv, execPath, env, platform } = process;
  return { file: argv[1] ?? '', runtime: execPath, folder, env, platform };
}
