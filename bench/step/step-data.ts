import { uniformStream } from '../../src/random/threefry.ts';
import type { StepProblem } from './problems.ts';

/** The common start of all engines: fixed inputs and labels, and the parameters before the first step. */
export interface StepData {
  /** [rows, width] */
  readonly inputs: Float32Array;
  /** [rows] */
  readonly labels: Int32Array;
  readonly layers: readonly { readonly weight: Float32Array; readonly bias: Float32Array }[];
}

const seed = 1;

export function makeStepData({ rows, widths }: StepProblem): StepData {
  const uniform = uniformStream(seed, 0);
  const draw = (count: number, bound: number) =>
    Float32Array.from({ length: count }, () => bound * (2 * uniform() - 1));
  const inputs = draw(rows * widths[0], 1);
  const labels = Int32Array.from({ length: rows }, (_, row) => (row * 7919) % widths[widths.length - 1]);
  const layers = widths.slice(1).map((outputs, layer) => {
    const bound = 1 / Math.sqrt(widths[layer]);
    return { weight: draw(widths[layer] * outputs, bound), bias: draw(outputs, bound) };
  });
  return { inputs, labels, layers };
}

/** The arrays one after another, as bench/peers/step-data.mjs reads them. */
export function encodeStepData({ inputs, labels, layers }: StepData): Uint8Array {
  const arrays = [inputs, labels, ...layers.flatMap(({ weight, bias }) => [weight, bias])];
  return Buffer.concat(arrays.map(({ buffer }) => new Uint8Array(buffer as ArrayBuffer)));
}
