import type { Operation, Tensor, Variable } from '../tape/index.ts';
import { describeType, elementCount, writeTo } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';

/** Copies a tensor into a variable, or into the part of it that starts at an offset. */
export const assignOperation: Operation<null> & { readonly name: 'assign' } = {
  name: 'assign',
  infer: () => [],
  derivative: 'none',
};

/**
 * Records the copy of a tensor's numbers into a variable, in their order, from an offset on. Shapes need not agree.
 * @throws if they are of another type than the variable's, or more than it has room for
 */
export function assign(target: Variable, value: Tensor, offset = 0): void {
  checkGiven('assign', { target }, 'variable');
  checkGiven('assign', { value }, 'tensor');
  if (target.dtype !== value.dtype || offset + elementCount(value.shape) > elementCount(target.shape)) {
    throw new Error(
      `assign: ${describeType(value)} at ${offset} does not fit into variable ${target.name}, ` +
        `${target.dtype}[${target.shape.join(', ')}].`,
    );
  }
  value.tape.record(assignOperation, [value], null, { writes: [writeTo(target, { offset, shape: value.shape })] });
}

/** Positions of tensors in a packed one. */
export interface PackAttributes {
  /** Where each input starts in the result, in elements. */
  readonly offsets: readonly number[];
  readonly size: number;
}

/**
 * Several tensors in one flat tensor, each at its offset, with zeros between. The plan places the inputs in the result
 * from the start, so nothing is copied.
 */
export const packOperation: Operation<PackAttributes> & { readonly name: 'pack' } = {
  name: 'pack',
  infer: (_inputs, { size }) => [{ dtype: 'f32', shape: [size] }],
  derivative: 'none',
};

/** @throws if an offset is not a multiple of 64 elements, where WebGPU could not bind a tensor */
export function pack(tensors: readonly Tensor[], offsets: readonly number[], size: number): Tensor {
  checkGiven('pack', { tensors, offsets }, 'list');
  const odd = offsets.find((offset) => offset % 64 !== 0);
  if (odd !== undefined) throw new Error(`pack: an input at ${odd}; offsets must be multiples of 64 elements.`);
  return tensors[0].tape.record(packOperation, tensors, { offsets, size })[0];
}
