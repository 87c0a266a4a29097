import { quoted } from '../text/quoted.ts';
import type { PickleConstructors } from './pickle.ts';

/** NumPy's float32 type, whose byte order is set after it is made. */
interface Float32Type {
  isLittleEndian: boolean;
}

const isFloat32Type = (value: unknown): value is Float32Type =>
  typeof value === 'object' && value !== null && 'isLittleEndian' in value;

/** The constructors in a pickle of NumPy numbers: little-endian float32 only. */
export const numpyConstructors: PickleConstructors = new Map([
  [
    'numpy.dtype',
    {
      make([code]): Float32Type {
        if (code !== 'f4') {
          throw new Error(
            `a NumPy type ${typeof code === 'string' ? quoted(code) : 'without a name'}, not f4 (float32)`,
          );
        }
        return { isLittleEndian: false };
      },
      setState(type, state) {
        const isKnown = Array.isArray(state) && state[0] === 3 && state[1] === '<';
        if (!isFloat32Type(type) || !isKnown) throw new Error('a NumPy type that is not little-endian float32');
        type.isLittleEndian = true;
      },
    },
  ],
  [
    'numpy.core.multiarray.scalar',
    {
      make([type, bytes]): number {
        if (!isFloat32Type(type) || !type.isLittleEndian || !(bytes instanceof Uint8Array) || bytes.length !== 4) {
          throw new Error('a NumPy number that is not 4 bytes of little-endian float32');
        }
        return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);
      },
    },
  ],
]);

/** A NumPy array, row by row. */
export interface NumpyArray {
  shape: readonly number[];
  data: Float32Array;
}

export const isNumpyArray = (value: unknown): value is NumpyArray =>
  typeof value === 'object' && value !== null && 'data' in value && value.data instanceof Float32Array;

/** The constructors in a pickle of NumPy arrays: little-endian float32 in C order only. */
export const numpyArrayConstructors: PickleConstructors = new Map([
  ...numpyConstructors,
  [
    'numpy.ndarray',
    {
      make: () => {
        throw new Error('a call of numpy.ndarray');
      },
    },
  ],
  [
    'numpy.core.multiarray._reconstruct',
    {
      // The arguments are the class, the shape and the type of an array that is filled later.
      make: (): NumpyArray => ({ shape: [0], data: new Float32Array() }),
      setState(array, state) {
        const [version, shape, type, inFortranOrder, bytes]: unknown[] = Array.isArray(state) ? state : [];
        const isShape = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
        const isKnown = version === 1 && isFloat32Type(type) && type.isLittleEndian && inFortranOrder === false;
        if (!isNumpyArray(array) || !isShape || !isKnown || !(bytes instanceof Uint8Array)) {
          throw new Error('a NumPy array that is not little-endian float32 in the order of C');
        }
        const count = shape.reduce((product: number, size: number) => product * size, 1);
        if (bytes.length !== 4 * count) {
          throw new Error(`a NumPy array of shape [${shape.join(', ')}] with ${bytes.length} bytes`);
        }
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        array.shape = shape;
        array.data = Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true));
      },
    },
  ],
]);
