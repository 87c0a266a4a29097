import { mean, subtract } from '../../ops/index.ts';
import { actorCritic } from '../actor-critic.ts';
import { generalizedAdvantage } from '../advantage.ts';
import { regression } from '../critic.ts';
import { defineObjective } from '../define.ts';
import type { PolicyUpdate } from '../policy-update.ts';
import { trustRegionUpdate } from '../trust-region.ts';
import { entTrpoAbout } from './options.ts';

/**
 * Ent-TRPO: trust-region policy optimisation on the soft rewards, the baseline of Zykova-Myzina et al. 2026 (arXiv
 * 2606.15793) after Niu et al., "GFlowNet Training by Policy Gradients", ICML 2024. A trajectory's cost is minus its
 * soft return, plus log Z:
 *    c_t = log pi(s_{t+1} | s_t) - log P_B(s_t | s_{t+1}),   and at the last step also - log R(x) + log Z. Everything
 *   here uses -c_t, as in the other policy gradients, and is maximised: generalised advantages of -c_t, minus their
 *   mean over the steps of the batch; one trust-region step of the policy (see `trustRegionUpdate`); E passes of the
 *   value network over S chunks, on targets computed once, the loss being the mean over the steps taken; and one step
 *   of Adam on log Z times the mean cost, which converges when costs are 0 on average.
 *
 * Here the last step keeps its log P_B. The reference implementation drops it, which on the paper's problems changes
 * log Z by at most a constant, but elsewhere would change the learnt distribution.
 *
 * @throws Error on options that are unknown or out of range; its learner throws if its
 * networks are over graphs, sequences or relations
 */
export const entTrpo = defineObjective(entTrpoAbout, (options, context) => {
  const { environment, family } = context;
  // `tangent` has no rules for the operations of other networks than perceptrons.
  if (family) {
    const advice = family.kind === 'graph' ? '' : ', or leave width, layers, heads and attention out';
    throw new Error(
      `ent-trpo: ${environment.name} has networks over ${family.kind}s, and a trust-region step needs derivatives that only ` +
        `perceptrons have. Take ent-ppo${advice}.`,
    );
  }
  const { lambda, valueEpochs: epochs, valueChunks: chunks } = options;
  return actorCritic(
    {
      backward: options,
      logPartition: { learningRate: options.logPartitionLearningRate },
      advantage: (softReturns, value) => generalizedAdvantage(softReturns, value, lambda),
      update: onCentredAdvantages(trustRegionUpdate(options)),
      critic: {
        learningRate: options.valueLearningRate,
        update: regression({ epochs, chunks, lambda, frozenTargets: true, loss: options.valueLoss }),
      },
    },
    context,
  );
});

/** Advantages minus their mean over the steps of the batch; not divided by their deviation. */
function onCentredAdvantages(update: PolicyUpdate): PolicyUpdate {
  return (input) => update({ ...input, advantage: subtract(input.advantage, mean(input.advantage)) });
}
