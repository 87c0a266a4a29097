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

/** Drawings by name, as SVG texts. */
type Drawings = Readonly<Record<string, string>>;

/**
 * Writes each drawing into a folder as SVG and PNG; with `FLOWTAPE_PNG=off` in the environment as SVG alone, since pixels
 * take half of the time of a short run. Returns the names of the files to look at: the PNG files where there are any.
 * Throws if one cannot be written.
 */
export async function writePictures(folder: Pick<RunFolder, 'write'>, drawings: Drawings): Promise<string[]> {
  const names: string[] = [];
  for (const [drawing, svg] of Object.entries(drawings)) {
    names.push(`${fileName(drawing)}.svg`);
    await folder.write(`${fileName(drawing)}.svg`, svg);
  }
  return process.env.FLOWTAPE_PNG === 'off' ? names : writePixels(folder, drawings);
}

/** Writes drawings into a folder as PNG files and returns their names. Throws where one cannot be written. */
export async function writePixels(folder: Pick<RunFolder, 'write'>, drawings: Drawings): Promise<string[]> {
  const files = await readAssets();
  const names: string[] = [];
  for (const [drawing, svg] of Object.entries(drawings)) {
    names.push(`${fileName(drawing)}.png`);
    await folder.write(`${fileName(drawing)}.png`, await rasterise(svg, files));
  }
  return names;
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
