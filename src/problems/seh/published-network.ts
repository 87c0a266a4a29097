import { float32Bytes } from '../../data/float32-bytes.ts';
import { isNumpyArray, numpyArrayConstructors } from '../../data/numpy-pickle.ts';
import { readPickle } from '../../data/pickle.ts';
import { SEH_ARRAYS } from './weights.ts';

/**
 * The positions of the network's arrays among the published ones, in our order. 12 to 15 belong to parts that do not
 * predict rewards.
 */
const places = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21];
const COUNT = 22;

/**
 * The weights of the sEH network, little-endian float32, one array after another (`SEH_ARRAYS`), from a gzipped pickle
 * of a list of 22 NumPy arrays (Bengio et al., Flow Network based Generative Models for Non-Iterative Diverse Candidate
 * Generation, 2021). Numbers are not changed.
 *
 * @throws Error on another file, and on arrays of wrong shapes
 */
export async function convertSehNetwork(compressed: Uint8Array): Promise<Uint8Array> {
  const arrays = readPickle(await decompress(compressed), numpyArrayConstructors);
  if (!Array.isArray(arrays) || arrays.length !== COUNT || !arrays.every(isNumpyArray)) {
    throw new Error(`The pickle of the sEH network should be a list of ${COUNT} arrays.`);
  }
  const numbers = SEH_ARRAYS.flatMap(([name, shape], i) => {
    const { shape: found, data } = arrays[places[i]];
    if (found.join() === shape.join()) return [data];
    throw new Error(
      `Array ${places[i]} of the sEH network, ${name}, has the shape [${found.join(', ')}] and should have ` +
        `[${shape.join(', ')}].`,
    );
  });
  const all = new Float64Array(numbers.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const array of numbers) {
    all.set(array, start);
    start += array.length;
  }
  return float32Bytes(all);
}

async function decompress(compressed: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(compressed)]).stream().pipeThrough(new DecompressionStream('gzip'));
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) {
    throw new Error('The file of the sEH network is not compressed by gzip, or is cut off.', { cause: error });
  }
}
