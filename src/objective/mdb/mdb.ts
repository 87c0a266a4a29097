import { minimize } from '../../nn/index.ts';
import {
  add,
  categorical,
  divide,
  lessEqual,
  maximum,
  multiply,
  reshape,
  stopGradient,
  subtract,
  sum,
  toFloat,
} from '../../ops/index.ts';
import { logitsOf, toGrid } from '../../rollout/index.ts';
import type { Tensor } from '../../tape/index.ts';
import { lastSteps, nextValue } from '../advantage.ts';
import { backwardPolicy, hasBackwardOutputs } from '../backward-policy.ts';
import { meanSizes, modifiedDetailedBalanceResidual } from '../balance.ts';
import { potentialGrid, repeated } from '../balance-learners.ts';
import { defineObjective } from '../define.ts';
import { gradientNorm } from '../gradient-norm.ts';
import { applyNetwork, outputsOf, policyNetwork, policyOutputsAt } from '../networks.ts';
import { stopReward } from '../potential.ts';
import { residualLosses } from '../residual-loss.ts';
import { followedBy, targetNetwork } from '../target-network.ts';
import { modifiedDetailedBalanceAbout } from './options.ts';

/**
 * Modified detailed balance (Deleu et al., Bayesian Structure Learning with Generative Flow Networks, UAI 2022, eq.
 * 10), for environments in which a trajectory may stop at every state (`Environment.stopAction`). There F(s) = R(s) /
 * P_F(stop | s), so neither flows nor log Z are learnt. The loss is the mean over the steps that do not stop; see
 * `modifiedDetailedBalanceResidual`. With `target`, log P_F(stop | s') is a target network's and has no gradient.
 *
 * @throws Error on options that are unknown or out of range; its learner throws if the environment has no stop action
 * or the reward is deferred
 */
export const modifiedDetailedBalance = defineObjective(modifiedDetailedBalanceAbout, (options, context) => {
  const { environment } = context;
  const { stopAction, potential } = stopReward('mdb', context);
  const network = policyNetwork(context, options.learningRate, { backward: hasBackwardOutputs(options) });
  const policy = outputsOf(network, 0, environment.actionCount);
  const backward = backwardPolicy(options, context, network);
  const target = options.target && targetNetwork(policy, options.target);
  const loss = residualLosses[options.residualLoss];

  const update = repeated(options, (sampled, told) => {
    const { trajectories, diagnostics } = backward.learn(sampled);
    const { mask, action } = trajectories;
    const at = policyOutputsAt(network, trajectories);
    const logits = logitsOf(at.outputs, environment.actionCount);
    const stop = add(multiply(action, 0), stopAction);
    const logStop = (of: Tensor) => toGrid(categorical(of, mask, stop).logProbability, trajectories);
    const present = logStop(logits);
    const inner = subtract(
      toFloat(lessEqual(0, reshape(trajectories.rowOfGrid, present.shape))),
      lastSteps(trajectories),
    );
    const residual = modifiedDetailedBalanceResidual({
      logForward: toGrid(categorical(logits, mask, action).logProbability, trajectories),
      logBackward: toGrid(backward.logProbability(trajectories, at), trajectories),
      logReward: potentialGrid(trajectories),
      logStop: present,
      nextLogStop: nextValue(target ? stopGradient(logStop(target.outputsAt(trajectories))) : present),
      inner,
    });
    told?.(meanSizes(residual, inner));
    const total = divide(sum(loss(residual)), maximum(sum(inner), 1));
    const gradient = minimize(total, at.parameters, network.optimizer);
    return { ...diagnostics, loss: total, ...gradientNorm(gradient) };
  });
  return {
    logits: (observation) => applyNetwork(policy, observation),
    ...backward.logits,
    networks: [network],
    offPolicy: true,
    // The next step is the last, which never counts.
    ofSteps: true,
    needs: { ...backward.needs, potential },
    variables: [...backward.variables, ...(target?.variables ?? [])],
    update: followedBy(target, update),
  };
});
