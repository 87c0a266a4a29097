import { basename, delimiter, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { quoted } from './text.ts';

/** How this process was started. */
export interface Start {
  /** The path of the program's file, as called. */
  readonly file: string;
  /** The program that runs it, such as /usr/bin/node. */
  readonly runtime: string;
  /** The folder in which hints are pasted; undefined if a command has to work in any folder. */
  readonly folder: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
}

/**
 * The words that start this program again in the same way from the same folder, for hints that can be pasted:
 * `flowtape` if that is on the PATH, `npx flowtape` from a package's own folder, `npm start --` in a clone, otherwise
 * the runtime with the program's file.
 */
export function commandOf({ file, runtime, folder, env, platform }: Start): string {
  // npm scripts set a variable with their name, and npx counts as one. Scheduled commands must not build first, since
  // several may start at once.
  if (folder !== undefined && env.npm_lifecycle_event === 'start' && env.npm_package_name === 'flowtape')
    return 'npm start --';
  if (env.npm_command === 'exec' || env.npm_lifecycle_event === 'npx') return 'npx flowtape';
  const isWindows = platform === 'win32';
  const paths = (env.PATH ?? env.Path ?? '').split(delimiter);
  const isOnPath = (place: string) => paths.some((each) => each !== '' && join(each) === join(place));
  const local = join('node_modules', '.bin');
  if (basename(file) === 'flowtape') {
    // During a package's script its programs are on the PATH, but not in the user's shell afterwards.
    if (dirname(file).endsWith(local)) return 'npx flowtape';
    if (isOnPath(dirname(file))) return 'flowtape';
    return quoted(within(folder, file), platform);
  }
  if (basename(file) !== 'cli.js') return 'flowtape';
  // Windows has no links: npm's script beside the packages calls the program by its own path.
  const installed = `${sep}node_modules${sep}flowtape${sep}`;
  if (isWindows && file.includes(installed)) {
    return isOnPath(file.slice(0, file.indexOf(installed))) ? 'flowtape' : 'npx flowtape';
  }
  const name = basename(runtime).replace(/\.exe$/i, '');
  return `${name === 'deno' ? 'deno run -A' : name} ${quoted(within(folder, file), platform)}`;
}

/** A file's path relative to a folder. */
function within(folder: string | undefined, file: string): string {
  if (folder === undefined) return file;
  const path = relative(folder, file);
  const isInside = path !== '' && !path.startsWith('..') && !isAbsolute(path);
  return !isInside ? file : path.includes(sep) ? path : `.${sep}${path}`;
}

/** A command of this program, to be pasted into the shell that started it. */
export function commandLine(words: string): string {
  return `${commandOf(startIn(process.cwd()))} ${words}`;
}

/** A command of this program for a scheduler, which may start it in any folder and several at once. */
export function scheduledLine(words: string): string {
  return `${commandOf(startIn(undefined))} ${words}`;
}

function startIn(folder: string | undefined): Start {
  const { argv, execPath, env, platform } = process;
  return { file: argv[1] ?? '', runtime: execPath, folder, env, platform };
}
