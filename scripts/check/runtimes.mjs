/**
 * Runs the library, the command line and the cpu device with threads under Deno, Bun and versions of Node, and compares
 * their results byte for byte, as a table:
 *
 *   npm install --prefix build/runtimes deno bun node20@npm:node@20 node22@npm:node@22 node24@npm:node@24
 *   node scripts/check/runtimes.mjs [FOLDER]
 *
 * FOLDER is where they are installed, build/runtimes by default; the Node that runs this is always included. The
 * package must have been built. Exits with 1 if a run fails, or leaves other bytes than under this Node.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { killableRuns } from './kill.mjs';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
const cli = resolve('dist/cli.js');

/** The library by itself: the result of a training program, as a digest of its checkpoint and metrics. */
const program = `
  import { createHash } from 'node:crypto';
  import { createRun, hypergrid, hypergridReward, trajectoryBalance } from '${pathToFileURL('dist/lib/index.js')}';
  import { openNodeDevice } from '${pathToFileURL('dist/lib/node.js')}';
  const { device } = await openNodeDevice('cpu', { threads: 3 });
  const size = { dimension: 3, side: 8 };
  const problem = { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty: 'easy' }) };
  const options = { device, objective: trajectoryBalance(), steps: 30, batch: 64, evaluateEvery: 30 };
  const run = await createRun({ ...problem, ...options });
  const hash = createHash('sha256');
  // The number of reports without metrics depends on the speed of training.
  for await (const { metrics } of run) if (metrics) hash.update(JSON.stringify(metrics));
  hash.update(await run.save());
  console.log(device.description + '|' + hash.digest('hex'));
  await run.close();
  device.destroy();`;

const runtimes = findRuntimes(process.argv[2] ?? 'build/runtimes');
mkdirSync('build', { recursive: true });
const folder = mkdtempSync('build/runtimes-run-');
let failed = false;
try {
  const columns = ['library, three threads', ...Object.keys(killableRuns)];
  console.log(`| runtime | ${columns.join(' | ')} |\n|---|${'---|'.repeat(columns.length)}`);
  let expected;
  for (const [index, runtime] of runtimes.entries()) {
    const digests = [
      digestOfLibrary(runtime),
      ...Object.values(killableRuns).map((words, k) => digestOfRun(runtime, words, `${index}-${k}`)),
    ];
    expected ??= digests;
    const cells = digests.map((digest, i) => {
      const isRight = digest === expected[i] && !digest.includes(' ');
      failed ||= !isRight;
      return isRight ? `\`${digest.slice(0, 8)}\`` : `**${digest.slice(0, 200)}**`;
    });
    console.log(`| ${nameOf(runtime)} | ${cells.join(' | ')} |`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(failed ? 'Not all the same.' : 'All the same.');
process.exitCode = failed ? 1 : 0;

/** This Node first, then those installed in a folder, each as the words that run a program. */
function findRuntimes(place) {
  const own = [[process.execPath]];
  const packages = join(place, 'node_modules');
  if (!existsSync(packages)) return own;
  const isWindows = process.platform === 'win32';
  const binary = (...path) => resolve(packages, ...path) + (isWindows ? '.exe' : '');
  return [
    ...own,
    ...readdirSync(packages)
      .filter((name) => /^node\d+$/.test(name))
      .map((name) => [binary(name, 'bin', 'node')]),
    ...(existsSync(join(packages, 'deno')) ? [[binary('deno', 'deno'), 'run', '--allow-all', '--no-lock']] : []),
    ...(existsSync(join(packages, 'bun')) ? [[resolve(packages, 'bun/bin/bun.exe')]] : []),
  ];
}

function run([command, ...first], words, input) {
  const { status, stdout, stderr, error } = spawnSync(command, [...first, ...words], {
    encoding: 'utf8',
    timeout: 600_000,
    ...(input === undefined ? {} : { input }),
  });
  return status === 0
    ? { stdout }
    : { problem: `failed: ${error?.message ?? stderr.trim().slice(-300)}`.replaceAll(/\s+/g, ' ') };
}

function digestOfLibrary(runtime) {
  const { stdout, problem } = run(runtime, ['-'], program);
  return problem ?? stdout.trim().split('|')[1] ?? 'printed nothing';
}

function digestOfRun(runtime, words, name) {
  const out = join(folder, name);
  const { problem } = run(runtime, [cli, 'train', ...words, '--device', 'cpu', '--out', out]);
  return (
    problem ??
    createHash('sha256')
      .update(readFileSync(join(out, 'checkpoint.safetensors')))
      .digest('hex')
  );
}

/** The name that the command line gives its runtime. */
function nameOf(runtime) {
  const { stdout, problem } = run(runtime, [cli, 'doctor', '--json']);
  return problem ?? JSON.parse(stdout).runtime;
}
