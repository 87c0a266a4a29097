import { actorCritic } from '../actor-critic.ts';
import { generalizedAdvantage } from '../advantage.ts';
import { regression } from '../critic.ts';
import { defineObjective } from '../define.ts';
import { vanillaUpdate } from '../policy-update.ts';
import { valueBaselineAbout } from './options.ts';

/**
 * The policy gradient (Zykova-Myzina et al. 2026, Algorithm 1) that credits actions with the reward-to-go minus V(s_t)
 * (eq. 11): generalised advantages with lambda = 1.
 * @throws Error on options that are unknown or out of range
 */
export const valueBaseline = defineObjective(valueBaselineAbout, (options, context) =>
  actorCritic(
    {
      learningRate: options.learningRate,
      backward: options,
      advantage: (softReturns, value) => generalizedAdvantage(softReturns, value, 1),
      critic: {
        learningRate: options.valueLearningRate,
        update: regression({
          epochs: options.valueEpochs,
          chunks: options.valueChunks,
          lambda: 1,
          frozenTargets: false,
          loss: options.valueLoss,
        }),
      },
      update: vanillaUpdate(),
    },
    context,
  ),
);
