import { minimizeGroups, type ParameterGroup, readParameters } from '../nn/index.ts';
import { categorical, mean, multiply, reshape, slice } from '../ops/index.ts';
import { type OffPolicyTrajectories, toGrid } from '../rollout/index.ts';
import type { Tensor } from '../tape/index.ts';
import {
  type BackwardPolicyOptions,
  backwardOutputs,
  backwardPolicy,
  backwardPolicyDefaults,
  checkBackwardPolicy,
} from './backward-policy.ts';
import {
  alongTrajectories,
  type BalanceInput,
  detailedBalanceLoss,
  logPartitionVarianceLoss,
  subTrajectoryLoss,
  trajectoryBalanceLoss,
  trajectoryScore,
} from './balance.ts';
import type { Learner, LearnerContext, Objective } from './objective.ts';
import {
  applyNetwork,
  logPartitionParameter,
  outputsOf,
  policyNetwork,
  policyOutputsAt,
  type Trained,
} from './policy-value.ts';
import { checkRates, checkShare } from './settings.ts';

/**
 * The balance objectives of GFlowNets, on the trajectories of the policy itself or of others. Each is a loss over grids
 * [steps, batch]; one step of Adam a batch.
 */

export interface BalanceOptions extends BackwardPolicyOptions {
  readonly learningRate: number;
}

export interface TrajectoryBalanceOptions extends BalanceOptions {
  /** The learning rate of log Z, a parameter group of its own: with the policy's it would never arrive. */
  readonly logPartitionLearningRate: number;
}

export interface SubTrajectoryBalanceOptions extends BalanceOptions {
  /** lambda: what each further step between two states takes off the weight of their residual. */
  readonly decay: number;
}

const common = { learningRate: 1e-3, ...backwardPolicyDefaults };

/** The paper's settings for Hypergrid. */
export const balanceDefaults = {
  tb: { ...common, logPartitionLearningRate: 0.1 },
  db: common,
  subtb: { ...common, decay: 0.9 },
  vargrad: common,
} as const;

/** Trajectory balance (Malkin et al., NeurIPS 2022): the mean of (log Z + sum log P_F - sum log P_B - log R)^2. */
export function trajectoryBalance(options: Partial<TrajectoryBalanceOptions> = {}): Objective {
  const settings = { ...balanceDefaults.tb, ...options };
  checkRates('tb', settings, ['learningRate', 'logPartitionLearningRate']);
  checkBackwardPolicy('tb', settings);
  return {
    name: 'tb',
    options: { ...settings },
    learner(context) {
      const policy = policyOnly(settings, context);
      const logPartition = logPartitionParameter(settings.logPartitionLearningRate);
      return {
        ...policy,
        trained: [...policy.trained, logPartition],
        update(trajectories: OffPolicyTrajectories) {
          const { grids, groups, figures } = policy.forward(trajectories);
          const tensors = readParameters(trajectories.action.tape, logPartition.parameters);
          const loss = trajectoryBalanceLoss(grids, tensors[0]);
          minimizeGroups(loss, [...groups, { tensors, optimizer: logPartition.optimizer }]);
          return { ...figures, loss, logPartition: readParameters(tensors[0].tape, logPartition.parameters)[0] };
        },
        logPartition: (observation) => reshape(readParameters(observation.tape, logPartition.parameters)[0], []),
      };
    },
  };
}

/**
 * Log-partition variance, VarGrad (Richter et al., NeurIPS 2020; Zhang et al., ICLR 2023): the variance over the batch
 * of sum log P_F - sum log P_B - log R. It is trajectory balance with the batch's own best log Z.
 */
export function logPartitionVariance(options: Partial<BalanceOptions> = {}): Objective {
  const settings = { ...balanceDefaults.vargrad, ...options };
  checkRates('vargrad', settings, ['learningRate']);
  checkBackwardPolicy('vargrad', settings);
  return {
    name: 'vargrad',
    options: { ...settings },
    learner(context) {
      const policy = policyOnly(settings, context);
      return {
        ...policy,
        update(trajectories: OffPolicyTrajectories) {
          const { grids, groups, figures } = policy.forward(trajectories);
          const score = trajectoryScore(grids);
          const loss = logPartitionVarianceLoss(score);
          minimizeGroups(loss, groups);
          return { ...figures, loss, logPartition: multiply(mean(score), -1) };
        },
      };
    },
  };
}

/** Detailed balance (Bengio et al., JMLR 2023): half the mean squared residual over all steps of the batch. */
export function detailedBalance(options: Partial<BalanceOptions> = {}): Objective {
  const settings = { ...balanceDefaults.db, ...options };
  checkRates('db', settings, ['learningRate']);
  checkBackwardPolicy('db', settings);
  return {
    name: 'db',
    options: { ...settings },
    learner: (context) => flowLearner(settings, context, detailedBalanceLoss),
  };
}

/** Sub-trajectory balance (Madan et al., ICML 2023), see `subTrajectoryLoss`: the mean over the batch. */
export function subTrajectoryBalance(options: Partial<SubTrajectoryBalanceOptions> = {}): Objective {
  const settings = { ...balanceDefaults.subtb, ...options };
  checkRates('subtb', settings, ['learningRate']);
  checkBackwardPolicy('subtb', settings);
  checkShare('subtb', settings, ['decay']);
  return {
    name: 'subtb',
    options: { ...settings },
    learner: (context) =>
      flowLearner(settings, context, (grids) => mean(subTrajectoryLoss(alongTrajectories(grids), settings.decay))),
  };
}

/** What a batch gives a balance objective, with the parameters it was computed from. */
interface Forward {
  readonly grids: Omit<BalanceInput, 'logFlow'>;
  readonly groups: readonly ParameterGroup[];
  readonly figures: Readonly<Record<string, Tensor>>;
}

/** A learner without its update: a policy network, no flows. */
function policyOnly(settings: BalanceOptions, context: LearnerContext) {
  const { environment } = context;
  const network = policyNetwork(context, settings.learningRate, backwardOutputs(settings, environment));
  const policy = outputsOf(network, 0, environment.actionCount);
  const backward = backwardPolicy(settings, context, network);
  return {
    logits: (observation: Tensor) => applyNetwork(policy, observation),
    trained: [policy] as readonly Trained[],
    offPolicy: true as const,
    records: backward.records,
    variables: backward.variables,
    forward(sampled: OffPolicyTrajectories): Forward {
      const { trajectories, figures } = backward.learn(sampled);
      const { outputs, parameters: tensors } = policyOutputsAt(policy, trajectories);
      const grids = gridsOf(trajectories, outputs, backward.logProbability(trajectories, tensors));
      return { grids, groups: [{ tensors, optimizer: policy.optimizer }], figures };
    },
  };
}

/** A learner with one network for logits, perhaps backward logits, and log-flows, and a loss of all. */
function flowLearner(
  settings: BalanceOptions,
  context: LearnerContext,
  lossOf: (grids: BalanceInput) => Tensor,
): Learner {
  const { actionCount } = context.environment;
  const backwardCount = backwardOutputs(settings, context.environment);
  const network = policyNetwork(context, settings.learningRate, backwardCount + 1);
  const backward = backwardPolicy(settings, context, network);
  const split = (output: Tensor) => ({
    logits: slice(output, 1, 0, actionCount),
    logFlow: reshape(slice(output, 1, actionCount + backwardCount, 1), [output.shape[0]]),
  });
  return {
    logits: (observation) => split(applyNetwork(network, observation)).logits,
    trained: [network],
    offPolicy: true,
    records: backward.records,
    variables: backward.variables,
    update(sampled) {
      const { trajectories, figures } = backward.learn(sampled);
      const { outputs, parameters: tensors } = policyOutputsAt(network, trajectories);
      const { logits, logFlow } = split(outputs);
      const grids = gridsOf(trajectories, logits, backward.logProbability(trajectories, tensors));
      const loss = lossOf({ ...grids, logFlow: toGrid(logFlow, trajectories) });
      minimizeGroups(loss, [{ tensors, optimizer: network.optimizer }]);
      return { ...figures, loss };
    },
    logPartition: (observation) => reshape(slice(split(applyNetwork(network, observation)).logFlow, 0, 0, 1), []),
  };
}

function gridsOf(
  trajectories: OffPolicyTrajectories,
  logits: Tensor,
  logBackward: Tensor,
): Omit<BalanceInput, 'logFlow'> {
  const { mask, action, logReward } = trajectories;
  const { logProbability } = categorical(logits, mask, action);
  return {
    logForward: toGrid(logProbability, trajectories),
    logBackward: toGrid(logBackward, trajectories),
    logReward: toGrid(logReward, trajectories),
    trajectories,
  };
}
