import { describe, expect, test } from 'vitest';
import { bundleForBrowser } from '../setup/bundle.ts';

describe('the library entry', () => {
  test('bundles for a browser, and nothing in it comes from Node or from another package', async () => {
    const { metafile, warnings } = await bundleForBrowser({ entryPoints: ['src/index.ts'] });
    expect(warnings).toEqual([]);
    expect(Object.values(metafile.outputs).flatMap((output) => output.imports)).toEqual([]);
    expect(Object.keys(metafile.inputs).filter((path) => path.includes('node_modules'))).toEqual([]);
    expect(Object.keys(metafile.inputs).filter((path) => path.startsWith('src/node'))).toEqual([]);
  });

  test('carries the kernels: every WGSL file, and the WebAssembly module', async () => {
    const { metafile } = await bundleForBrowser({ entryPoints: ['src/index.ts'] });
    const files = Object.keys(metafile.inputs);
    expect(files).toContain('build/kernels.wasm');
    expect(files.filter((path) => path.endsWith('.wgsl')).length).toBeGreaterThan(10);
  });

  test('can be left out piece by piece: a bundle of the tape alone has no kernels in it', async () => {
    const { metafile } = await bundleForBrowser({
      stdin: { contents: "export { createTape } from './src/index.ts';", resolveDir: '.', loader: 'ts' },
    });
    const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
    );
    expect(used.map(([path]) => path).filter((path) => path.endsWith('.wasm') || path.endsWith('.wgsl'))).toEqual([]);
  });
});
