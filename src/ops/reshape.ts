import type { Operation, Shape, Tensor } from '../tape/index.ts';
import { elementCount, expect } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';

/** The new shape. */
export interface ReshapeAttributes {
  readonly shape: Shape;
}

/** The same numbers under another shape. It costs nothing: both tensors share their memory. */
export const reshapeOperation: Operation<ReshapeAttributes> & { readonly name: 'reshape' } = {
  name: 'reshape',
  isAlias: true,
  infer(inputs, { shape }) {
    const x = inputs[0];
    expect(
      elementCount(shape) === elementCount(x.shape),
      'reshape',
      `[${shape.join(', ')}] holds another number of elements.`,
      inputs,
    );
    expect(!x.rows || shape[0] === x.shape[0], 'reshape', 'the row dimension must stay as it is.', inputs);
    return [{ dtype: x.dtype, shape, ...(x.rows ? { rows: x.rows } : {}) }];
  },
  derivative: ({ inputs, cotangents: [dy] }) => [dy && reshape(dy, inputs[0].shape)],
};

/** @throws if the number of elements differs, or the row dimension of a tensor by rows changes */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkGiven('reshape', { x }, 'tensor');
  checkGiven('reshape', { shape }, 'list');
  if (x.shape.length === shape.length && x.shape.every((size, axis) => size === shape[axis])) return x;
  return x.tape.record(reshapeOperation, [x], { shape })[0];
}

/** The same numbers, through which no gradient flows. */
export const stopGradientOperation: Operation<null> & { readonly name: 'stopGradient' } = {
  name: 'stopGradient',
  isAlias: true,
  infer: (inputs) => [
    { dtype: inputs[0].dtype, shape: inputs[0].shape, ...(inputs[0].rows ? { rows: inputs[0].rows } : {}) },
  ],
  derivative: 'none',
};

/** The same numbers, through which no gradient flows. */
export function stopGradient(x: Tensor): Tensor {
  checkGiven('stopGradient', { x }, 'tensor');
  return x.tape.record(stopGradientOperation, [x], null)[0];
}
