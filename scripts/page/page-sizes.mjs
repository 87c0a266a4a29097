// What a page downloads from the package: bundled and minified by esbuild, as page authors would, then run, to see
// which files it loads.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const host = new URL('page-host.mjs', import.meta.url).href;
/** The module that contains the WebAssembly, which is reported separately. */
const isWebAssembly = (file) => basename(file).startsWith('kernels-wasm');

/**
 * Bundles a module with everything that it imports, as files for a browser.
 *
 * @param {{ entry: string } | { contents: string }} module a file, or the text of one
 * @param {string} from the folder in which packages are resolved
 * @param {string} to
 * @param {boolean} splitting whether modules loaded on demand are separate files
 */
export async function bundlePage(module, from, to, splitting = true) {
  const source = 'entry' in module ? { entryPoints: [module.entry] } : { stdin: { ...module, resolveDir: from } };
  const { metafile, warnings } = await build({
    ...source,
    absWorkingDir: from,
    outdir: to,
    entryNames: 'page',
    bundle: true,
    splitting,
    minify: true,
    format: 'esm',
    target: 'es2022',
    metafile: true,
    logLevel: 'silent',
  });
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
  const { outputs } = metafile;
  const first = Object.keys(outputs).filter((file) => basename(file) === 'page.js');
  for (const file of first) {
    const loaded = outputs[file].imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path);
    first.push(...loaded.filter((path) => !first.includes(path)));
  }
  const place = (files) => files.map((file) => resolve(from, file));
  return { page: join(to, 'page.js'), first: place(first), all: place(Object.keys(outputs)) };
}

/**
 * Runs a bundled page in Node, with the browser features that it needs.
 *
 * @param {string} page
 * @param {'none' | 'software' | 'hardware'} gpu see page-host.mjs
 * @returns {{ printed: string, loaded: string[] }} its output, and the files it loaded
 */
export function runPage(page, gpu, env = process.env) {
  const folder = mkdtempSync(join(tmpdir(), 'flowtape-page-'));
  const list = join(folder, 'files');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', host, page], {
    env: { ...env, PAGE_GPU: gpu, PAGE_FILES: list },
    encoding: 'utf8',
    timeout: 600_000,
  });
  if (status !== 0) throw new Error(`${page} ended with ${status}: ${stderr}`);
  const urls = readFileSync(list, 'utf8').trim().split('\n');
  rmSync(folder, { recursive: true });
  const beside = pathToFileURL(`${resolve(page, '..')}/`).href;
  const loaded = urls.filter((url) => url.startsWith(beside)).map((url) => fileURLToPath(url));
  return { printed: stdout, loaded: [...new Set(loaded)] };
}

/** The size of files as they are sent, each gzipped, without the one that contains the WebAssembly. */
export function gzippedBytes(files) {
  return files
    .filter((file) => !isWebAssembly(file))
    .reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);
}

/** Each entry with everything that it exports, and pages that use it, with their budgets in bytes. */
const pages = [
  {
    what: 'the core with its kernels: a perceptron, on a GPU',
    page: 'perceptron',
    gpu: 'hardware',
    budget: 30_000,
  },
  { what: 'the same on a GPU emulated in software', page: 'perceptron', gpu: 'software', budget: 34_000 },
  { what: 'a sampler, trained by Ent-PPO on the cpu device', page: 'sampler', gpu: 'none', budget: 108_000 },
  { what: 'the same on a GPU', page: 'sampler', gpu: 'hardware', budget: 130_000, slow: true },
];
const whole = [
  { what: '`flowtape`', entry: 'flowtape', budget: 105_000 },
  { what: '`flowtape/engine`', entry: 'flowtape/engine', budget: 46_000 },
  { what: '`flowtape/molecules`', entry: 'flowtape/molecules', budget: 39_000 },
  { what: '`flowtape/testing`', entry: 'flowtape/testing', budget: 40_000 },
];

/**
 * Measures everything that has a budget.
 *
 * @param {string} to a folder in the package or in a project with the package installed
 * @param {{ slow: boolean }} options whether to run pages that take a minute on an emulated GPU
 */
export async function measureSizes(to, { slow }) {
  const from = resolve('.');
  const measured = [];
  for (const { what, page: name, gpu, budget } of pages.filter((page) => slow || !page.slow)) {
    const entry = fileURLToPath(new URL(`../../test/package/pages/${name}.js`, import.meta.url));
    const { page, first } = await bundlePage({ entry }, from, join(to, name));
    const { loaded } = runPage(page, gpu);
    const [before, together] = [gzippedBytes(first), gzippedBytes(loaded)];
    measured.push({ kind: 'page', what, before, together, budget, counted: together });
  }
  for (const { what, entry, budget } of whole) {
    const { first, all } = await bundlePage({ contents: `export * from '${entry}';` }, from, join(to, 'whole', entry));
    const [before, together] = [gzippedBytes(first), gzippedBytes(all)];
    measured.push({ kind: 'entry', what, before, together, budget, counted: before });
  }
  return measured;
}
