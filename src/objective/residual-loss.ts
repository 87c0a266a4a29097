import { abs, add, clip, exp, minimum, multiply, square, subtract } from '../ops/index.ts';
import type { Tensor } from '../tape/index.ts';
import type { ResidualLossName } from './residual-loss-names.ts';

/** A loss of residuals r: non-negative numbers of the same shape that are 0 where r is 0. */
export type ResidualLoss = (residual: Tensor) => Tensor;

/**
 * Beyond this exponent the exponential continues as its tangent: e^20 is 5e8, and float32 ends at e^88. A loss that
 * steep dominates the batch anyway.
 */
const maxExponent = 20;

/** Losses of residuals by name (Hu et al., "Beyond Squared Error", ICLR 2025, for the last two). */
export const residualLosses = {
  /** r^2. */
  squared: square,
  /** r^2 / 2. */
  'half-squared': (r: Tensor) => multiply(square(r), 0.5),
  /** r^2 / 2 up to |r| = 1, |r| - 1/2 beyond. With c = clip(r, -1, 1) both are c r - c^2 / 2. */
  huber(r: Tensor) {
    const c = clip(r, -1, 1);
    return subtract(multiply(c, r), multiply(square(c), 0.5));
  },
  /** e^r + e^-r - 2: close to r^2 near 0, and steep beyond, so that no residual stays large. */
  'shifted-cosh'(r: Tensor) {
    const size = abs(r);
    return subtract(add(exponential(size), exp(multiply(size, -1))), 2);
  },
  /** e^r - r - 1: close to r^2 / 2 near 0. Positive residuals, too much forward flow, cost more than negative ones. */
  linex: (r: Tensor) => subtract(subtract(exponential(r), r), 1),
} satisfies Readonly<Record<ResidualLossName, ResidualLoss>>;

/** e^x, and its tangent at 20 beyond that. */
function exponential(x: Tensor): Tensor {
  const held = minimum(x, maxExponent);
  return multiply(exp(held), add(subtract(x, held), 1));
}
