import { sqrt, square, sum } from '../../ops/index.ts';
import type { Tensor } from '../../tape/index.ts';
import type { UpdateGradient } from './transformation.ts';

/** |x|, [1], of a vector. */
export function euclideanNorm(vector: Tensor): Tensor {
  return sqrt(sum(square(vector), 0, true));
}

/** The Euclidean norm of an update's gradient, [1]: recorded once, whoever asks for it. */
export function normOf(gradient: UpdateGradient): Tensor {
  gradient.norm ??= euclideanNorm(gradient.vector);
  return gradient.norm;
}
