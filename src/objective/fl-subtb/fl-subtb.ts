import { flowLearner } from '../balance-learners.ts';
import { defineObjective } from '../define.ts';
import { potentialOf } from '../potential.ts';
import { subTrajectoryMean } from '../subtb/subtb.ts';
import { forwardLookingSubTrajectoryBalanceAbout } from './options.ts';

/**
 * Forward-looking sub-trajectory balance (Pan et al., Better Training of GFlowNets with Local Credit and Incomplete
 * Trajectories, ICML 2023): sub-trajectory balance with log F(s) = log F~(s) + phi(s); phi as in
 * `forwardLookingDetailedBalance`.
 *
 * @throws Error on options that are unknown or out of range; its learner throws if there is no potential
 */
export const forwardLookingSubTrajectoryBalance = defineObjective(
  forwardLookingSubTrajectoryBalanceAbout,
  (options, context) =>
    flowLearner(options, context, (grids) => subTrajectoryMean(options, grids), {
      potential: potentialOf('fl-subtb', context),
    }),
);
