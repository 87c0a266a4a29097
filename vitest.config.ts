import { readFile } from 'node:fs/promises';
import { defineConfig } from 'vitest/config';
import { shortenWgsl } from './scripts/shorten-wgsl.mjs';

/** Kernels as they are in the package; FLOWTAPE_WGSL=whole keeps their lines, for a compiler's messages to name. */
const shown = process.env.FLOWTAPE_WGSL === 'whole' ? (text: string) => text : shortenWgsl;

/** What the build's loaders do, for tests: a .wgsl module is its text, a .wasm module its bytes. */
const assets = {
  name: 'flowtape-assets',
  enforce: 'pre' as const,
  async load(id: string) {
    if (id.endsWith('.wgsl')) return `export default ${JSON.stringify(shown(await readFile(id, 'utf8')))};`;
    if (id.endsWith('.wasm')) {
      return `export default new Uint8Array(Buffer.from('${await readFile(id, 'base64')}', 'base64'));`;
    }
    return undefined;
  },
};

export default defineConfig({
  plugins: [assets],
  test: {
    include: ['test/**/*.test.ts'],
    // WebGPU in Node crashes the process in worker threads.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What a developer has fetched into the real cache must not decide a test.
    env: { FLOWTAPE_CACHE: '/nonexistent/flowtape' },
  },
});
