import { detailedBalanceLoss } from '../balance.ts';
import { flowLearner } from '../balance-learners.ts';
import { defineObjective } from '../define.ts';
import { residualLosses } from '../residual-loss.ts';
import { detailedBalanceAbout } from './options.ts';

/**
 * Detailed balance (Bengio et al., JMLR 2023): the mean over all steps of the batch of half the squared residual, or of
 * another loss of it (`residualLoss`); or its sum over each trajectory, averaged over trajectories (`meanOver`).
 * @throws Error on options that are unknown or out of range
 */
export const detailedBalance = defineObjective(detailedBalanceAbout, (options, context) =>
  flowLearner(
    options,
    context,
    (grids) => detailedBalanceLoss(grids, residualLosses[options.residualLoss], options.meanOver),
    { ofSteps: true },
  ),
);
