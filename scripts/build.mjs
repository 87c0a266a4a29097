// Builds the package: build/kernels.wasm (the kernels of the cpu device), dist/*.js, dist/types, build/bench.js. A step
// whose inputs have not changed is skipped, so that every command can build first.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assetsForEsbuild } from './build/assets.mjs';
import { copyDeclarations } from './build/declarations.mjs';
import { entries, optionalPackages } from './build/entries.mjs';
import { compileFusedKernels, compileKernels } from './build/kernels.mjs';
import { bundleLibrary } from './build/library.mjs';
import { thirdPartyNotices } from './build/notices.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const isAssembly = (file) => file.endsWith('.assembly.ts');
const scripts = ['scripts/build.mjs', ...files('scripts/build')];
const tools = ['package-lock.json', 'tsconfig.json', 'tsconfig.types.json', ...scripts];
const kernels = files('kernels').filter(isAssembly);
const sources = [...files('src'), ...files('kernels').filter((file) => !isAssembly(file)), 'package.json', ...tools];

await step('kernels', 'kernels/cpu.assembly.ts', [...kernels, ...tools], 'build/kernels.wasm', compileKernels);
await step(
  'fused-kernels',
  'kernels/cpu.assembly.ts',
  [...kernels, ...tools],
  'build/fused-kernels.wasm',
  compileFusedKernels,
);
sources.push('build/kernels.wasm', 'build/fused-kernels.wasm');
await step('library', 'src/index.ts', sources, 'dist/lib/index.js', () => bundleLibrary(bundle, 'dist/lib'));
await step('cli', 'src/cli/main.ts', sources, 'dist/cli.js', bundleCommandLine);
await step('bench', 'bench/main.ts', [...sources, ...files('bench')], 'build/bench.js', bundleBenchmarks);
await step('soak', 'bench/soak/main.ts', [...sources, ...files('bench')], 'build/soak.js', bundleBenchmarks);
await step('types', 'src/index.ts', sources, 'dist/types', emitDeclarations);

/**
 * Runs `make` unless `output` exists and was made from the same `inputs`. Without its entry file there is nothing to
 * make.
 */
async function step(name, entry, inputs, output, make) {
  if (!existsSync(entry)) {
    console.log(`build: ${name} left out, there is no ${entry}`);
    return;
  }
  const hash = createHash('sha256');
  for (const file of inputs.filter((file) => existsSync(file))) hash.update(`${file}\0`).update(readFileSync(file));
  const digest = hash.digest('hex');
  const stamp = `build/${name}.stamp`;
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;

  const start = performance.now();
  await mkdir('build', { recursive: true });
  await make(entry, output);
  await writeFile(stamp, digest);
  console.log(`build: ${name} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** Bundles the command line into one file, with the packages it uses. */
async function bundleCommandLine(entry, outfile) {
  const { inputs } = await bundle({
    entryPoints: [entry],
    outfile,
    platform: 'node',
    target: 'node20',
    external: optionalPackages,
    sourcemap: false,
    banner: {
      // Packages in CommonJS call `require`, which modules don't have.
      js: [
        '#!/usr/bin/env node',
        "import { createRequire as bannerCreateRequire } from 'node:module';",
        'const require = bannerCreateRequire(import.meta.url);',
      ].join('\n'),
    },
  });
  await chmod(outfile, 0o755);
  // The files for drawing PNG pictures: too large for the bundle, and only needed when a run ends.
  await mkdir('dist/assets', { recursive: true });
  const assets = {
    'node_modules/@resvg/resvg-wasm/index_bg.wasm': 'dist/assets/resvg.wasm',
    'node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf': 'dist/assets/DejaVuSans.ttf',
  };
  for (const [from, to] of Object.entries(assets)) await copyFile(from, to);
  // Parts of AssemblyScript's own library are compiled into the kernels.
  const others = [...Object.keys(inputs), ...Object.keys(assets), 'node_modules/assemblyscript/package.json'];
  await writeFile('dist/THIRD-PARTY-NOTICES.txt', thirdPartyNotices(others));
}

async function bundleBenchmarks(entry, outfile) {
  await bundle({ entryPoints: [entry], outfile, platform: 'node', target: 'node20', packages: 'external' });
}

async function bundle(options) {
  const { build } = await import('esbuild');
  const { metafile } = await build({
    bundle: true,
    format: 'esm',
    sourcemap: true,
    metafile: true,
    logLevel: 'warning',
    ...options,
    plugins: [assetsForEsbuild, ...(options.plugins ?? [])],
  });
  return metafile;
}

/** Declarations only; `npm run typecheck` does the checking. */
async function emitDeclarations(_, folder) {
  await rm('build/types', { recursive: true, force: true });
  const tsc = 'node_modules/typescript/bin/tsc';
  const args = [tsc, '-p', 'tsconfig.types.json', '--outDir', 'build/types', '--noCheck'];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
  const roots = Object.values(entries).map((source) => source.replace(/^src\/(.*)\.ts$/, '$1.d.ts'));
  await copyDeclarations('build/types/src', folder, roots);
}

function files(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
