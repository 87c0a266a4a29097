// What a .wgsl and a .wasm file are as modules: a text and its bytes. The one place that the build, the page and the tests
// have this from.
import { readFile } from 'node:fs/promises';
import { shortenWgsl } from './shorten-wgsl.mjs';

const isAsset = /\.(?:wgsl|wasm)$/;

/**
 * The module of an asset, as JavaScript; undefined for any other file.
 *
 * @param {string} path
 * @param {(source: string) => string} shown what to make of WGSL: shorter, unless told otherwise
 */
async function assetModule(path, shown = shortenWgsl) {
  if (!isAsset.test(path)) return undefined;
  if (path.endsWith('.wgsl')) return `export default ${JSON.stringify(shown(await readFile(path, 'utf8')))};`;
  const text = JSON.stringify(await readFile(path, 'base64'));
  // Pure, so that a bundler leaves it out where nothing uses it.
  return `export default /* @__PURE__ */ ((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)))(${text});`;
}

/** Assets for esbuild. */
export const assetsForEsbuild = {
  name: 'assets',
  setup({ onLoad }) {
    onLoad({ filter: isAsset }, async ({ path }) => ({ contents: await assetModule(path), loader: 'js' }));
  },
};

/** Assets for Vite. @param {(source: string) => string} [shown] see `assetModule` */
export const assetsForVite = (shown) => ({
  name: 'assets',
  enforce: 'pre',
  load: (id) => assetModule(id, shown),
});
