import type { NamedArray } from '../checkpoint/safetensors.ts';
import type { Device } from '../device/device.ts';
import type { Variable } from '../tape/index.ts';
import { elementCount } from '../tape/index.ts';
import { areFinite } from './finite.ts';

/** The present numbers of variables, by name. @throws if two of them have the same name */
export async function readVariables(device: Device, variables: readonly Variable[]): Promise<NamedArray[]> {
  const names = new Set(variables.map(({ name }) => name));
  if (names.size !== variables.length) throw new Error('two variables of a checkpoint have the same name.');
  return Promise.all(
    variables.map(async (variable): Promise<NamedArray> => {
      const { name, shape } = variable;
      const data = await device.read(variable);
      return variable.dtype === 'f32'
        ? { name, dtype: 'F32', shape, data: new Float32Array(data) }
        : { name, dtype: 'I32', shape, data: new Int32Array(data) };
    }),
  );
}

/**
 * Gives variables the numbers that arrays of their names hold. Nothing is written unless everything fits.
 * @throws naming the array that is missing, of another type or shape, or that holds a number that is not finite
 */
export function writeVariables(device: Device, variables: readonly Variable[], arrays: readonly NamedArray[]): void {
  const found = variables.map((target) => {
    const array = arrays.find(({ name }) => name === target.name);
    if (!array) throw new Error(`the checkpoint has no array ${target.name}.`);
    const dtype = target.dtype === 'f32' ? 'F32' : 'I32';
    if (
      array.dtype !== dtype ||
      array.shape.join() !== target.shape.join() ||
      array.data.length !== elementCount(target.shape)
    ) {
      throw new Error(
        `the checkpoint's array ${target.name} is ${array.dtype} [${array.shape.join(', ')}], ` +
          `but this run needs ${dtype} [${target.shape.join(', ')}].`,
      );
    }
    if (!areFinite(array.data)) {
      throw new Error(`the checkpoint's array ${target.name} holds numbers that are not finite.`);
    }
    return { target, array };
  });
  for (const { target, array } of found) device.write(target, array.data);
}

/** The numbers that variables start from. */
export function startValues(variables: readonly Variable[]): NamedArray[] {
  return variables.map(({ name, dtype, shape, initial }): NamedArray => {
    const values = initial ?? new Float32Array(elementCount(shape));
    return dtype === 'f32'
      ? { name, dtype: 'F32', shape, data: new Float32Array(values) }
      : { name, dtype: 'I32', shape, data: new Int32Array(values) };
  });
}
