import { actorCritic } from '../actor-critic.ts';
import { generalizedAdvantage } from '../advantage.ts';
import { regression } from '../critic.ts';
import { defineObjective } from '../define.ts';
import { vanillaUpdate } from '../policy-update.ts';
import { gaeAbout } from './options.ts';

/**
 * The policy gradient (Zykova-Myzina et al. 2026, Algorithm 1) that credits actions with their generalised advantage
 * (eq. 13).
 * @throws Error on options that are unknown or out of range
 */
export const gae = defineObjective(gaeAbout, (options, context) =>
  actorCritic(
    {
      learningRate: options.learningRate,
      backward: options,
      advantage: (softReturns, value) => generalizedAdvantage(softReturns, value, options.lambda),
      critic: {
        learningRate: options.valueLearningRate,
        update: regression({
          epochs: options.valueEpochs,
          chunks: options.valueChunks,
          lambda: options.lambda,
          frozenTargets: false,
          loss: options.valueLoss,
        }),
      },
      update: vanillaUpdate(),
    },
    context,
  ),
);
