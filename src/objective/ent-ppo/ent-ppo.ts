import { actorCritic } from '../actor-critic.ts';
import { generalizedAdvantage } from '../advantage.ts';
import { regression } from '../critic.ts';
import { defineObjective } from '../define.ts';
import { clippedUpdates } from '../policy-update.ts';
import { entPpoAbout } from './options.ts';

/**
 * Ent-PPO (Zykova-Myzina et al. 2026, Algorithm 2): generalised advantages of the soft rewards, K clipped updates of
 * the policy with the divergence from the sampling policy (eq. 20, see `clippedUpdates`), then E passes of the value
 * network over S chunks (see `recordValueUpdates`). No entropy bonus, no advantage normalisation, no value clipping, no
 * gradient clipping.
 *
 * @throws Error on options that are unknown or out of range
 */
export const entPpo = defineObjective(entPpoAbout, (options, context) => {
  const { lambda, valueEpochs: epochs, valueChunks: chunks, frozenTargets } = options;
  return actorCritic(
    {
      learningRate: options.learningRate,
      backward: options,
      terminalRewardOnly: options.terminalRewardOnly,
      normalizeAdvantage: options.normalizeAdvantage,
      advantage: (softReturns, value) => generalizedAdvantage(softReturns, value, lambda),
      update: clippedUpdates({ updates: options.policyUpdates, ...options }),
      critic: {
        learningRate: options.valueLearningRate,
        update: regression({ epochs, chunks, lambda, frozenTargets, loss: options.valueLoss }),
      },
    },
    context,
  );
});
