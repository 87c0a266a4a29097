import { clip, exp, minimum, multiply, subtract } from '../ops/index.ts';
import type { Tensor } from '../tape/index.ts';

/**
 * The largest log-ratio that is exponentiated. e^20 = 4.9e8 is far outside every clip range, so this only affects
 * ratios that would overflow, and with them the whole batch.
 */
const maxLogRatio = 20;

/** rho = pi_new(a | s) / pi_old(a | s), from the logarithms of both. */
export function probabilityRatio(logProbability: Tensor, oldLogProbability: Tensor): Tensor {
  return exp(clip(subtract(logProbability, oldLogProbability), -maxLogRatio, maxLogRatio));
}

/**
 * Eq. 5 (Zykova-Myzina et al. 2026): min(rho A, clip(rho, 1 - epsilon, 1 + epsilon) A). Its gradient vanishes only if
 * the clipped branch is strictly smaller.
 */
export function clippedSurrogate(ratio: Tensor, advantage: Tensor, clipRange: number): Tensor {
  const clipped = clip(ratio, 1 - clipRange, 1 + clipRange);
  return minimum(multiply(ratio, advantage), multiply(clipped, advantage));
}
