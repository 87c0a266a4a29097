import { minimize } from '../../nn/index.ts';
import { reshape } from '../../ops/index.ts';
import type { ParentData, Trajectories } from '../../rollout/index.ts';
import type { Tensor } from '../../tape/index.ts';
import { defineObjective } from '../define.ts';
import { edgesFromParents, flowMatchingLoss, logSumExp } from '../flow-matching-loss.ts';
import { gradientNorm } from '../gradient-norm.ts';
import { applyNetwork, initialMask, policyNetwork, policyOutputsAt } from '../networks.ts';
import { residualLosses } from '../residual-loss.ts';
import { flowMatchingAbout } from './options.ts';

/**
 * Flow matching (Bengio et al., NeurIPS 2021). The network's outputs are log F(s -> s') for each action; the policy is
 * their softmax, and log Z the logarithm of the flow out of the initial state. Each batch is one step of Adam on
 * `flowMatchingLoss`. The network runs once for each backward action of the environment, at the parents.
 *
 * @throws Error on options that are unknown or out of range
 */
export const flowMatching = defineObjective(flowMatchingAbout, (options, context) => {
  const { environment } = context;
  if (environment.upToSymmetry) {
    throw new Error(
      `fm: on ${environment.name} several backward actions may undo one action, so that the flow into a state would ` +
        'be counted more than once. Take another balance objective (tb, db, subtb, vargrad).',
    );
  }
  const policy = policyNetwork(context, options.learningRate);
  const allowedAtFirst = initialMask(environment);
  return {
    logits: (observation) => applyNetwork(policy, observation),
    networks: [policy],
    offPolicy: true,
    needs: { parents: true },
    variables: [],
    update(trajectories) {
      const parents = parentsOf(trajectories);
      const { outputs, parameters: tensors } = policyOutputsAt(policy, trajectories);
      const logEdgeFlow = (observation: Tensor) => policy.network.apply(tensors, observation);
      const flows = {
        logOutflow: logSumExp(outputs, trajectories.mask),
        logInflow: logSumExp(edgesFromParents(parents, logEdgeFlow), parents.mask),
        trajectories,
      };
      const loss = flowMatchingLoss(flows, residualLosses[options.residualLoss]);
      return { loss, ...gradientNorm(minimize(loss, tensors, policy.optimizer)) };
    },
    logPartition(observation) {
      const mask = observation.tape.constant('i32', [1, environment.actionCount], allowedAtFirst);
      return reshape(logSumExp(applyNetwork(policy, observation), mask), []);
    },
  };
});

/** @throws if the rollout did not record the parents */
function parentsOf({ parents }: Pick<Trajectories, 'parents'>): ParentData {
  if (parents) return parents;
  throw new Error(
    "fm: flow matching needs all parents of the states visited, which this rollout does not record: give it the learner's `needs`.",
  );
}
