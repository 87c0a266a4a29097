import type { Operation, Tensor } from '../tape/index.ts';

/**
 * y[0] = the count of non-finite numbers in x, recognised by their bits, since WGSL may assume that there are none. x:
 * f32; y: i32 [1].
 */
export const countNonFiniteOperation: Operation<null> & { readonly name: 'countNonFinite' } = {
  name: 'countNonFinite',
  infer: () => [{ dtype: 'i32', shape: [1] }],
  derivative: 'none',
};

/** The count of non-finite numbers in x, i32 [1]; see `countNonFiniteOperation`. */
export function countNonFinite(x: Tensor): Tensor {
  return x.tape.record(countNonFiniteOperation, [x], null)[0];
}
