import type { AnyProblem } from '../environment/environment.ts';
import type { Values } from '../options/index.ts';
import type { OffPolicyTrajectories, RolloutNeeds, Trajectories } from '../rollout/index.ts';
import type { Tensor, Variable } from '../tape/index.ts';
import type { NetworkContext, TrainableNetwork } from './networks.ts';
import type { PriorPolicy } from './prior.ts';

/** What an objective is made for. */
export interface LearnerContext extends NetworkContext {
  /** Trajectories of an iteration. */
  readonly batch: number;
  /** What objects are rewarded by: objectives that look ahead ask it of states on the way. */
  readonly reward?: AnyProblem['reward'] | undefined;
  /** For objectives that have one: the policy that they are held to, or the uniform one. */
  readonly prior?: PriorPolicy | 'uniform' | undefined;
}

/** A training objective, with its settings. It holds no numbers: `learner` makes those. */
export interface Objective {
  /** The name on the command line and in files, such as `ent-ppo`. */
  readonly name: string;
  readonly options: Values;
  /**
   * Makes the networks that this objective trains, for one environment and batch. Where they are transformers, the context
   * has the `family` that `networkFamily` gave.
   */
  learner(context: LearnerContext): Learner;
}

/** An objective's networks. */
interface LearnerNetworks {
  /** Records the forward policy's logits [N, A] for observations [N, ...]. */
  logits(observation: Tensor): Tensor;
  /** Records the backward policy's logits [N, B] for observations [N, ...]. Absent where it is uniform. */
  readonly backwardLogits?: (observation: Tensor) => Tensor;
  /** Everything trained. First comes the policy, whose network's first A outputs are the logits. */
  readonly networks: readonly TrainableNetwork[];
  /** What rollouts must record for `update` beside what they always do. */
  readonly needs?: RolloutNeeds;
  /**
   * Present where the sampler is trained towards p_T(x) R(x)^beta instead of R(x), p_T being what a frozen policy samples:
   * that policy's logits [N, A] for observations [N, ...], and beta.
   */
  readonly prior?:
    | {
        /** Records the frozen policy's logits [N, A] for observations [N, ...]. */
        logits(observation: Tensor): Tensor;
        /** The exponent beta of the reward. */
        readonly rewardExponent: number;
      }
    | undefined;
  /** Variables that a checkpoint must hold beside those of the networks and their optimisers. */
  readonly variables: readonly Variable[];
  /** Records the learner's estimate of log Z, []; `observation` is the initial state's. Absent where it has none. */
  logPartition?(observation: Tensor): Tensor;
}

/** It learns from its own policy's trajectories alone: exploration and replay are refused. */
export interface OnPolicyLearner extends LearnerNetworks {
  readonly offPolicy: false;
  /** Records one iteration's updates on a batch of trajectories. Returns diagnostics [], by name, to be looked at. */
  readonly update: (trajectories: Trajectories) => Record<string, Tensor>;
}

/** It learns from any trajectories, whoever took their actions. */
export interface OffPolicyLearner extends LearnerNetworks {
  readonly offPolicy: true;
  /** Present where its loss is one of steps, so that it also learns from steps by themselves (`counted`). */
  readonly ofSteps?: true | undefined;
  /** The same, on trajectories that need not tell by what policy they were sampled. */
  readonly update: OffPolicyUpdate;
}

/**
 * Records an update. Returns diagnostics [], by name.
 * @param told called with the size of each trajectory's residual, f32 [batch], as it was ahead of the (last) update: of a
 * loss of steps the mean over those that count. An objective without residuals of trajectories does not call it.
 */
export type OffPolicyUpdate = (
  trajectories: OffPolicyTrajectories,
  told?: (sizes: Tensor) => void,
) => Record<string, Tensor>;

/** An objective's networks, and how it improves them. */
export type Learner = OnPolicyLearner | OffPolicyLearner;
