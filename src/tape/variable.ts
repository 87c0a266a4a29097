import type { DType, Shape } from './tensor.ts';
import { elementCount } from './tensor.ts';

/**
 * Numbers that outlive a run: parameters, optimiser moments, counters, tables. A variable is only a name, a shape
 * and a start value; each device keeps its own numbers for it, so the same variable may be used on several devices.
 */
export interface Variable {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  /** Start values; zeros when absent. */
  readonly initial?: Float32Array | Int32Array;
}

/**
 * @param name used in messages and as the name in checkpoints
 * @throws if `initial` does not have as many numbers as `shape`
 */
export function variable(name: string, dtype: DType, shape: Shape, initial?: Float32Array | Int32Array): Variable {
  if (initial && initial.length !== elementCount(shape)) {
    throw new Error(
      `variable ${name}: ${initial.length} start values for shape [${shape.join(', ')}], which holds ${elementCount(shape)}.`,
    );
  }
  return initial ? { name, dtype, shape, initial } : { name, dtype, shape };
}
