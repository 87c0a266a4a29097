import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryPath } from '../measure/root.ts';

/** The Python interpreters of the installed libraries, by name. */
export type Pythons = Readonly<Record<string, string>>;

export const pythonPeers = ['gfnx', 'torchgfn'] as const;

/**
 * The packages for pip in each library's own environment, one call after another. gfnx 0.0.1 requires a NumPy that
 * current JAX does not support, but runs with the one that JAX requires; so it comes last, without its dependencies.
 */
const installs: Readonly<Record<(typeof pythonPeers)[number], readonly (readonly string[])[]>> = {
  gfnx: [
    ['-r', 'gfnx.requirements.txt'],
    ['--no-deps', '-r', 'gfnx-itself.requirements.txt'],
  ],
  torchgfn: [['-r', 'torchgfn.requirements.txt']],
};

export interface PythonOptions {
  /** The interpreter to make environments with. */
  readonly python: string;
  readonly folder?: string;
  readonly say: (text: string) => void;
}

/**
 * Installs the requested libraries that are missing. If one cannot be installed, it is left out and the reason is
 * printed.
 */
export async function installPythons(
  wanted: readonly string[],
  { python, say, folder = repositoryPath('build', 'python') }: PythonOptions,
): Promise<Pythons> {
  const names = pythonPeers.filter((name) => wanted.includes(name));
  if (names.length === 0) return {};
  const problem = await run(python, ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 11))']);
  if (problem !== undefined) {
    say(`No Python 3.11 or newer as ${python} (--python FILE), so without ${names.join(' and ')}: ${problem}\n`);
    return {};
  }
  const found: Record<string, string> = {};
  for (const name of names) {
    const environment = join(folder, name);
    const reason = await install(name, environment, python, say);
    if (reason === undefined) found[name] = interpreter(environment);
    else say(`${name} cannot be installed, so without it: ${reason}\n`);
  }
  return found;
}

/** Makes one environment. Returns the problem, if there was any. */
async function install(
  name: (typeof pythonPeers)[number],
  environment: string,
  python: string,
  say: (text: string) => void,
): Promise<string | undefined> {
  const folder = repositoryPath('bench', 'python');
  const files = installs[name].map((args) => join(folder, args[args.length - 1]));
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  const [stamp, digest] = [join(environment, 'requirements.sha256'), hash.digest('hex')];
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === digest) return undefined;
  say(`Installing ${name} into ${environment} (once) ...\n`);
  await rm(environment, { recursive: true, force: true });
  await mkdir(dirname(environment), { recursive: true });
  const steps = [
    [python, '-m', 'venv', environment],
    ...installs[name].map((args, i) => [
      interpreter(environment),
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
      ...args.slice(0, -1),
      files[i],
    ]),
  ];
  for (const [command, ...args] of steps) {
    const reason = await run(command, args);
    if (reason !== undefined) return reason;
  }
  await writeFile(stamp, digest);
  return undefined;
}

function interpreter(environment: string): string {
  return process.platform === 'win32' ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python');
}

/** Returns the problem, if there was any. */
async function run(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    await promisify(execFile)(command, [...args], { maxBuffer: 2 ** 26 });
    return undefined;
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/warning/i.test(line));
    return lines.at(-1)?.trim() ?? message;
  }
}
