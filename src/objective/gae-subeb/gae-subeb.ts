import { actorCritic } from '../actor-critic.ts';
import { generalizedAdvantage } from '../advantage.ts';
import { subTrajectoryEvaluation } from '../critic.ts';
import { defineObjective } from '../define.ts';
import { vanillaUpdate } from '../policy-update.ts';
import { gaeSubEbAbout } from './options.ts';

/**
 * Generalised advantages (see `gae`), with the critic trained by sub-trajectory balance (Zykova-Myzina et al. 2026,
 * eq. 14 and 15).
 * @throws Error on options that are unknown or out of range
 */
export const gaeSubEb = defineObjective(gaeSubEbAbout, (options, context) =>
  actorCritic(
    {
      learningRate: options.learningRate,
      backward: options,
      advantage: (softReturns, value) => generalizedAdvantage(softReturns, value, options.lambda),
      critic: {
        learningRate: options.valueLearningRate,
        update: subTrajectoryEvaluation(options.subTrajectoryDecay),
      },
      update: vanillaUpdate(),
    },
    context,
  ),
);
