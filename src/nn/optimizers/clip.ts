import { divide, maximum, minimum, multiply, reshape } from '../../ops/index.ts';
import { elementCount, type Tensor } from '../../tape/index.ts';
import { partsOf, vectorDirection, vectorOf } from './direction.ts';
import { euclideanNorm, normOf } from './norm.ts';
import type { Transformation } from './transformation.ts';

/** Scales a direction that is longer than a Euclidean norm down to it, over all parameters together. */
export function clipByGlobalNorm(norm: number): Transformation {
  checkNorm('clipByGlobalNorm', norm);
  return () => ({
    direct(direction, update) {
      const vector = vectorOf(direction, update);
      const { gradient } = update;
      const length = vector === gradient?.vector ? normOf(gradient) : euclideanNorm(vector);
      return vectorDirection(vector, clipFactor(length, norm));
    },
  });
}

/** Scales the part of each parameter (a layer's weight, its bias) down to a Euclidean norm if it is longer. */
export function clipByParameterNorm(norm: number): Transformation {
  checkNorm('clipByParameterNorm', norm);
  return () => ({
    direct(direction, update) {
      const gradients = partsOf(direction, update).map((part) => {
        const factor = clipFactor(euclideanNorm(reshape(part, [elementCount(part.shape)])), norm);
        return multiply(part, reshape(factor, []));
      });
      return { base: { kind: 'gradients', gradients }, decay: 0 };
    },
  });
}

/** min(1, norm / length), [1]. */
function clipFactor(length: Tensor, norm: number): Tensor {
  // A vector of length 0 does not change: the smallest normal float32 replaces its length as divisor.
  return minimum(divide(norm, maximum(length, 2 ** -126)), 1);
}

function checkNorm(name: string, norm: number): void {
  if (!(norm > 0 && Number.isFinite(norm)))
    throw new Error(`${name}: the norm must be a positive number, not ${norm}.`);
}
