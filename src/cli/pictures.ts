import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Distributions, distributionPlot } from '../plot/distribution.ts';
import { type CurvePoint, learningCurvePlot } from '../plot/learning-curve.ts';
import { type RasteriserFiles, rasterise } from '../plot/rasterise.ts';
import type { MoleculePictures } from './molecules.ts';
import type { RunFolder } from './run-folder.ts';

/** Files that rendering needs, beside the bundled command line or in their installed packages. */
const assets = {
  renderer: { bundled: './assets/resvg.wasm', installed: '@resvg/resvg-wasm/index_bg.wasm' },
  font: { bundled: './assets/DejaVuSans.ttf', installed: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf' },
} as const;

/** The drawings of a run, as SVG texts. */
export interface RunPictures extends Partial<MoleculePictures> {
  readonly curve: string;
  /** Learnt and target distribution; absent if objects cannot be enumerated. */
  readonly distribution?: string;
}

/** Draws the learning curve, and the learnt beside the target distribution if it is known. Throws if it cannot. */
export async function drawRun(
  curve: readonly CurvePoint[],
  distributions: Distributions | undefined,
  title?: string,
): Promise<RunPictures> {
  const drawn = { curve: await learningCurvePlot(curve, title) };
  return distributions === undefined ? drawn : { ...drawn, distribution: await distributionPlot(distributions) };
}

/**
 * Writes each drawing into a folder as SVG and PNG. Returns the names of the PNG files. Throws if one cannot be
 * written.
 */
export async function writePictures(
  folder: Pick<RunFolder, 'write'>,
  drawings: Readonly<Record<string, string>>,
): Promise<string[]> {
  const named = Object.entries(drawings).map(([name, svg]) => ({ name: fileName(name), svg }));
  for (const { name, svg } of named) await folder.write(`${name}.svg`, svg);
  const files = await readAssets();
  for (const { name, svg } of named) await folder.write(`${name}.png`, await rasterise(svg, files));
  return named.map(({ name }) => `${name}.png`);
}

/** `bestMolecules` becomes `best-molecules`. */
function fileName(drawing: string): string {
  return drawing.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

async function readAssets(): Promise<RasteriserFiles> {
  const [renderer, font] = await Promise.all([readAsset(assets.renderer), readAsset(assets.font)]);
  return { renderer, font };
}

async function readAsset({ bundled, installed }: { bundled: string; installed: string }): Promise<Uint8Array> {
  const beside = fileURLToPath(new URL(bundled, import.meta.url));
  return readFile(existsSync(beside) ? beside : createRequire(import.meta.url).resolve(installed));
}
