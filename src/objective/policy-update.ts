import { minimize } from '../nn/index.ts';
import { categorical, less, max, mean, multiply, or, subtract, sum, toFloat } from '../ops/index.ts';
import type { Trajectories } from '../rollout/index.ts';
import type { Tensor } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { gradientNorm } from './gradient-norm.ts';
import { policyOutputsAt, type TrainableNetwork } from './networks.ts';
import { clippedSurrogate, probabilityRatio } from './surrogate.ts';

/** The inputs of a policy's update. */
export interface PolicyUpdateInput {
  readonly policy: TrainableNetwork;
  readonly trajectories: Trajectories;
  /** log pi_old [N] of the actions taken, for the sampling policy. */
  readonly oldLogProbability: Tensor;
  /** Psi_t [N] of eq. 8: the credit of each action. */
  readonly advantage: Tensor;
}

/** Records a policy's improvement on one batch. Returns diagnostics [] of the last update, by name. */
export type PolicyUpdate = (input: PolicyUpdateInput) => Record<string, Tensor>;

/**
 * Eq. 8 (Zykova-Myzina et al. 2026), the policy gradient: one step of Adam on
 *   - (1 / batch) sum of log pi(a_t | s_t) Psi_t.
 */
export function vanillaUpdate(): PolicyUpdate {
  return ({ policy, trajectories, advantage }) => {
    const { mask, action, batch } = trajectories;
    const { outputs, parameters } = policyOutputsAt(policy, trajectories);
    const { logProbability, entropy } = categorical(outputs, mask, action);
    const loss = multiply(sum(multiply(logProbability, advantage)), -1 / batch);
    const gradient = minimize(loss, parameters, policy.optimizer);
    return { loss, ...gradientNorm(gradient), meanEntropy: mean(entropy) };
  };
}

/** The settings of clipped policy updates. */
export interface ClippedUpdateOptions {
  /** K: steps of Adam, each over the whole batch. */
  readonly updates: number;
  /** epsilon: the range of the probability ratio around 1 beyond which its advantage no longer counts. */
  readonly clipRange: number;
  /** Ablation: leaves the divergence out of the objective. */
  readonly withoutDivergence?: boolean;
  /** Ablation: leaves the ratio unclipped. */
  readonly withoutClipping?: boolean;
}

/**
 * Eq. 20 (Zykova-Myzina et al. 2026): K steps of Adam that maximise, summed over steps and averaged over trajectories,
 *    PPOClip(rho_t, A_t) - KL(pi(. | s_t) || pi_old(. | s_t)),   rho_t = pi(a_t | s_t) / pi_old(a_t | s_t). The
 *   divergence is analytic and has coefficient 1: it derives from the entropy, and is not a tunable penalty.
 */
export function clippedUpdates(options: ClippedUpdateOptions): PolicyUpdate {
  checkGiven('clippedUpdates', { options }, 'object');
  const { updates, clipRange, withoutDivergence = false, withoutClipping = false } = options;
  return ({ policy, trajectories, oldLogProbability, advantage }) => {
    const { mask, action, logits: oldLogits, batch } = trajectories;
    let diagnostics: Record<string, Tensor> = {};
    for (let update = 0; update < updates; update++) {
      const { outputs, parameters } = policyOutputsAt(policy, trajectories);
      const { logProbability, divergence } = categorical(outputs, mask, action, oldLogits);
      const ratio = probabilityRatio(logProbability, oldLogProbability);
      const surrogate = withoutClipping ? multiply(ratio, advantage) : clippedSurrogate(ratio, advantage, clipRange);
      const gain = withoutDivergence ? surrogate : subtract(surrogate, divergence);
      const loss = multiply(sum(gain), -1 / batch);
      const gradient = minimize(loss, parameters, policy.optimizer);
      diagnostics = {
        ...{ loss, ...gradientNorm(gradient) },
        ...(!withoutClipping && { clipFraction: clipFraction(ratio, clipRange) }),
        ...{ meanRatio: mean(ratio), maxRatio: max(ratio), meanDivergence: mean(divergence) },
      };
    }
    return diagnostics;
  };
}

/** The share of steps outside of the clip range. */
function clipFraction(ratio: Tensor, clipRange: number): Tensor {
  return mean(toFloat(or(less(ratio, 1 - clipRange), less(1 + clipRange, ratio))));
}
