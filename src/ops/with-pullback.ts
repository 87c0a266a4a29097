import type { Operation, Tensor } from '../tape/index.ts';
import { describeType, expect, sameShape } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';

/** Your own derivative of a tensor. */
export interface WithPullbackAttributes {
  /** Records, from the cotangent of y, the product with the Jacobian by each of the tensors that y depends on, in order. */
  readonly pullback: (cotangent: Tensor) => readonly (Tensor | undefined)[];
}

/**
 * y under another name, with its own derivative. Inputs: y, then the tensors it depends on. It costs nothing, and no
 * gradient flows through y itself, whose operations may be in a loop or need too much memory.
 */
export const withPullbackOperation: Operation<WithPullbackAttributes> & { readonly name: 'withPullback' } = {
  name: 'withPullback',
  isAlias: true,
  infer(inputs) {
    const [y] = inputs;
    expect(
      inputs.every(({ dtype }) => dtype === 'f32'),
      'withPullback',
      'derivatives are of f32 tensors by f32 tensors.',
      inputs,
    );
    return [{ dtype: y.dtype, shape: y.shape, ...(y.rows ? { rows: y.rows } : {}) }];
  },
  derivative({ inputs: [, ...sources], attributes: { pullback }, cotangents: [dy] }) {
    if (!dy) return [];
    const found = pullback(dy);
    sources.forEach((source, i) => {
      const product = found[i];
      if (product && !sameShape(product.shape, source.shape)) {
        throw new Error(
          `withPullback: the pullback gives ${describeType(product)} as the derivative by source ${i}, ` +
            `which is ${describeType(source)}.`,
        );
      }
    });
    return [undefined, ...found];
  },
};

/**
 * y with your own derivative by `sources`, in place of that of the operations that made it, like `jax.custom_vjp`.
 *
 * @param y f32, of any shape
 * @param sources the f32 tensors that y depends on; gradients by other tensors ignore y
 * @param pullback records, from y's cotangent u, the products J^T u with the Jacobian by each source, of the source's
 *   shape; undefined if there is none. It is called when a gradient is recorded; what it records is part of the plan
 *   only if something needs it
 * @throws if a tensor is not f32, or, when a gradient is recorded, if a product's shape differs from its source's
 */
export function withPullback(
  y: Tensor,
  sources: readonly Tensor[],
  pullback: WithPullbackAttributes['pullback'],
): Tensor {
  checkGiven('withPullback', { y }, 'tensor');
  checkGiven('withPullback', { sources }, 'list');
  checkGiven('withPullback', { pullback }, 'function');
  return y.tape.record(withPullbackOperation, [y, ...sources], { pullback })[0];
}
