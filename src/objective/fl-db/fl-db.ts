import { detailedBalanceLoss } from '../balance.ts';
import { flowLearner } from '../balance-learners.ts';
import { defineObjective } from '../define.ts';
import { potentialOf } from '../potential.ts';
import { residualLosses } from '../residual-loss.ts';
import { forwardLookingDetailedBalanceAbout } from './options.ts';

/**
 * Forward-looking detailed balance (Pan et al., Better Training of GFlowNets with Local Credit and Incomplete
 * Trajectories, ICML 2023): detailed balance with log F(s) = log F~(s) + phi(s), of which the network gives log F~ alone.
 * phi(s) is what of log R is known on the way: the reward's `logPotential`, else log R of the state stopped less that of
 * the initial state stopped. With phi = 0 on the way it is detailed balance. With `target` the flow of the next state is a
 * target network's, without gradient.
 *
 * @throws Error on options that are unknown or out of range; by its learner, where there is no potential
 */
export const forwardLookingDetailedBalance = defineObjective(forwardLookingDetailedBalanceAbout, (options, context) =>
  flowLearner(
    options,
    context,
    (grids) => detailedBalanceLoss(grids, residualLosses[options.residualLoss], options.meanOver),
    { ofSteps: true, potential: potentialOf('fl-db', context), target: options.target },
  ),
);
