// .wgsl and .wasm files as modules, a text and its bytes; shared by the build, the page and the tests.
import { readFile } from 'node:fs/promises';
import { shortenWgsl } from './shorten-wgsl.mjs';

const isAsset = /\.(?:wgsl|wasm)$/;

/**
 * The module of an asset, as JavaScript; undefined for any other file.
 *
 * @param {string} path
 * @param {(source: string) => string} shown transforms WGSL; shortens it by default
 */
async function assetModule(path, shown = shortenWgsl) {
  if (!isAsset.test(path)) return undefined;
  if (path.endsWith('.wgsl')) return `export default ${JSON.stringify(shown(await readFile(path, 'utf8')))};`;
  const text = JSON.stringify(await readFile(path, 'base64'));
  // Marked as pure, so that bundlers leave it out if nothing uses it.
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
