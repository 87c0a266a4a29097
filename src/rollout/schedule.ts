import { add, slice } from '../ops/index.ts';
import type { Tape, Tensor, Variable } from '../tape/index.ts';

/**
 * Records a schedule's count [1] in the next iteration.
 * @param key the random key, whose third number counts the iterations
 */
export function nextIteration(tape: Tape, key: Variable): Tensor {
  return add(slice(tape.read(key), 0, 2, 1), 1);
}
