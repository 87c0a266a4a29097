// The data that bench/step/step-data.ts writes: inputs, labels and starting parameters, the same for all engines.
import { readFileSync } from 'node:fs';

/** @param {{ rows: number, widths: number[], data: string }} problem */
export function readStepData({ rows, widths, data }) {
  const { buffer, byteOffset, byteLength } = readFileSync(data);
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
  let at = 0;
  const take = (Numbers, count) => {
    const numbers = new Numbers(bytes, at, count);
    at += 4 * count;
    return numbers;
  };
  const inputs = take(Float32Array, rows * widths[0]);
  const labels = take(Int32Array, rows);
  const layers = widths.slice(1).map((outputs, layer) => ({
    weight: take(Float32Array, widths[layer] * outputs),
    bias: take(Float32Array, outputs),
  }));
  return { inputs, labels, layers };
}
