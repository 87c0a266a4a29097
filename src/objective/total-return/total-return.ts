import { broadcastTo, sum } from '../../ops/index.ts';
import { actorCritic } from '../actor-critic.ts';
import { defineObjective } from '../define.ts';
import { vanillaUpdate } from '../policy-update.ts';
import { reinforceTotalReturnAbout } from './options.ts';

/**
 * The policy gradient (Zykova-Myzina et al. 2026, Algorithm 1) that credits every action
 * with the whole trajectory's soft return.
 * @throws Error on options that are unknown or out of range
 */
export const reinforceTotalReturn = defineObjective(reinforceTotalReturnAbout, (options, context) =>
  actorCritic(
    {
      learningRate: options.learningRate,
      backward: options,
      advantage: (softReturns) => broadcastTo(sum(softReturns, 0, true), softReturns.shape),
      update: vanillaUpdate(),
    },
    context,
  ),
);
