// node scripts/page/train-molecules.mjs [--steps N]: trains the sampler that the page's figure of molecules goes on from,
// on the cpu device, and writes src/page/molecules/checkpoint.safetensors. The same steps give the same file.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { assetsForEsbuild } from '../build/assets.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({ options: { steps: { type: 'string', default: '2000' } } });
const folder = await mkdtemp(join(tmpdir(), 'flowtape-molecules-'));
try {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: {
      contents: `
        export { openMolecules } from './src/page/molecules/training.ts';
        export { openCpuDevice } from './src/device/index.ts';`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    plugins: [assetsForEsbuild],
    outfile: 'molecules.mjs',
  });
  const program = join(folder, 'molecules.mjs');
  await writeFile(program, outputFiles[0].contents);
  const { openMolecules, openCpuDevice } = await import(pathToFileURL(program).href);
  const device = await openCpuDevice();
  const { run, grow } = await openMolecules(device);
  while (run.iteration < Number(values.steps)) {
    const { step, diagnostics } = await run.step(Math.min(200, Number(values.steps) - run.iteration));
    const grown = await grow(64);
    const mean = grown.reduce((sum, { score }) => sum + score, 0) / grown.length;
    const different = new Set(grown.map(({ smiles }) => smiles)).size;
    console.log(
      `${step}: loss ${diagnostics.loss.toFixed(3)}, log Z ${diagnostics.logPartition.toFixed(2)}, mean score ${mean.toFixed(3)}, ${different} of 64 different, such as ${grown[0].smiles}`,
    );
  }
  await writeFile(join(root, 'src/page/molecules/checkpoint.safetensors'), await run.save());
  device.destroy();
} finally {
  await rm(folder, { recursive: true });
}
