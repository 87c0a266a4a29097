import type { Variable } from '../tape/index.ts';
import { elementCount } from '../tape/index.ts';

/** @throws unless `data` has as many numbers as the variable has elements */
export function checkElementCount(variable: Variable, data: ArrayLike<number>): void {
  const wanted = elementCount(variable.shape);
  if (data.length !== wanted) {
    throw new Error(`write: variable ${variable.name} holds ${wanted} numbers, but ${data.length} were given.`);
  }
}
