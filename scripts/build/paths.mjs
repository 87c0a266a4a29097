// Paths in esbuild's form, with "/" on every system. node:path uses "\" on Windows, so comparisons belong in this file
// only.
import { relative } from 'node:path';

/** Replaces this system's path separator by "/". */
export const withSlashes = (path) => path.replaceAll('\\', '/');

/** Matches a file of this repository by its path from the root, with either separator. */
export const endsWithPath = (file) => new RegExp(`[\\\\/]${file.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]')}$`);

/** The name of a source's own module in the package: device-open for src/device/open.ts. */
export const moduleName = (file, root = '.') =>
  withSlashes(relative(root, file))
    .replace(/^(?:src|kernels|build)\//, '')
    .replace(/\.ts$/, '')
    .replace(/\W+/g, '-');

/**
 * Everything that a module loads, including itself, by esbuild's metafile: `./index.js`, and packages by name.
 *
 * @param {string} folder the outputs' folder, as given to esbuild
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
