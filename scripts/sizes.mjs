// node scripts/with-gpu.mjs node scripts/sizes.mjs [FILE]: what pages download of the package, as a table; written into FILE, between the
// lines that mark its place, where one is given.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundlePage, gzippedBytes, runPage } from './page-sizes.mjs';

const root = process.cwd();
const folder = mkdtempSync(join(root, 'build/sizes-'));
const kb = (bytes) => (bytes / 1000).toFixed(1);
for (const name of ['perceptron', 'sampler']) {
  const { page, first, all } = await bundlePage({ entry: `test/package/pages/${name}.js` }, root, join(folder, name));
  for (const gpu of ['hardware', 'software', 'none']) {
    if (gpu === 'none' && name === 'perceptron') continue;
    const { printed, loaded } = runPage(page, gpu);
    console.log(
      name,
      gpu,
      kb(gzippedBytes(first)),
      kb(gzippedBytes(loaded)),
      kb(gzippedBytes(all)),
      printed.trim().slice(0, 20),
      loaded.map((f) => f.split('/').at(-1) + ' ' + gzippedBytes([f])).join(', '),
    );
  }
}
for (const name of ['engine', 'index', 'molecules', 'testing']) {
  const { first, all } = await bundlePage(
    { contents: `export * from 'flowtape${name === 'index' ? '' : `/${name}`}';` },
    root,
    join(folder, name),
  ).catch((e) => {
    console.log(e.message);
    return { first: [], all: [] };
  });
  console.log(name, kb(gzippedBytes(first)), kb(gzippedBytes(all)));
}
rmSync(folder, { recursive: true });
