// Gives a page's script access to the sources: TypeScript, WGSL and WebAssembly, bundled for Node and imported.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { assetsForEsbuild } from '../build/assets.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Passes a module of the sources to `use`, and removes the bundle afterwards.
 *
 * @template T
 * @param {string} contents a module's text, with paths relative to the repository's folder
 * @param {(module: any) => Promise<T>} use
 */
export async function withSource(contents, use) {
  const folder = await mkdtemp(join(tmpdir(), 'flowtape-source-'));
  try {
    const program = join(folder, 'source.mjs');
    const { outputFiles } = await build({
      absWorkingDir: root,
      stdin: { contents, resolveDir: root, loader: 'ts' },
      bundle: true,
      format: 'esm',
      platform: 'node',
      write: false,
      plugins: [assetsForEsbuild],
      outfile: program,
    });
    await writeFile(program, outputFiles[0].contents);
    return await use(await import(pathToFileURL(program).href));
  } finally {
    await rm(folder, { recursive: true });
  }
}
