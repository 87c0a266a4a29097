// The library for its users: a module for each entry, modules shared by several entries, and one module for everything
// that is loaded on demand.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { entries, optionalPackages } from './entries.mjs';
import { loadedBy, moduleName } from './paths.mjs';

/**
 * Modules loaded on demand include the few small functions that they share with others. As separate modules these would
 * be a dozen files of a few hundred bytes each, and larger in total, since small files compress badly. Classes and
 * modules with state stay shared, since a copy would be a different one; so do the row language, which is large, and
 * the checks of arguments, which nearly all modules have.
 *
 * @param {(options: object) => Promise<{ outputs: object }>} bundle esbuild, with the loaders of this repository
 * @param {string} folder the folder for the modules
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

  // Bundles once to find what is loaded on demand, and once more with everything that it shares.
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
 * Leaves dynamic imports of our own files external, and collects them in `onDemand`. With `shared` it does the same for
 * every import of a module that must exist only once.
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

/** @throws Error if a module that has to load in a browser, or one that it loads, imports from outside the package */
function expectNoPackages(folder, entry, outputs) {
  const found = loadedBy(folder, entry, outputs).find((name) => !name.startsWith('./'));
  if (found) throw new Error(`${entry} has to load in a browser, but it imports ${found}`);
}

/**
 * Removes imports without names, which only keep an order of side effects. There are none, and bundlers warn about such
 * imports.
 */
function dropBareImports(file) {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/^import "\.\/[^"]+";\n/gm, ''));
}
