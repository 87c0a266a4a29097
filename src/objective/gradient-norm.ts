import { normOf, type UpdateGradient } from '../nn/index.ts';
import { reshape } from '../ops/index.ts';
import type { Tensor } from '../tape/index.ts';

/**
 * The diagnostic that every objective reports of its policy's update, or of the last one where there are several: the
 * Euclidean norm of the gradient over all the network's parameters, before it is clipped.
 */
export function gradientNorm(gradient: UpdateGradient): { gradientNorm: Tensor } {
  return { gradientNorm: reshape(normOf(gradient), []) };
}
