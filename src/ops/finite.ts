import type { Operation, Tensor } from '../tape/index.ts';

/** y[0] = how many of x's numbers are not finite, told by their bits: WGSL may assume there are none. x: f32; y: i32 [1]. */
export const countNonFiniteOperation: Operation<null> & { readonly name: 'countNonFinite' } = {
  name: 'countNonFinite',
  infer: () => [{ dtype: 'i32', shape: [1] }],
  derivative: 'none',
};

/** How many of x's numbers are not finite, i32 [1]; see `countNonFiniteOperation`. */
export function countNonFinite(x: Tensor): Tensor {
  return x.tape.record(countNonFiniteOperation, [x], null)[0];
}
