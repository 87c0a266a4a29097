import { mean, subtract } from '../ops/index.ts';
import { type ActorCriticMethod, actorCritic } from './actor-critic.ts';
import { generalizedAdvantage } from './advantage.ts';
import { type BackwardPolicyOptions, backwardPolicyDefaults, checkFixedBackwardPolicy } from './backward-policy.ts';
import { regression } from './critic.ts';
import type { Objective } from './objective.ts';
import type { PolicyUpdate } from './policy-update.ts';
import { checkCounts, checkNotNegative, checkRates, checkShare } from './settings.ts';
import { trustRegionUpdate } from './trust-region.ts';

export interface EntTrpoOptions extends BackwardPolicyOptions {
  readonly valueLearningRate: number;
  /** E: passes of the value network over the batch. */
  readonly valueEpochs: number;
  /** S: contiguous chunks of trajectories in each pass. */
  readonly valueChunks: number;
  readonly logPartitionLearningRate: number;
  /** lambda of generalised advantage estimation. */
  readonly lambda: number;
  /** delta: the largest divergence of an update, summed over steps, averaged over trajectories. */
  readonly maxDivergence: number;
  /** Iterations of conjugate gradients in the search for the step. */
  readonly conjugateGradientSteps: number;
  /** Added to the Fisher matrix's diagonal. */
  readonly damping: number;
  /** How many lengths of the step are tried, each half as long as the one before. */
  readonly lineSearchSteps: number;
}

/** The paper's settings for Hypergrid (arXiv 2606.15793). */
export const entTrpoDefaults: EntTrpoOptions = {
  valueLearningRate: 3e-4,
  valueEpochs: 4,
  valueChunks: 2,
  logPartitionLearningRate: 0.1,
  lambda: 0.7,
  maxDivergence: 0.01,
  conjugateGradientSteps: 10,
  damping: 0,
  lineSearchSteps: 10,
  ...backwardPolicyDefaults,
};

/**
 * Ent-TRPO: trust-region policy optimisation on the soft rewards, the baseline of Zykova-Myzina et al. 2026 (arXiv
 * 2606.15793) after Niu et al., "GFlowNet Training by Policy Gradients", ICML 2024. A trajectory's cost is minus its
 * soft return, plus log Z:
 *   c_t = log pi(s_{t+1} | s_t) - log P_B(s_t | s_{t+1}),   and at the last step also - log R(x) + log Z.
 * Everything here is of -c_t, as in the other policy gradients, and is maximised: generalised advantages of -c_t, less
 * their mean over the steps of the batch; one trust-region step of the policy (see `trustRegionUpdate`); E passes of
 * the value network over S chunks, on targets computed once, the loss being the mean over the steps taken; and one step
 * of Adam on log Z times the mean cost, which settles where costs are 0 on average.
 *
 * Here the last step keeps its log P_B. The reference implementation leaves it out, which on the paper's tasks changes
 * log Z by a constant at most, but elsewhere would change the distribution that is learnt.
 *
 * @throws if a setting is out of its range
 */
export function entTrpo(options: Partial<EntTrpoOptions> = {}): Objective {
  const settings = { ...entTrpoDefaults, ...options };
  checkRates('ent-trpo', settings, ['valueLearningRate', 'logPartitionLearningRate', 'maxDivergence']);
  checkCounts('ent-trpo', settings, ['valueEpochs', 'valueChunks', 'conjugateGradientSteps', 'lineSearchSteps']);
  checkShare('ent-trpo', settings, ['lambda']);
  checkNotNegative('ent-trpo', settings, ['damping']);
  checkFixedBackwardPolicy('ent-trpo', settings);
  const { valueLearningRate, valueEpochs, valueChunks, lambda, logPartitionLearningRate } = settings;
  const method = {
    backward: settings,
    logPartition: { learningRate: logPartitionLearningRate },
    advantage: (softReturns, value) => generalizedAdvantage(softReturns, value, lambda),
    update: onCentredAdvantages(trustRegionUpdate(settings)),
    critic: {
      learningRate: valueLearningRate,
      update: regression({
        epochs: valueEpochs,
        chunks: valueChunks,
        lambda,
        frozenTargets: true,
        overStepsTaken: true,
      }),
    },
  } satisfies ActorCriticMethod;
  return { name: 'ent-trpo', options: { ...settings }, learner: (context) => actorCritic(method, context) };
}

/** Advantages less their mean over the steps of the batch; not divided by their deviation. */
function onCentredAdvantages(update: PolicyUpdate): PolicyUpdate {
  return (input) => update({ ...input, advantage: subtract(input.advantage, mean(input.advantage)) });
}
