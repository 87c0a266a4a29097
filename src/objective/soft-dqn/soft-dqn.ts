import { minimize } from '../../nn/index.ts';
import {
  add,
  categorical,
  divide,
  maximum,
  multiply,
  reshape,
  slice,
  stopGradient,
  subtract,
  sum,
} from '../../ops/index.ts';
import { fromGrid, toGrid } from '../../rollout/index.ts';
import type { Tensor } from '../../tape/index.ts';
import { lastSteps, nextValue } from '../advantage.ts';
import { countedSteps, meanSizes } from '../balance.ts';
import { defineObjective } from '../define.ts';
import { logSumExp } from '../flow-matching-loss.ts';
import { gradientNorm } from '../gradient-norm.ts';
import { applyNetwork, initialMask, policyNetwork, policyOutputsAt } from '../networks.ts';
import { residualLosses } from '../residual-loss.ts';
import { targetNetwork } from '../target-network.ts';
import { softDqnAbout } from './options.ts';

/** A policy and the values of states, from the network's outputs. Q(s, a) = V(s) + temperature log pi(a | s). */
interface PolicyAndValue {
  /** Logits of the policy, [N, A]. */
  readonly logits: Tensor;
  /** V(s), [N]. */
  readonly value: Tensor;
}

/**
 * Soft Q-learning (Haarnoja et al., ICML 2017) on the rewards that make it a GFlowNet (Tiapkin et al., "Generative Flow
 * Networks as Entropy-Regularized RL", AISTATS 2024): a step earns log P_B, and the last one log R(x) in addition. Q is
 * regressed on
 *    y = r + V'(s'),   V'(s') = temperature logsumexp(Q'(s', .) / temperature) over the allowed actions, 0 after the
 *   end, with Q' from the target network. At the solution Q(s, a) = log F(s -> s'), V(s) = log F(s), and V(s_0) = log
 *   Z.
 *
 * - `dueling`: the network computes V(s) and the policy's logits, and Q is V + temperature log pi.
 * - `double`: V'(s') = sum over a of pi(a | s') (Q'(s', a) - temperature log pi(a | s')) with the current policy pi,
 *   which
 *   is the target network's own value minus temperature KL(pi || pi').
 * - `munchausen` (Vieillard et al., NeurIPS 2020): alpha times temperature log pi'(a | s), clamped to [l0, 0], is added
 *   to
 *   the reward, with the target network's policy pi'. With the temperature 1 / (1 - alpha) the solution's policy
 *   stays the same, and so does V.
 *
 * The loss is the mean over the steps taken, with the weight `terminalWeight` for steps that end a trajectory.
 *
 * @throws Error on options that are unknown or out of range
 */
export const softDqn = defineObjective(softDqnAbout, (options, context) => {
  const { environment } = context;
  const { dueling, munchausen } = options;
  const temperature = 1 / (1 - (munchausen?.weight ?? 0));
  const network = policyNetwork(context, options.learningRate, { state: dueling });
  const target = targetNetwork(network, { every: options.targetEvery, mix: options.targetMix });
  const loss = residualLosses[options.residualLoss];

  const logitsOf = (outputs: Tensor) =>
    dueling ? slice(outputs, 1, 0, environment.actionCount) : multiply(outputs, 1 / temperature);
  const read = (outputs: Tensor, mask: Tensor): PolicyAndValue => {
    const logits = logitsOf(outputs);
    const value = dueling
      ? reshape(slice(outputs, 1, environment.actionCount, 1), [outputs.shape[0]])
      : multiply(logSumExp(logits, mask), temperature);
    return { logits, value };
  };
  const allowedAtFirst = initialMask(environment);

  return {
    logits: (observation) => logitsOf(applyNetwork(network, observation)),
    networks: [network],
    offPolicy: true,
    ofSteps: true,
    variables: target.variables,
    update(trajectories, told) {
      const { mask, action, logBackward, logReward } = trajectories;
      const { tape } = action;
      const { outputs, parameters } = policyOutputsAt(network, trajectories);
      const present = read(outputs, mask);
      const past = read(target.outputsAt(trajectories), mask);
      // The divergence of the current policy from the target network's.
      const { logProbability, divergence } = categorical(present.logits, mask, action, stopGradient(past.logits));
      const q = add(present.value, multiply(logProbability, temperature));

      const value = options.double ? subtract(past.value, multiply(divergence, temperature)) : past.value;
      const next = fromGrid(nextValue(toGrid(value, trajectories)), trajectories);
      const soft = add(add(logBackward, logReward), next);
      const y = munchausen
        ? add(soft, multiply(bonus(categorical(past.logits, mask, action).logProbability), munchausen.weight))
        : soft;

      const last = lastSteps(trajectories);
      const weight = add(multiply(last, options.terminalWeight - 1), 1);
      const counted = countedSteps({
        counted: trajectories.counted && toGrid(trajectories.counted, trajectories),
        trajectories,
      });
      // After a trajectory's end the residual is 0, and so is its loss.
      const residual = multiply(counted, toGrid(subtract(q, stopGradient(y)), trajectories));
      told?.(meanSizes(residual, counted));
      const total = divide(sum(multiply(weight, loss(residual))), maximum(sum(counted), 1));
      const gradient = minimize(total, parameters, network.optimizer);
      target.follow(tape);
      return { loss: total, ...gradientNorm(gradient) };
    },
    logPartition(observation) {
      const mask = observation.tape.constant('i32', [1, environment.actionCount], allowedAtFirst);
      return reshape(read(applyNetwork(network, observation), mask).value, []);
    },
  };

  /** temperature log pi'(a | s), clamped to [l0, 0]. */
  function bonus(logProbability: Tensor): Tensor {
    return maximum(multiply(logProbability, temperature), munchausen?.min ?? 0);
  }
});
