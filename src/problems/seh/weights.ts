import { checkGiven } from '../../text/check-given.ts';
import { parseFloat32Table } from '../float32-table.ts';
import { SEH_WEIGHTS_FILE } from './files.ts';

/** The width of the network's vectors for atoms. */
export const SEH_WIDTH = 64;

/**
 * The network's arrays in the order of the file, by the names of PyTorch modules. Matrices are [outputs, inputs], row
 * by row: y = x W^T + b. For recurrent cells, the rows of the gates r, z, n or i, f, g, o follow one another.
 */
export const SEH_ARRAYS = [
  ['lin0.weight', [64, 71]],
  ['lin0.bias', [64]],
  ['conv.lin.weight', [64, 64]],
  ['conv.bias', [64]],
  ['conv.nn.0.weight', [128, 4]],
  ['conv.nn.0.bias', [128]],
  ['conv.nn.2.weight', [4096, 128]],
  ['conv.nn.2.bias', [4096]],
  ['gru.weight_ih', [192, 64]],
  ['gru.weight_hh', [192, 64]],
  ['gru.bias_ih', [192]],
  ['gru.bias_hh', [192]],
  ['set2set.lstm.weight_ih', [256, 128]],
  ['set2set.lstm.weight_hh', [256, 64]],
  ['set2set.lstm.bias_ih', [256]],
  ['set2set.lstm.bias_hh', [256]],
  ['lin3.weight', [1, 128]],
  ['lin3.bias', [1]],
] as const satisfies readonly (readonly [string, readonly number[]])[];

export type SehArray = (typeof SEH_ARRAYS)[number][0];

/** The network's weights, as in the file. */
export type SehWeights = Readonly<Record<SehArray, Float32Array>>;

/**
 * Reads the weights' file: 612,545 float32, little-endian.
 * @throws Error on a file of another size, or with a weight that is not finite
 */
export function parseSehWeights(bytes: Uint8Array): SehWeights {
  checkGiven('parseSehWeights', { bytes }, 'bytes');
  const sizes = SEH_ARRAYS.map(([, shape]) => shape.reduce((product: number, size) => product * size, 1));
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const all = parseFloat32Table(bytes, { name: 'seh', file: SEH_WEIGHTS_FILE, count, entry: 'weight of the network' });
  let start = 0;
  const arrays = SEH_ARRAYS.map(([name], i) => {
    const values = all.subarray(start, start + sizes[i]);
    start += sizes[i];
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new Error(`Weight ${wrong} of ${name} in ${SEH_WEIGHTS_FILE} is ${values[wrong]}; weights are finite.`);
    }
    return [name, values] as const;
  });
  return Object.fromEntries(arrays) as Record<SehArray, Float32Array>;
}
