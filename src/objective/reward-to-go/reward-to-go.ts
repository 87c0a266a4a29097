import { actorCritic } from '../actor-critic.ts';
import { rewardToGo } from '../advantage.ts';
import { defineObjective } from '../define.ts';
import { vanillaUpdate } from '../policy-update.ts';
import { reinforceRewardToGoAbout } from './options.ts';

/**
 * The policy gradient (Zykova-Myzina et al. 2026, Algorithm 1) that credits actions with the reward-to-go (eq. 10).
 * @throws Error on options that are unknown or out of range
 */
export const reinforceRewardToGo = defineObjective(reinforceRewardToGoAbout, (options, context) =>
  actorCritic(
    {
      learningRate: options.learningRate,
      backward: options,
      advantage: rewardToGo,
      update: vanillaUpdate(),
    },
    context,
  ),
);
