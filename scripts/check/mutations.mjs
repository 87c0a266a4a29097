/**
 * Plants mistakes in a copy of the repository, one at a time, and runs the tests that should then fail:
 *
 *   node scripts/check/mutations.mjs [TEXT] [--again] [--sound]
 *
 * TEXT selects those whose file or description contains it. A mistake is caught if a test fails. With --sound all these
 * tests run once more without a mistake, and must pass. Results are kept in node_modules/.cache together with what they
 * depend on, so a second call continues where the first one ended, and repeats what has changed; --again discards them.
 * It fails if a text to be replaced does not occur exactly once, or if fewer than 48 of 50 mistakes are caught.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineMutations } from './mutations/engine.mjs';
import { samplerMutations } from './mutations/sampler.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, 'node_modules/.cache/flowtape-mutations.json');
const requiredShare = 48 / 50;

export const mutations = [...engineMutations, ...samplerMutations];

/** Why a mutation does not fit the repository's current state; undefined if it can be planted. */
export function problemOf({ file, from, to, tests }, readText) {
  const times = (readText(file) ?? '').split(from).length - 1;
  if (times !== 1) return `${file}: the text is there ${times} times: ${from}`;
  if (from === to) return `${file}: nothing is changed by ${to}`;
  const missing = tests.map(pathOf).find((path) => readText(path) === undefined);
  return missing && `${file}: there is no test ${missing}`;
}

const pathOf = (test) => `test/${test}.test.ts`;

function readText(path) {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

async function main(args) {
  const words = args.filter((arg) => !arg.startsWith('--'));
  const chosen = mutations.filter(({ file, what }) => words.every((word) => `${file} ${what}`.includes(word)));
  const wrong = chosen.map((mutation) => problemOf(mutation, readText)).filter((problem) => problem !== undefined);
  for (const problem of wrong) console.error(problem);
  if (wrong.length > 0 || chosen.length === 0) return 1;

  if (args.includes('--again')) rmSync(cache, { force: true });
  // Read again each time, since two calls may share it.
  const known = () => (existsSync(cache) ? JSON.parse(readFileSync(cache, 'utf8')) : {});
  const keep = (key, value) => {
    mkdirSync(dirname(cache), { recursive: true });
    writeFileSync(cache, JSON.stringify({ ...known(), [key]: value }));
    return value;
  };
  const { findGpu } = await import('../machine/gpu.mjs');
  const { env } = await findGpu();
  const copy = copyOfRepository();
  const survivors = [];
  const broken = [];
  try {
    for (const [number, mutation] of chosen.entries()) {
      const key = keyOf(mutation);
      const found = known()[key] ?? keep(key, await tryOut(copy, mutation, env));
      if (found.startsWith('survived')) survivors.push(mutation);
      if (found.startsWith('broken')) broken.push(mutation);
      console.log(`${number + 1} of ${chosen.length}: ${found}: ${mutation.what} (${mutation.file})`);
    }
    if (args.includes('--sound')) {
      const { passed, failed } = await test(copy, [...new Set(chosen.flatMap(({ tests }) => tests))], env);
      console.log(`without a mistake ${passed} tests pass and ${failed} fail`);
      if (failed > 0) return 1;
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  const caught = chosen.length - survivors.length - broken.length;
  console.log(`${caught} of ${chosen.length} caught`);
  return broken.length === 0 && caught >= requiredShare * chosen.length ? 0 : 1;
}

/** A mutation with the current contents of the files it depends on. */
function keyOf({ file, from, to, tests }) {
  const texts = [file, ...tests.map(pathOf)].map(readText);
  return createHash('sha256')
    .update(JSON.stringify([file, from, to, tests, texts]))
    .digest('hex');
}

function copyOfRepository() {
  const copy = mkdtempSync(join(tmpdir(), 'flowtape-mutations-'));
  const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of tracked.toString().split('\0')) {
    if (file === '' || !existsSync(join(root, file))) continue;
    cpSync(join(root, file), join(copy, file));
  }
  // Tests look for published data beside the checkout, and some of them require that there is none.
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  mkdirSync(join(copy, 'build'), { recursive: true });
  cpSync(join(root, 'build/kernels.wasm'), join(copy, 'build/kernels.wasm'));
  return copy;
}

/** Plants one mistake, runs its tests, and removes it again. */
async function tryOut(copy, mutation, env) {
  const path = join(copy, mutation.file);
  const sound = readFileSync(path, 'utf8');
  const wasm = join(copy, 'build/kernels.wasm');
  const soundKernels = readFileSync(wasm);
  const isAssembly = mutation.file.endsWith('.assembly.ts');
  writeFileSync(
    path,
    sound.replace(mutation.from, () => mutation.to),
  );
  try {
    if (isAssembly) {
      const compiled = await run(copy, ['scripts/build/kernels.mjs'], env);
      if (compiled.code !== 0) return `broken, it does not compile: ${compiled.output.slice(0, 300)}`;
    }
    const found = await test(copy, mutation.tests, env);
    if (found.failed === 0) return `survived, ${found.passed} tests passed`;
    return 'caught';
  } finally {
    writeFileSync(path, sound);
    writeFileSync(wasm, soundKernels);
  }
}

/** Runs tests up to the first failure. */
async function test(copy, tests, env) {
  const summary = join(copy, 'summary.json');
  rmSync(summary, { force: true });
  const reporter = fileURLToPath(new URL('../test/summary-reporter.mjs', import.meta.url));
  const words = ['run', '--project', 'node*', '--bail', '1', `--reporter=${reporter}`, ...tests.map(pathOf)];
  const { output } = await run(copy, [join(root, 'node_modules/vitest/vitest.mjs'), ...words], {
    ...env,
    FLOWTAPE_TEST_SUMMARY: summary,
  });
  if (!existsSync(summary)) throw new Error(`The tests ${tests.join(', ')} could not be run.\n${output}`);
  return JSON.parse(readFileSync(summary, 'utf8'));
}

function run(cwd, words, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
