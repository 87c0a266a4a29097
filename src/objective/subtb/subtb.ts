import { mean } from '../../ops/index.ts';
import { alongTrajectories, subTrajectoryLoss, subTrajectoryPairLoss } from '../balance.ts';
import { flowLearner } from '../balance-learners.ts';
import { defineObjective } from '../define.ts';
import { residualLosses } from '../residual-loss.ts';
import { subTrajectoryBalanceAbout } from './options.ts';

/**
 * Sub-trajectory balance (Madan et al., ICML 2023), see `subTrajectoryLoss`: the mean over the batch.
 * @throws Error on options that are unknown or out of range
 */
export const subTrajectoryBalance = defineObjective(subTrajectoryBalanceAbout, (options, context) =>
  flowLearner(options, context, (grids) => {
    const chain = alongTrajectories(grids);
    const { decay, residualLoss } = options;
    return mean(
      residualLoss === 'squared'
        ? subTrajectoryLoss(chain, decay)
        : subTrajectoryPairLoss(chain, decay, residualLosses[residualLoss]),
    );
  }),
);
