// The library as its users get it: a module for each entry, modules that several entries share, and a module by itself
// for everything that is loaded when it is first needed.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { entries, optionalPackages } from './entries.mjs';
import { loadedBy, moduleName } from './paths.mjs';

/**
 * What is loaded on demand comes with the few small functions that it shares with others. As modules of their own they
 * would be a dozen files of a few hundred bytes each, and more bytes in all: small files compress badly. Classes and what
 * a module remembers are shared, since one that is there twice is two, and so are the row language, which is large, and what looks at arguments, which nearly all of them have.
 *
 * @param {(options: object) => Promise<{ outputs: object }>} bundle esbuild, with the loaders of this repository
 * @param {string} folder where the modules are left
 */
export async function bundleLibrary(bundle, folder) {
  await rm(folder, { recursive: true, force: true });
  const options = {
    outdir: folder,
    platform: 'neutral',
    target: 'es2022',
    sourcemap: false,
    external: [...optionalPackages, 'node:*'],
  };
  const [onDemand, shared] = [new Map(), new Map()];
  const main = (entryPoints, write) =>
    bundle({
      ...options,
      entryPoints,
      write,
      plugins: [apart(onDemand)],
      splitting: true,
      chunkNames: 'shared-[hash]',
    });

  // Once to see what is loaded on demand, and once with all that that shares.
  await main(entries, false);
  const outputs = {};
  // A module loaded on demand may load others.
  for (const [name, file] of onDemand) {
    const plugins = [apart(onDemand, shared)];
    Object.assign(outputs, (await bundle({ ...options, plugins, entryPoints: { [name]: file } })).outputs);
  }
  Object.assign(outputs, (await main({ ...entries, ...Object.fromEntries(shared) }, true)).outputs);
  for (const name of Object.keys(entries).filter((name) => name !== 'node')) {
    expectNoPackages(folder, `${name}.js`, outputs);
  }
  for (const file of readdirSync(folder)) dropBareImports(join(folder, file));
}

/**
 * Leaves dynamic imports of our own files to be loaded, and notes in `onDemand` which they are. With `shared` the same
 * is done with every import of a module that may be there only once.
 */
function apart(onDemand, shared) {
  const isOnce = (file) =>
    file.endsWith('.ts') &&
    (/[\\/]src[\\/](?:rows[\\/](?!program|cost|tables)|numeric|text[\\/]check-given)/.test(file) ||
      /^(?:export class|let) /m.test(readFileSync(file, 'utf8')));
  return {
    name: 'apart',
    setup({ onResolve, resolve }) {
      onResolve({ filter: /^\./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (pluginData === 'resolving' || kind === 'entry-point') return undefined;
        const dynamic = kind === 'dynamic-import';
        if (!dynamic && !shared) return undefined;
        const { path: file } = await resolve(path, { kind, importer, resolveDir, pluginData: 'resolving' });
        if (!dynamic && !isOnce(file)) return undefined;
        (dynamic ? onDemand : shared).set(moduleName(file), file);
        return { path: `./${moduleName(file)}.js`, external: true, sideEffects: false };
      });
    },
  };
}

/** @throws Error if a module that has to load in a browser, or one that it loads, imports what is not in the package */
function expectNoPackages(folder, entry, outputs) {
  const found = loadedBy(folder, entry, outputs).find((name) => !name.startsWith('./'));
  if (found) throw new Error(`${entry} has to load in a browser, but it imports ${found}`);
}

/** Imports of nothing keep an order of side effects. There are none, and bundlers warn of such imports. */
function dropBareImports(file) {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/^import "\.\/[^"]+";\n/gm, ''));
}
