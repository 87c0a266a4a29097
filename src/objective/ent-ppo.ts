import { type ActorCriticMethod, actorCritic } from './actor-critic.ts';
import { generalizedAdvantage } from './advantage.ts';
import { type BackwardPolicyOptions, backwardPolicyDefaults, checkFixedBackwardPolicy } from './backward-policy.ts';
import { regression } from './critic.ts';
import type { Objective } from './objective.ts';
import { clippedUpdates } from './policy-update.ts';
import { checkCounts, checkRates, checkShare } from './settings.ts';

export interface EntPpoOptions extends BackwardPolicyOptions {
  readonly learningRate: number;
  readonly valueLearningRate: number;
  /** K: steps of Adam on the policy, over the whole batch each. */
  readonly policyUpdates: number;
  /** E: passes of the value network over the batch. */
  readonly valueEpochs: number;
  /** S: contiguous chunks of trajectories in each pass. */
  readonly valueChunks: number;
  /** epsilon: how far the probability ratio may leave 1 before its advantage stops counting. */
  readonly clipRange: number;
  /** lambda of generalised advantage estimation. */
  readonly lambda: number;
  /** Compute the value's regression targets once an iteration instead of anew for each chunk. */
  readonly frozenTargets: boolean;
  /** Ablation: without the divergence from the policy that sampled. */
  readonly withoutDivergence: boolean;
  /** Ablation: without clipping the probability ratio. */
  readonly withoutClipping: boolean;
  /** Ablation: without log P_B in the rewards. */
  readonly terminalRewardOnly: boolean;
  /** Ablation: advantages are centred and divided by their standard deviation. */
  readonly normalizeAdvantage: boolean;
}

/** The paper's settings for Hypergrid (its Appendix G; arXiv 2606.15793). */
export const entPpoDefaults: EntPpoOptions = {
  learningRate: 1e-3,
  valueLearningRate: 3e-4,
  policyUpdates: 4,
  valueEpochs: 4,
  valueChunks: 2,
  clipRange: 0.2,
  lambda: 0.7,
  frozenTargets: false,
  withoutDivergence: false,
  withoutClipping: false,
  terminalRewardOnly: false,
  normalizeAdvantage: false,
  ...backwardPolicyDefaults,
};

/**
 * Ent-PPO (Zykova-Myzina et al. 2026, Algorithm 2): generalised advantages of the soft rewards, K clipped updates of
 * the policy with the divergence from the policy that sampled (eq. 20, see `clippedUpdates`), then E passes of the
 * value network over S chunks (see `recordValueUpdates`). No entropy bonus, no advantage normalisation, no value
 * clipping, no gradient clipping.
 *
 * @throws if a setting is out of its range
 */
export function entPpo(options: Partial<EntPpoOptions> = {}): Objective {
  const settings = { ...entPpoDefaults, ...options };
  checkRates('ent-ppo', settings, ['learningRate', 'valueLearningRate']);
  checkCounts('ent-ppo', settings, ['policyUpdates', 'valueEpochs', 'valueChunks']);
  checkShare('ent-ppo', settings, ['lambda', 'clipRange']);
  checkFixedBackwardPolicy('ent-ppo', settings);
  const { learningRate, valueLearningRate, policyUpdates, valueEpochs, valueChunks, lambda, ...rest } = settings;
  const method = {
    learningRate,
    backward: settings,
    terminalRewardOnly: settings.terminalRewardOnly,
    normalizeAdvantage: settings.normalizeAdvantage,
    advantage: (softReturns, value) => generalizedAdvantage(softReturns, value, lambda),
    update: clippedUpdates({ updates: policyUpdates, ...rest }),
    critic: {
      learningRate: valueLearningRate,
      update: regression({ epochs: valueEpochs, chunks: valueChunks, lambda, frozenTargets: rest.frozenTargets }),
    },
  } satisfies ActorCriticMethod;
  return { name: 'ent-ppo', options: { ...settings }, learner: (context) => actorCritic(method, context) };
}
