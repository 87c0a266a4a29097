/**
 * Runs the tests of operations under Deno, on its own WebGPU (wgpu), as they run in Node on Dawn:
 *
 *   npm install --prefix build/runtimes deno
 *   npm run build && node scripts/machine/with-gpu.mjs node scripts/check/deno.mjs [FILE...]
 *
 * FILE is a test, or a part of its path; all of test/ops by default. On a software driver they take many minutes.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
const deno = `build/runtimes/node_modules/deno/deno${process.platform === 'win32' ? '.exe' : ''}`;
const [, , ...files] = process.argv;
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'node: library'];
const words = ['run', '--allow-all', '--no-lock', ...vitest, ...(files.length === 0 ? ['test/ops/'] : files)];
const { status, error } = spawnSync(deno, words, { stdio: 'inherit' });
if (error) console.error(`${deno}: ${error.message}`);
process.exitCode = status ?? 1;
