import { mean } from '../../ops/index.ts';
import type { OptionsOf } from '../../options/index.ts';
import type { Tensor } from '../../tape/index.ts';
import { alongTrajectories, type BalanceInput, subTrajectoryLoss, subTrajectoryPairLoss } from '../balance.ts';
import { flowLearner } from '../balance-learners.ts';
import { defineObjective } from '../define.ts';
import { residualLosses } from '../residual-loss.ts';
import { subTrajectoryBalanceAbout } from './options.ts';

/**
 * Sub-trajectory balance (Madan et al., ICML 2023), see `subTrajectoryLoss`: the mean over the batch.
 * @throws Error on options that are unknown or out of range
 */
export const subTrajectoryBalance = defineObjective(subTrajectoryBalanceAbout, (options, context) =>
  flowLearner(options, context, (grids) => subTrajectoryMean(options, grids)),
);

/** The mean over the batch of the loss of all pairs of states. */
export function subTrajectoryMean(
  { decay, residualLoss }: Pick<OptionsOf<typeof subTrajectoryBalanceAbout.options>, 'decay' | 'residualLoss'>,
  grids: BalanceInput,
): Tensor {
  const chain = alongTrajectories(grids);
  return mean(
    residualLoss === 'squared'
      ? subTrajectoryLoss(chain, decay)
      : subTrajectoryPairLoss(chain, decay, residualLosses[residualLoss]),
  );
}
