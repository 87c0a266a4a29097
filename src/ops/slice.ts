import type { Operation, Tensor, TensorType } from '../tape/index.ts';
import { describeType, expect, normalizeAxis } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';

/** The part of an axis. */
export interface SliceAttributes {
  readonly axis: number;
  readonly start: number;
  readonly length: number;
}

/** y = the range [start, start + length) of x along one axis, as a copy. */
export const sliceOperation: Operation<SliceAttributes> & { readonly name: 'slice' } = {
  name: 'slice',
  infer(inputs, { axis, start, length }) {
    const x = inputs[0];
    expect(
      start >= 0 && length >= 0 && start + length <= x.shape[axis],
      'slice',
      `[${start}, ${start + length}) does not lie within axis ${axis}.`,
      inputs,
    );
    expect(!(x.rows && axis === 0), 'slice', 'which rows are in use is known only to the device; gather them.', inputs);
    return [withAxis(x, axis, length)];
  },
  derivative({ inputs, attributes: { axis, start, length }, cotangents: [dy] }) {
    const size = inputs[0].shape[axis];
    return [dy && pad(dy, axis, start, size - start - length)];
  },
};

/** The numbers of zeros before and after. */
export interface PadAttributes {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

/** y = x between zeros: `before` of them ahead and `after` behind, along one axis. */
export const padOperation: Operation<PadAttributes> & { readonly name: 'pad' } = {
  name: 'pad',
  infer(inputs, { axis, before, after }) {
    const x = inputs[0];
    expect(before >= 0 && after >= 0, 'pad', `cannot add ${before} and ${after} elements.`, inputs);
    expect(!(x.rows && axis === 0), 'pad', 'rows counted on the device cannot be padded.', inputs);
    return [withAxis(x, axis, before + x.shape[axis] + after)];
  },
  derivative({ inputs, attributes: { axis, before }, cotangents: [dy] }) {
    return [dy && slice(dy, axis, before, inputs[0].shape[axis])];
  },
};

/** The axis of the concatenation. */
export interface ConcatAttributes {
  readonly axis: number;
}

/** The inputs concatenated along one axis. */
export const concatOperation: Operation<ConcatAttributes> & { readonly name: 'concat' } = {
  name: 'concat',
  infer(inputs, { axis }) {
    const first = inputs[0];
    let length = 0;
    for (const input of inputs) {
      const fits =
        input.dtype === first.dtype &&
        input.shape.length === first.shape.length &&
        input.shape.every((size, i) => i === axis || size === first.shape[i]) &&
        input.rows?.window === first.rows?.window;
      expect(fits, 'concat', `inputs must agree in all but axis ${axis}.`, inputs);
      length += input.shape[axis];
    }
    expect(!(first.rows && axis === 0), 'concat', 'rows counted on the device cannot be concatenated.', inputs);
    return [withAxis(first, axis, length)];
  },
  derivative({ inputs, attributes: { axis }, cotangents: [dy], needs }) {
    let start = 0;
    return inputs.map((input, i) => {
      const length = input.shape[axis];
      start += length;
      return dy && needs(i) ? slice(dy, axis, start - length, length) : undefined;
    });
  },
};

function withAxis(x: Tensor, axis: number, length: number): TensorType {
  const shape = x.shape.map((size, i) => (i === axis ? length : size));
  return { dtype: x.dtype, shape, ...(x.rows ? { rows: x.rows } : {}) };
}

/** @throws if the part does not lie within x */
export function slice(x: Tensor, axis: number, start: number, length: number): Tensor {
  checkGiven('slice', { x }, 'tensor');
  const at = normalizeAxis('slice', axis, x.shape.length);
  return x.tape.record(sliceOperation, [x], { axis: at, start, length })[0];
}

/** x between zeros along one axis; a negative axis counts from the end. */
export function pad(x: Tensor, axis: number, before: number, after: number): Tensor {
  checkGiven('pad', { x }, 'tensor');
  const at = normalizeAxis('pad', axis, x.shape.length);
  return x.tape.record(padOperation, [x], { axis: at, before, after })[0];
}

/** @throws if the inputs differ in anything but the length along `axis` */
export function concat(inputs: readonly Tensor[], axis: number): Tensor {
  checkGiven('concat', { inputs }, 'list');
  const first = inputs[0];
  if (!first) throw new Error('concat: needs at least one input.');
  if (inputs.some((input) => input.tape !== first.tape))
    throw new Error(`concat: ${describeType(first)} is of another tape.`);
  return first.tape.record(concatOperation, inputs, { axis: normalizeAxis('concat', axis, first.shape.length) })[0];
}
