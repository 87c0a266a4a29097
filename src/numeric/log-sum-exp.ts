import { exp, log } from './elementary.ts';

/** log of the sum of exp, without overflow; -Infinity for no values. */
export function logSumExp(values: Float64Array): number {
  const largest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(largest)) return largest;
  return largest + log(values.reduce((sum, value) => sum + exp(value - largest), 0));
}
