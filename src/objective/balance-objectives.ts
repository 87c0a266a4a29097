import { minimizeGroups, type ParameterGroup, readParameters } from '../nn/index.ts';
import { categorical, maximum, mean, multiply, reshape, slice } from '../ops/index.ts';
import { type OffPolicyTrajectories, toGrid } from '../rollout/index.ts';
import type { Tensor } from '../tape/index.ts';
import {
  type BackwardPolicyOptions,
  backwardPolicy,
  backwardPolicyDefaults,
  checkBackwardPolicy,
  hasBackwardOutputs,
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
import { logPartitionEstimate } from './log-partition.ts';
import { applyNetwork, outputsOf, policyNetwork, policyOutputsAt, type TrainableNetwork } from './networks.ts';
import type { Learner, LearnerContext, Objective } from './objective.ts';
import { checkCounts, checkNegative, checkRates, checkShare } from './settings.ts';

/**
 * The balance objectives of GFlowNets, on the trajectories of the policy itself or of others. Each is a loss over grids
 * [steps, batch]; one step of Adam a batch.
 */

export interface BalanceOptions extends BackwardPolicyOptions {
  readonly learningRate: number;
  /** Steps of Adam on each batch, each on the network as the last one left it. */
  readonly updates: number;
  /** log R(x) counts as no less than this: a few objects of hardly any reward would rule the squared residuals. */
  readonly logRewardFloor: number;
}

export interface TrajectoryBalanceOptions extends BalanceOptions {
  /** The learning rate of log Z, a parameter group of its own: with the policy's it would never arrive. */
  readonly logPartitionLearningRate: number;
}

export interface SubTrajectoryBalanceOptions extends BalanceOptions {
  /** lambda: what each further step between two states takes off the weight of their residual. */
  readonly decay: number;
}

const common = { learningRate: 1e-3, updates: 1, logRewardFloor: -1e9, ...backwardPolicyDefaults };

/** The paper's settings for Hypergrid. */
export const balanceDefaults = {
  tb: { ...common, logPartitionLearningRate: 0.1 },
  db: common,
  subtb: { ...common, decay: 0.9 },
  vargrad: common,
} as const;

function checkBalance(objective: string, settings: BalanceOptions): void {
  checkCounts(objective, settings, ['updates']);
  checkNegative(objective, settings, ['logRewardFloor']);
  checkBackwardPolicy(objective, settings);
}

/** Trajectory balance (Malkin et al., NeurIPS 2022): the mean of (log Z + sum log P_F - sum log P_B - log R)^2. */
export function trajectoryBalance(options: Partial<TrajectoryBalanceOptions> = {}): Objective {
  const settings = { ...balanceDefaults.tb, ...options };
  checkRates('tb', settings, ['learningRate', 'logPartitionLearningRate']);
  checkBalance('tb', settings);
  return {
    name: 'tb',
    options: { ...settings },
    learner(context) {
      const policy = policyOnly(settings, context);
      const { network: networks, of, at } = logPartitionEstimate(context, settings.logPartitionLearningRate);
      return {
        ...policy,
        networks: [...policy.networks, networks],
        update: repeated(settings, (trajectories) => {
          const { grids, groups, diagnostics } = policy.forward(trajectories);
          const { tape } = trajectories.action;
          const tensors = readParameters(tape, networks.parameters);
          const loss = trajectoryBalanceLoss(grids, of(trajectories, tensors));
          minimizeGroups(loss, [...groups, { tensors, optimizer: networks.optimizer }]);
          const logPartition = mean(of(trajectories, readParameters(tape, networks.parameters)));
          return { ...diagnostics, loss, logPartition };
        }),
        logPartition: at,
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
  checkBalance('vargrad', settings);
  return {
    name: 'vargrad',
    options: { ...settings },
    learner(context) {
      const policy = policyOnly(settings, context);
      return {
        ...policy,
        update: repeated(settings, (trajectories) => {
          const { grids, groups, diagnostics } = policy.forward(trajectories);
          const score = trajectoryScore(grids);
          const loss = logPartitionVarianceLoss(score);
          minimizeGroups(loss, groups);
          return { ...diagnostics, loss, logPartition: multiply(mean(score), -1) };
        }),
      };
    },
  };
}

/** Detailed balance (Bengio et al., JMLR 2023): half the mean squared residual over all steps of the batch. */
export function detailedBalance(options: Partial<BalanceOptions> = {}): Objective {
  const settings = { ...balanceDefaults.db, ...options };
  checkRates('db', settings, ['learningRate']);
  checkBalance('db', settings);
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
  checkBalance('subtb', settings);
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
  readonly diagnostics: Readonly<Record<string, Tensor>>;
}

/** A learner without its update: a policy network, no flows. */
function policyOnly(settings: BalanceOptions, context: LearnerContext) {
  const { environment } = context;
  const network = policyNetwork(context, settings.learningRate, { backward: hasBackwardOutputs(settings) });
  const policy = outputsOf(network, 0, environment.actionCount);
  const backward = backwardPolicy(settings, context, network);
  return {
    logits: (observation: Tensor) => applyNetwork(policy, observation),
    ...backward.logits,
    networks: [policy] as readonly TrainableNetwork[],
    offPolicy: true as const,
    needs: backward.needs,
    variables: backward.variables,
    forward(sampled: OffPolicyTrajectories): Forward {
      const { trajectories, diagnostics } = backward.learn(sampled);
      const { outputs, parameters: tensors } = policyOutputsAt(policy, trajectories);
      const grids = gridsOf(settings, trajectories, outputs, backward.logProbability(trajectories, tensors));
      return { grids, groups: [{ tensors, optimizer: policy.optimizer }], diagnostics };
    },
  };
}

/** A learner with one network for logits, perhaps backward logits, and log-flows, and a loss of all. */
function flowLearner(
  settings: BalanceOptions,
  context: LearnerContext,
  lossOf: (grids: BalanceInput) => Tensor,
): Learner {
  const { actionCount, backwardActionCount } = context.environment;
  const backwardOutputs = hasBackwardOutputs(settings);
  const backwardCount = backwardOutputs ? backwardActionCount : 0;
  const network = policyNetwork(context, settings.learningRate, { backward: backwardOutputs, state: true });
  const backward = backwardPolicy(settings, context, network);
  const split = (output: Tensor) => ({
    logits: slice(output, 1, 0, actionCount),
    logFlow: reshape(slice(output, 1, actionCount + backwardCount, 1), [output.shape[0]]),
  });
  return {
    logits: (observation) => split(applyNetwork(network, observation)).logits,
    ...backward.logits,
    networks: [network],
    offPolicy: true,
    needs: backward.needs,
    variables: backward.variables,
    update: repeated(settings, (sampled) => {
      const { trajectories, diagnostics } = backward.learn(sampled);
      const { outputs, parameters: tensors } = policyOutputsAt(network, trajectories);
      const { logits, logFlow } = split(outputs);
      const grids = gridsOf(settings, trajectories, logits, backward.logProbability(trajectories, tensors));
      const loss = lossOf({ ...grids, logFlow: toGrid(logFlow, trajectories) });
      minimizeGroups(loss, [{ tensors, optimizer: network.optimizer }]);
      return { ...diagnostics, loss };
    }),
    logPartition: (observation) => reshape(slice(split(applyNetwork(network, observation)).logFlow, 0, 0, 1), []),
  };
}

type BalanceUpdate = (trajectories: OffPolicyTrajectories) => Record<string, Tensor>;

/** The diagnostics are the last update's. */
function repeated({ updates }: BalanceOptions, update: BalanceUpdate): BalanceUpdate {
  return (trajectories) => {
    let diagnostics = update(trajectories);
    for (let done = 1; done < updates; done++) diagnostics = update(trajectories);
    return diagnostics;
  };
}

function gridsOf(
  { logRewardFloor }: BalanceOptions,
  trajectories: OffPolicyTrajectories,
  logits: Tensor,
  logBackward: Tensor,
): Omit<BalanceInput, 'logFlow'> {
  const { mask, action } = trajectories;
  const { logProbability } = categorical(logits, mask, action);
  // The floor is below 0, so it leaves the zeros of all steps but the last alone.
  const isFloored = logRewardFloor > balanceDefaults.tb.logRewardFloor;
  const logReward = isFloored ? maximum(trajectories.logReward, logRewardFloor) : trajectories.logReward;
  return {
    logForward: toGrid(logProbability, trajectories),
    logBackward: toGrid(logBackward, trajectories),
    logReward: toGrid(logReward, trajectories),
    trajectories,
  };
}
