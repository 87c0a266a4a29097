// Paths as esbuild writes them, with "/" on every system. What node:path makes has "\" on Windows, so the two are compared
// here alone.
import { relative } from 'node:path';

/** A path of this system with "/" between its parts. */
export const withSlashes = (path) => path.replaceAll('\\', '/');

/** Matches a file of this repository by its path from the root, however the system separates folders. */
export const endsWithPath = (file) => new RegExp(`[\\\\/]${file.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]')}$`);

/** The name of a source's own module in the package: src/device/open.ts is device-open. */
export const moduleName = (file, root = '.') =>
  withSlashes(relative(root, file))
    .replace(/^(?:src|kernels|build)\//, '')
    .replace(/\.ts$/, '')
    .replace(/\W+/g, '-');

/**
 * All that a module loads, itself included, by esbuild's metafile: `./index.js`, and packages by their names.
 *
 * @param {string} folder that of the outputs, as esbuild was given it
 * @param {string} entry a file in it
 * @param {Readonly<Record<string, { imports: readonly { path: string, external?: boolean }[] }>>} outputs
 */
export function loadedBy(folder, entry, outputs) {
  const loaded = [`./${entry}`];
  const start = `${withSlashes(folder)}/`;
  for (const name of loaded) {
    if (!name.startsWith('./')) continue;
    for (const { path, external } of outputs[start + name.slice(2)].imports) {
      const imported = external ? path : `./${path.slice(start.length)}`;
      if (!loaded.includes(imported)) loaded.push(imported);
    }
  }
  return loaded;
}
