/**
 * Compiles every kernel that flowtape makes with naga, the compiler of wgpu (Firefox, Deno), and names shader and line
 * of each that is refused:
 *
 *   npm install --prefix build/runtimes deno
 *   node scripts/machine/with-gpu.mjs node scripts/check/naga.mjs [--data DIR] [--deno FILE] [--pipelines]
 *
 * DIR has the files of TFBind8, String QM9 and sEH, without which these are left out, and named. FILE is the program, by
 * default the one in build/runtimes. With --pipelines, pipelines are made too, which takes many minutes on a software
 * driver.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { assetsForEsbuild } from '../build/assets.mjs';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    deno: { type: 'string', default: 'build/runtimes/node_modules/deno/deno' },
    pipelines: { type: 'boolean', default: false },
  },
});
const { data, deno, pipelines } = values;
mkdirSync('build/naga', { recursive: true });
await build({
  entryPoints: ['scripts/check/naga/collect.ts'],
  outfile: 'build/naga/collect.mjs',
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  plugins: [assetsForEsbuild],
});
const kernels = 'build/naga/kernels.json';
const steps = [
  [process.execPath, 'build/naga/collect.mjs', kernels, ...(data === undefined ? [] : [data])],
  [deno, 'run', '--allow-read', 'scripts/check/naga/compile.mjs', kernels, ...(pipelines ? ['--pipelines'] : [])],
];
for (const [command, ...words] of steps) {
  const { status, error } = spawnSync(command, words, { stdio: 'inherit' });
  if (error) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}
