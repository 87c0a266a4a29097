import { sqrt, square, sum } from '../../ops/index.ts';
import type { Tensor } from '../../tape/index.ts';

/** |x|, [1], of a vector. */
export function euclideanNorm(vector: Tensor): Tensor {
  return sqrt(sum(square(vector), 0, true));
}
