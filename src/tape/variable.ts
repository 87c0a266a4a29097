import type { DType, Shape } from './tensor.ts';
import { checkDType, elementCount } from './tensor.ts';

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
 * @param initial the start values, or a function that makes them when a device first needs them, so that a plan that is
 *   too large is refused before they are made
 * @throws if `initial` does not have as many numbers as `shape`
 *
 */
export function variable(
  name: string,
  dtype: DType,
  shape: Shape,
  initial?: StartValues | (() => StartValues),
): Variable {
  checkDType(`variable ${name}`, dtype);
  const checked = (values: StartValues) => {
    if (values.length === elementCount(shape)) return values;
    throw new Error(
      `variable ${name}: ${values.length} start values for shape [${shape.join(', ')}], which holds ${elementCount(shape)}.`,
    );
  };
  if (!initial) return { name, dtype, shape };
  if (typeof initial !== 'function') return { name, dtype, shape, initial: checked(initial) };
  let made: StartValues | undefined;
  return {
    name,
    dtype,
    shape,
    get initial() {
      made ??= checked(initial());
      return made;
    },
  };
}

type StartValues = Float32Array | Int32Array;
