import { minimize, readParameters } from '../nn/index.ts';
import { categorical, filled, multiply, reshape, slice, stopGradient, subtract, sum } from '../ops/index.ts';
import { defaultsOf } from '../options/index.ts';
import { fromGrid, logitsOf, type Trajectories, toGrid } from '../rollout/index.ts';
import type { Tensor } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { lastSteps, normalizedAdvantage, softReturn } from './advantage.ts';
import { type BackwardPolicyOptions, backwardPolicy, hasBackwardOutputs } from './backward-policy.ts';
import type { CriticUpdate } from './critic.ts';
import {
  applyNetwork,
  applyValue,
  logPartitionParameter,
  outputsOf,
  policyNetwork,
  presentValues,
  valueNetwork,
} from './networks.ts';
import type { Learner, LearnerContext } from './objective.ts';
import type { PolicyUpdate } from './policy-update.ts';
import { backwardOptions } from './shared-options.ts';

/** The parts in which policy-gradient methods differ: an advantage, an update, and optionally a critic. */
export interface ActorCriticMethod {
  /** The policy's learning rate. Absent if the update chooses its own step; the optimiser's state then stays initial. */
  readonly learningRate?: number;
  /**
   * The advantage, a grid [steps, batch], from soft returns g_t and the critic's values V(s_t), both grids with 0
   * after a trajectory's end. Without a critic the values are 0.
   */
  readonly advantage: (softReturns: Tensor, value: Tensor) => Tensor;
  readonly update: PolicyUpdate;
  readonly critic?: { readonly learningRate: number; readonly update: CriticUpdate };
  /**
   * Present if log Z is a parameter. It is subtracted from the last soft return of each trajectory, so that whole
   * trajectories return 0 on average (Niu et al., "GFlowNet Training by Policy Gradients", ICML 2024).
   */
  readonly logPartition?: { readonly learningRate: number };
  /** Uniform if absent. */
  readonly backward?: BackwardPolicyOptions;
  /** Ablation: log P_B is left out of the rewards; log R(x) and the entropy stay. Its optimum is not R / Z. */
  readonly terminalRewardOnly?: boolean;
  /** Ablation: see `normalizedAdvantage`. */
  readonly normalizeAdvantage?: boolean;
}

const defaultBackwardPolicy = defaultsOf(backwardOptions);

/** Learning rate of an optimiser that never runs, but whose state has its place in checkpoints. */
const unusedLearningRate = 1;

/**
 * The one loop that all policy-gradient methods share (Zykova-Myzina et al. 2026, Algorithms 1 and 2): soft returns
 * under the sampling policy, advantages from the current critic, the policy's update, then the critic's. A backward
 * policy trained by likelihood is updated first. It shares a network with the forward policy, so this moves the forward
 * policy too, and soft returns and updates start from the result. Summed over the steps of a trajectory, averaged over
 * trajectories; advantages are not normalised by default.
 */
export function actorCritic(method: ActorCriticMethod, context: LearnerContext): Learner {
  checkGiven('actorCritic', { method }, { advantage: 'function', update: 'function' });
  checkGiven('actorCritic', { context }, { environment: 'environment' });
  const { environment, batch } = context;
  const { critic, backward: backwardOptions = defaultBackwardPolicy } = method;
  const network = policyNetwork(context, method.learningRate ?? unusedLearningRate, {
    backward: hasBackwardOutputs(backwardOptions),
  });
  const policy = outputsOf(network, 0, environment.actionCount);
  const backward = backwardPolicy(backwardOptions, context, network);
  const value = critic && valueNetwork(context, critic.learningRate);
  const logPartition = method.logPartition && logPartitionParameter(method.logPartition.learningRate, context);

  const learner: Learner = {
    logits: (observation) => applyNetwork(policy, observation),
    ...backward.logits,
    networks: [network, value, logPartition].filter((each) => each !== undefined),
    offPolicy: false,
    needs: backward.needs,
    variables: backward.variables,
    update(sampled) {
      const { trajectories: whole, diagnostics: learnt } = backward.learn(sampled);
      const trajectories = withForwardOutputs(whole, environment.actionCount);
      const { observation, mask, action, logits, logBackward, logReward } = trajectories;
      const oldLogProbability = categorical(logits, mask, action).logProbability;
      const wholeReturns = toGrid(
        method.terminalRewardOnly
          ? subtract(logReward, oldLogProbability)
          : softReturn(logBackward, logReward, oldLogProbability),
        trajectories,
      );
      const logZ = logPartition && readParameters(observation.tape, logPartition.parameters);
      const softReturns = logZ ? subtract(wholeReturns, multiply(lastSteps(trajectories), logZ[0])) : wholeReturns;
      const { steps } = trajectories;
      const zeros = filled(observation.tape, [steps, batch], 0);
      const present = value && presentValues(value, trajectories);
      const values = present ? toGrid(present.values, trajectories) : zeros;
      const credited = fromGrid(method.advantage(softReturns, values), trajectories);
      const advantage = method.normalizeAdvantage ? normalizedAdvantage(credited) : credited;
      const diagnostics = method.update({ policy, trajectories, oldLogProbability, advantage });
      if (value && critic && present) {
        critic.update({ value, present, trajectories, softReturns, oldLogProbability, horizon: environment.horizon });
      }
      if (logPartition && logZ) {
        const cost = stopGradient(multiply(sum(softReturns), -1 / batch));
        minimize(multiply(logZ[0], cost), logZ, logPartition.optimizer);
      }
      return { ...diagnostics, ...learnt, meanSoftReturn: multiply(sum(wholeReturns), 1 / batch) };
    },
  };
  if (logPartition) {
    const read = ({ tape }: Tensor) => reshape(readParameters(tape, logPartition.parameters)[0], []);
    return { ...learner, logPartition: read };
  }
  if (!value) return learner;
  return { ...learner, logPartition: (observation) => reshape(slice(applyValue(value, observation), 0, 0, 1), []) };
}

/** The same batch, whose outputs of the policy's network are the forward logits alone. */
function withForwardOutputs(trajectories: Trajectories, actionCount: number): Trajectories {
  const { policy } = trajectories;
  return policy
    ? { ...trajectories, policy: { ...policy, outputs: logitsOf(policy.outputs, actionCount) } }
    : trajectories;
}
