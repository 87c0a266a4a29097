import { minimizeGroups } from '../../nn/index.ts';
import { abs, mean, multiply, subtract } from '../../ops/index.ts';
import { logPartitionVarianceLoss, trajectoryScore } from '../balance.ts';
import { policyOnly, repeated } from '../balance-learners.ts';
import { defineObjective } from '../define.ts';
import { gradientNorm } from '../gradient-norm.ts';
import { residualLosses } from '../residual-loss.ts';
import { logPartitionVarianceAbout } from './options.ts';

/**
 * Log-partition variance, VarGrad (Richter et al., NeurIPS 2020; Zhang et al., ICLR 2023): the variance over the batch
 * of sum log P_F - sum log P_B - log R. It is trajectory balance with the batch's own best log Z.
 * @throws Error on options that are unknown or out of range
 */
export const logPartitionVariance = defineObjective(logPartitionVarianceAbout, (options, context) => {
  const policy = policyOnly(options, context);
  return {
    ...policy,
    update: repeated(options, (trajectories, told) => {
      const { grids, groups, diagnostics } = policy.forward(trajectories);
      const score = trajectoryScore(grids);
      const loss = logPartitionVarianceLoss(score, residualLosses[options.residualLoss]);
      told?.(abs(subtract(score, mean(score))));
      const [gradient] = minimizeGroups(loss, groups);
      return { ...diagnostics, loss, ...gradientNorm(gradient), logPartition: multiply(mean(score), -1) };
    }),
  };
});
