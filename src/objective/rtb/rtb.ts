import { defineObjective } from '../define.ts';
import { relativeBalance } from '../relative-balance.ts';
import { residualLosses } from '../residual-loss.ts';
import { relativeTrajectoryBalanceAbout } from './options.ts';

/**
 * Relative trajectory balance (Venkatraman et al., Amortizing Intractable Inference in Diffusion Models for Vision,
 * Language, and Control, NeurIPS 2024): the mean over the batch of half the square, or another loss, of
 *    log Z + sum of log P_F - sum of log p - beta log R, with the frozen policy p of a trained sampler; see
 *   `relativeBalance`. The run takes it as its option `prior`.
 * @throws Error on options that are unknown or out of range; its learner throws if the prior does not fit
 */
export const relativeTrajectoryBalance = defineObjective(relativeTrajectoryBalanceAbout, (options, context) =>
  relativeBalance({ ...options, scale: 1, loss: residualLosses[options.residualLoss] }, context),
);
