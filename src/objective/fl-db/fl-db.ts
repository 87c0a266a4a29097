import { detailedBalanceLoss } from '../balance.ts';
import { flowLearner } from '../balance-learners.ts';
import { defineObjective } from '../define.ts';
import { potentialOf } from '../potential.ts';
import { residualLosses } from '../residual-loss.ts';
import { forwardLookingDetailedBalanceAbout } from './options.ts';

/**
 * Forward-looking detailed balance (Pan et al., Better Training of GFlowNets with Local Credit and Incomplete
 * Trajectories, ICML 2023): detailed balance with log F(s) = log F~(s) + phi(s), of which the network only computes log
 * F~. phi(s) is the part of log R known at an intermediate state: the reward's `logPotential`, otherwise log R of s if
 * stopped there minus log R of the initial state if stopped. With phi = 0 it is detailed balance. With `target` the
 * flow of the next state is a target network's, without gradient.
 *
 * @throws Error on options that are unknown or out of range; its learner throws if there is no potential
 */
export const forwardLookingDetailedBalance = defineObjective(forwardLookingDetailedBalanceAbout, (options, context) =>
  flowLearner(
    options,
    context,
    (grids) => detailedBalanceLoss(grids, residualLosses[options.residualLoss], options.meanOver),
    { ofSteps: true, potential: potentialOf('fl-db', context), target: options.target },
  ),
);
