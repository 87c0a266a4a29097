// node scripts/page/train-molecules.mjs [--steps N]: trains the sampler from which the page's figure of molecules
// continues, on the cpu device, and writes src/page/molecules/checkpoint.safetensors. The same steps give the same
// file.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withSource } from './import-source.mjs';

const { values } = parseArgs({ options: { steps: { type: 'string', default: '2000' } } });
const checkpoint = fileURLToPath(new URL('../../src/page/molecules/checkpoint.safetensors', import.meta.url));
const source = `
  export { openMolecules } from './src/page/molecules/training.ts';
  export { openCpuDevice } from './src/device/index.ts';`;
await withSource(source, async ({ openMolecules, openCpuDevice }) => {
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
  await writeFile(checkpoint, await run.save());
  device.destroy();
});
