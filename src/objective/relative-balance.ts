import { minimizeGroups, readParameters } from '../nn/index.ts';
import { abs, add, categorical, mean, multiply, reshape, subtract, sum } from '../ops/index.ts';
import type { OffPolicyTrajectories } from '../rollout/index.ts';
import { toGrid } from '../rollout/index.ts';
import type { Tensor } from '../tape/index.ts';
import { repeated } from './balance-learners.ts';
import { gradientNorm } from './gradient-norm.ts';
import { applyNetwork, logPartitionParameter, policyOutputsAt } from './networks.ts';
import type { Learner, LearnerContext } from './objective.ts';
import { policyWithPrior } from './prior.ts';
import type { ResidualLoss } from './residual-loss.ts';

/** The settings of relative trajectory balance and of trust-region path consistency. */
export interface RelativeBalance {
  readonly learningRate: number;
  readonly logPartitionLearningRate: number;
  readonly startAtPrior: boolean;
  readonly updates: number;
  /** beta: the exponent of the reward in the posterior. */
  readonly rewardExponent: number;
  /** The factor of the residual, log Z + sum of (log P_F - log p) - beta log R. */
  readonly scale: number;
  readonly loss: ResidualLoss;
}

/**
 * A posterior sampler for p(trajectory) R(x)^beta, normalised: the residual of each trajectory is
 *    scale (log Z + sum of log P_F(a_t | s_t) - sum of log p(a_t | s_t) - beta log R(x)), with the frozen prior's
 *   policy p. There is no backward policy. Its distribution over objects is p_T(x) R(x)^beta, where p_T is the
 *   distribution the prior samples.
 */
export function relativeBalance(settings: RelativeBalance, context: LearnerContext): Learner {
  const { policy, prior } = policyWithPrior(context, settings.learningRate, settings.startAtPrior);
  const logZ = logPartitionParameter(settings.logPartitionLearningRate, context);
  const scoreOf = (trajectories: OffPolicyTrajectories, outputs: Tensor): Tensor => {
    const { mask, action } = trajectories;
    const { logProbability } = categorical(outputs, mask, action);
    const ratio = subtract(logProbability, prior.logProbability(trajectories));
    const steps = subtract(ratio, multiply(trajectories.logReward, settings.rewardExponent));
    return sum(toGrid(steps, trajectories), 0);
  };
  const read = ({ tape }: Tensor) => readParameters(tape, logZ.parameters);
  return {
    logits: (observation) => applyNetwork(policy, observation),
    networks: [policy, logZ],
    offPolicy: true,
    variables: [prior.values],
    prior: { logits: prior.logits, rewardExponent: settings.rewardExponent },
    update: repeated(settings, (trajectories, told) => {
      const { outputs, parameters } = policyOutputsAt(policy, trajectories);
      const tensors = read(trajectories.action);
      const residual = multiply(add(scoreOf(trajectories, outputs), tensors[0]), settings.scale);
      const loss = mean(settings.loss(residual));
      told?.(abs(residual));
      const [gradient] = minimizeGroups(loss, [
        { tensors: parameters, optimizer: policy.optimizer },
        { tensors, optimizer: logZ.optimizer },
      ]);
      return { loss, ...gradientNorm(gradient), logPartition: reshape(read(trajectories.action)[0], []) };
    }),
    logPartition: (observation) => reshape(read(observation)[0], []),
  };
}
