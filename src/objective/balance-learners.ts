import { minimizeGroups, type ParameterGroup } from '../nn/index.ts';
import { add, categorical, maximum, reshape, slice, stopGradient } from '../ops/index.ts';
import type { OptionsOf } from '../options/index.ts';
import { logitsOf, type OffPolicyTrajectories, type StatePotential, toGrid } from '../rollout/index.ts';
import type { Tensor } from '../tape/index.ts';
import { backwardPolicy, hasBackwardOutputs } from './backward-policy.ts';
import { type BalanceInput, countedSteps, detailedBalanceResidual, meanSizes } from './balance.ts';
import { gradientNorm } from './gradient-norm.ts';
import { applyNetwork, policyNetwork, policyOutputsAt, type TrainableNetwork } from './networks.ts';
import type { Learner, LearnerContext, OffPolicyUpdate } from './objective.ts';
import { type backwardOptions, type balanceOptions, noLogRewardFloor } from './shared-options.ts';
import { followedBy, type TargetNetworkOptions, targetNetwork } from './target-network.ts';

/**
 * The code that the balance objectives of GFlowNets share. They learn on trajectories of any policy; each is a loss
 * over grids [steps, batch].
 */

export interface BalanceSettings extends OptionsOf<typeof balanceOptions>, OptionsOf<typeof backwardOptions> {
  readonly learningRate: number;
}

/** A batch as balance objectives use it, with the parameters it was computed from. */
interface Forward {
  readonly grids: Omit<BalanceInput, 'logFlow'>;
  readonly groups: readonly ParameterGroup[];
  readonly diagnostics: Readonly<Record<string, Tensor>>;
}

/** A learner without its update: a policy network, no flows. */
export function policyOnly(settings: BalanceSettings, context: LearnerContext) {
  const { environment } = context;
  const network = policyNetwork(context, settings.learningRate, { backward: hasBackwardOutputs(settings) });
  const backward = backwardPolicy(settings, context, network);
  const logitsAmong = (outputs: Tensor) => logitsOf(outputs, environment.actionCount);
  return {
    logits: (observation: Tensor) => logitsAmong(applyNetwork(network, observation)),
    ...backward.logits,
    networks: [network] as readonly TrainableNetwork[],
    offPolicy: true as const,
    needs: backward.needs,
    variables: backward.variables,
    forward(sampled: OffPolicyTrajectories): Forward {
      const { trajectories, diagnostics } = backward.learn(sampled);
      const at = policyOutputsAt(network, trajectories);
      const logBackward = backward.logProbability(trajectories, at);
      const grids = gridsOf(settings, trajectories, logitsAmong(at.outputs), logBackward);
      return { grids, groups: [{ tensors: at.parameters, optimizer: network.optimizer }], diagnostics };
    },
  };
}

/** Options of a learner of flows. */
export interface FlowSettings {
  /** Whether the loss is a sum over steps. */
  readonly ofSteps?: true | undefined;
  /** phi(s), to which the network's output is added to make log F(s). */
  readonly potential?: StatePotential | undefined;
  /** How a target network follows, from which the flows of next states then come, without gradient. */
  readonly target?: TargetNetworkOptions | undefined;
}

/** A learner with one network for logits, log-flows and optionally backward logits, and a loss of all of them. */
export function flowLearner(
  settings: BalanceSettings,
  context: LearnerContext,
  lossOf: (grids: BalanceInput) => Tensor,
  { ofSteps, potential, target: following }: FlowSettings = {},
): Learner {
  const { actionCount, backwardActionCount } = context.environment;
  const backwardOutputs = hasBackwardOutputs(settings);
  const backwardCount = backwardOutputs ? backwardActionCount : 0;
  const network = policyNetwork(context, settings.learningRate, { backward: backwardOutputs, state: true });
  const backward = backwardPolicy(settings, context, network);
  const target = following && targetNetwork(network, following);
  const split = (output: Tensor) => ({
    logits: slice(output, 1, 0, actionCount),
    logFlow: reshape(slice(output, 1, actionCount + backwardCount, 1), [output.shape[0]]),
  });
  const update = repeated(settings, (sampled, told) => {
    const { trajectories, diagnostics } = backward.learn(sampled);
    const at = policyOutputsAt(network, trajectories);
    const { logits, logFlow } = split(at.outputs);
    const grids = gridsOf(settings, trajectories, logits, backward.logProbability(trajectories, at));
    const flowGrid = (learnt: Tensor) => {
      const grid = toGrid(learnt, trajectories);
      return potential ? add(grid, potentialGrid(trajectories)) : grid;
    };
    const targetLogFlow = target && stopGradient(flowGrid(split(target.outputsAt(trajectories)).logFlow));
    const counted = trajectories.counted && toGrid(trajectories.counted, trajectories);
    const input = { ...grids, logFlow: flowGrid(logFlow), targetLogFlow, counted };
    const loss = lossOf(input);
    told?.(meanSizes(detailedBalanceResidual(input), countedSteps(input)));
    const [gradient] = minimizeGroups(loss, [{ tensors: at.parameters, optimizer: network.optimizer }]);
    return { ...diagnostics, loss, ...gradientNorm(gradient) };
  });
  return {
    logits: (observation) => split(applyNetwork(network, observation)).logits,
    ...backward.logits,
    networks: [network],
    offPolicy: true,
    ofSteps,
    needs: { ...backward.needs, potential },
    variables: [...backward.variables, ...(target?.variables ?? [])],
    update: followedBy(target, update),
    logPartition: (observation) => reshape(slice(split(applyNetwork(network, observation)).logFlow, 0, 0, 1), []),
  };
}

/** The potential of the states of a batch, a grid [steps, batch]. @throws if the rollout did not record it */
export function potentialGrid(trajectories: OffPolicyTrajectories): Tensor {
  if (trajectories.potential) return toGrid(trajectories.potential, trajectories);
  throw new Error(
    'This objective needs the potential of all states, which this rollout does not record: give it the ' +
      "learner's `needs`.",
  );
}

/**
 * As many updates on a batch as the settings say, each continuing from the last. The diagnostics are the last one's.
 */
export function repeated({ updates }: Pick<BalanceSettings, 'updates'>, update: OffPolicyUpdate): OffPolicyUpdate {
  return (trajectories, told) => {
    for (let done = 1; done < updates; done++) update(trajectories);
    return update(trajectories, told);
  };
}

function gridsOf(
  { logRewardFloor }: BalanceSettings,
  trajectories: OffPolicyTrajectories,
  logits: Tensor,
  logBackward: Tensor,
): Omit<BalanceInput, 'logFlow'> {
  const { mask, action } = trajectories;
  const { logProbability } = categorical(logits, mask, action);
  // The floor is negative, so it does not affect the zeros of earlier steps.
  const logReward =
    logRewardFloor === noLogRewardFloor ? trajectories.logReward : maximum(trajectories.logReward, logRewardFloor);
  return {
    logForward: toGrid(logProbability, trajectories),
    logBackward: toGrid(logBackward, trajectories),
    logReward: toGrid(logReward, trajectories),
    trajectories,
  };
}
