// Builds the page into a folder that any host can serve, under any path.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { assetsForEsbuild } from '../build/assets.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fontFolder = join(root, 'node_modules/@fontsource-variable/inter');

/**
 * @param folder replaced if it exists
 * @param entry the page's program, or another one for states that are hard to reach
 * @param isInSite whether documentation and reference will stand beside the folder, so that the page links to them
 */
export async function buildDemo(folder, entry = 'src/page/main.ts', { isInSite = false } = {}) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const offered = await offeredProblems();
  const shared = {
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    sourcemap: true,
    legalComments: 'linked',
    logLevel: 'warning',
  };
  await Promise.all([
    build({
      ...shared,
      entryPoints: { page: entry },
      outdir: folder,
      plugins: [offeredAlone(offered), loadedByWorkerAlone],
      // Split, so that the page only loads the code of problems that it offers.
      splitting: true,
      chunkNames: 'page-[name]-[hash]',
      banner: { js: haveLanguage },
    }),
    build({
      ...shared,
      entryPoints: { worker: 'src/page/worker/start.ts', molecules: 'src/page/molecules/start.ts' },
      outdir: folder,
      plugins: [loadedTogether(offered), kernelsApart, assetsForEsbuild],
      // Split, so that kernels for GPUs are only loaded if there is one.
      splitting: true,
      chunkNames: 'worker-[name]-[hash]',
    }),
    build({
      ...shared,
      // The style sheet has the final colours for light and dark.
      target: 'esnext',
      entryPoints: { page: 'src/page/style/page.css' },
      outdir: folder,
      external: ['./inter.woff2'],
    }),
    copyFile(join(root, 'build/kernels.wasm'), join(folder, 'kernels.wasm')),
    readFile(join(root, 'src/page/index.html'), 'utf8').then((html) =>
      writeFile(join(folder, 'index.html'), html.replace('<!-- documentation -->', isInSite ? siteLinks : '')),
    ),
    copyFile(join(root, 'LICENSE'), join(folder, 'licence.txt')),
    copyFile(join(root, 'src/page/molecules/checkpoint.safetensors'), join(folder, 'molecules.safetensors')),
    copyFile(join(root, 'src/page/icon.svg'), join(folder, 'icon.svg')),
    copyFile(join(fontFolder, 'files/inter-latin-wght-normal.woff2'), join(folder, 'inter.woff2')),
    copyFile(join(fontFolder, 'LICENSE'), join(folder, 'inter.LICENSE.txt')),
  ]);
  const { name, files } = await listOf(folder);
  await build({
    ...shared,
    entryPoints: { offline: 'src/page/offline.ts' },
    outdir: folder,
    sourcemap: false,
    define: { BUILD: JSON.stringify({ name, files: ['./', ...files] }) },
  });
}

/** Where the documentation is, seen from the page in the site. */
const siteLinks = `<li>The <a href="../docs/guide/first-sampler.html">guide</a> begins with a first sampler; there are <a href="../docs/index.html">all documents</a>, <a href="../docs/architecture.html">how it is built</a>, and the <a href="../api/index.html">reference</a> of the code.</li>`;

/** The service worker's list: the files of the page, and a name that changes with any of them. */
async function listOf(folder) {
  const files = (await readdir(folder)).filter((file) => /\.(html|css|js|wasm|woff2|svg)$/.test(file)).sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(await readFile(join(folder, file)));
  return { name: hash.digest('hex').slice(0, 16), files };
}

/**
 * Chromium calls the language of a machine without a locale "en-US@posix", which is not a language tag; a package that
 * formats numbers for it throws before the page's own code runs.
 */
const haveLanguage = `try { new Intl.NumberFormat(navigator.language) } catch {
  Object.defineProperty(navigator, 'language', { value: 'en' });
}`;

/**
 * Leaves out what the library loads on demand, such as an objective's code, which the page itself never needs, except
 * problems.
 */
const loadedByWorkerAlone = {
  name: 'loaded-by-worker-alone',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === 'dynamic-import' && !problemPath.test(path) && !partsOfPage.includes(path)
        ? { external: true }
        : undefined,
    );
  },
};

/** The parts of the page that are loaded when a visitor comes to them. */
const partsOfPage = ['./laboratory.ts', './article/beyond/beyond.ts'];

const allLoadedLater = {
  name: 'all-loaded-later',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind }) => (kind === 'dynamic-import' ? { external: true } : undefined));
  },
};

/** Matches the path of a problem's code in the catalogue. */
const problemPath = /^\.\/([\w-]+)\/problem\.ts$/;

/** The names of the problems that the page offers. */
async function offeredProblems() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/page/page-problems.ts'],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
    plugins: [allLoadedLater],
  });
  const program = Buffer.from(outputFiles[0].contents).toString('base64');
  const { pageProblems } = await import(`data:text/javascript;base64,${program}`);
  return new Set(pageProblems.map(({ name }) => name));
}

/** Leaves out the code of problems that the page does not offer, which would never be loaded. */
const offeredAlone = (offered) => ({
  name: 'offered-problems-alone',
  setup({ onResolve }) {
    onResolve({ filter: problemPath }, ({ kind, path }) =>
      kind === 'dynamic-import' && !offered.has(problemPath.exec(path)?.[1]) ? { external: true } : undefined,
    );
  },
});

/**
 * Bundles everything that the library loads on demand, such as an objective's code, into the worker, except kernels: as
 * a hundred files of a few hundred bytes, most of them shared, it would be a third larger in total. Problems that the
 * page does not offer are left out.
 */
const loadedTogether = (offered) => ({
  name: 'loaded-together',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: problemPath }, ({ kind }) => (kind === 'dynamic-import' ? { external: true } : undefined));
    // Readers of problems' data files: a page has none.
    onResolve({ filter: /^\.\// }, ({ kind, importer }) =>
      kind === 'dynamic-import' && /[\\/]problems[\\/][\w-]+[\\/]problem\.ts$/.test(importer)
        ? { external: true }
        : undefined,
    );
    const isMeant =
      /[\\/]src[\\/](?:(?:objective|problems)[\\/]catalogue|train[\\/](?:trainer|evaluator|iteration)|environment[\\/]edges|rows[\\/]host-compiler|device[\\/]cpu[\\/](?:cpu|row-programs))\.ts$/;
    onLoad({ filter: isMeant }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const imports = [];
      const contents = source.replace(/(?<!typeof )import\(\s*'(\.[^']+)'\s*\)/g, (all, file) => {
        const problem = problemPath.exec(file)?.[1];
        if (file.endsWith('.wasm') || (problem !== undefined && !offered.has(problem))) return all;
        imports.push(`import * as together${imports.length} from '${file}';`);
        return `Promise.resolve(together${imports.length - 1})`;
      });
      return { contents: `${imports.join('')}${contents}`, loader: 'ts' };
    });
  },
});

/** The WebAssembly is a separate file: smaller than inside the worker, and cached separately by browsers. */
const kernelsApart = {
  name: 'kernels-apart',
  setup({ onLoad }) {
    // The page offers no fused multiply-adds.
    onLoad({ filter: /fused-kernels\.wasm$/ }, () => ({ loader: 'js', contents: 'export default undefined;' }));
    onLoad({ filter: /[\\/]kernels\.wasm$/ }, () => ({
      loader: 'js',
      contents: `
        const answer = await fetch(new URL('kernels.wasm', import.meta.url));
        if (!answer.ok) throw new Error('kernels.wasm cannot be loaded: ' + answer.status);
        export default new Uint8Array(await answer.arrayBuffer());`,
    }));
  },
};

/** The size of the page's files in bytes, uncompressed and compressed. */
export async function demoSizes(folder) {
  const names = (await readdir(folder)).filter((name) => /\.(html|css|js|wasm|woff2)$/.test(name));
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(join(folder, name));
      // A font is already compressed.
      const compressed = name.endsWith('.woff2') ? bytes : gzipSync(bytes, { level: 9 });
      return { name, bytes: bytes.length, gzipped: compressed.length };
    }),
  );
}
