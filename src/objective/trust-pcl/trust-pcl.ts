import { defineObjective } from '../define.ts';
import { relativeBalance } from '../relative-balance.ts';
import { residualLosses } from '../residual-loss.ts';
import { trustPclAbout } from './options.ts';

/**
 * Trust-region path consistency on whole trajectories (Nachum et al., Trust-PCL, ICLR 2018): the mean over the batch of
 * half the square of
 *    V(s_0) + alpha (sum of log P_F - sum of log p) - log R, with the frozen policy p of a trained sampler. With V(s_0)
 *   = alpha log Z, where log Z is learnt, it is alpha^2 times relative trajectory balance with beta = 1 / alpha.
 * @throws Error on options that are unknown or out of range; its learner throws if the prior does not fit
 */
export const trustPcl = defineObjective(trustPclAbout, ({ alpha, ...options }, context) =>
  relativeBalance(
    { ...options, rewardExponent: 1 / alpha, scale: alpha, loss: residualLosses['half-squared'] },
    context,
  ),
);
