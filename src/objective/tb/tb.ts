import { minimizeGroups, readParameters } from '../../nn/index.ts';
import { abs, add, mean } from '../../ops/index.ts';
import { trajectoryBalanceLoss, trajectoryScore } from '../balance.ts';
import { policyOnly, repeated } from '../balance-learners.ts';
import { defineObjective } from '../define.ts';
import { gradientNorm } from '../gradient-norm.ts';
import { logPartitionEstimate } from '../log-partition.ts';
import { residualLosses } from '../residual-loss.ts';
import { trajectoryBalanceAbout } from './options.ts';

/**
 * Trajectory balance (Malkin et al., NeurIPS 2022): the mean over the batch of the square of log Z + sum log P_F - sum
 * log P_B - log R, or of another loss (`residualLoss`). log Z has its own learning rate, since it would never converge
 * with the policy's.
 * @throws Error on options that are unknown or out of range
 */
export const trajectoryBalance = defineObjective(trajectoryBalanceAbout, (options, context) => {
  const policy = policyOnly(options, context);
  const { network, of, at } = logPartitionEstimate(context, options.logPartitionLearningRate);
  return {
    ...policy,
    networks: [...policy.networks, network],
    update: repeated(options, (trajectories, told) => {
      const { grids, groups, diagnostics } = policy.forward(trajectories);
      const { tape } = trajectories.action;
      const tensors = readParameters(tape, network.parameters);
      const estimate = of(trajectories, tensors);
      const loss = trajectoryBalanceLoss(grids, estimate, residualLosses[options.residualLoss]);
      told?.(abs(add(trajectoryScore(grids), estimate)));
      const [gradient] = minimizeGroups(loss, [...groups, { tensors, optimizer: network.optimizer }]);
      const logPartition = mean(of(trajectories, readParameters(tape, network.parameters)));
      return { ...diagnostics, loss, ...gradientNorm(gradient), logPartition };
    }),
    logPartition: at,
  };
});
