import { adapterPart } from './adapter.ts';
import { correctnessPart } from './correctness.ts';
import { costsPart } from './costs.ts';
import { cudaPart } from './cuda.ts';
import { densePart } from './dense.ts';
import type { GpuPart } from './part.ts';
import { stepPart } from './steps.ts';
import { sehPart, threadsPart, trainingPart } from './training.ts';

/** In the order of running: first what the others rely on, then what is unknown. */
export const gpuParts: readonly GpuPart[] = [
  adapterPart,
  correctnessPart,
  costsPart,
  densePart,
  stepPart,
  trainingPart,
  sehPart,
  cudaPart,
  threadsPart,
];

/** @throws Error on an unknown part */
export function gpuPartsOf(only: string | undefined): readonly GpuPart[] {
  if (only === undefined) return gpuParts;
  const found = gpuParts.filter(({ name }) => name === only);
  if (found.length > 0) return found;
  throw new Error(`There is no part ${only} of gpu; there are ${gpuParts.map(({ name }) => name).join(', ')}.`);
}
