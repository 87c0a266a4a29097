import type { AnyProblem } from '../environment/environment.ts';
import type { Values } from '../options/index.ts';
import type { OffPolicyTrajectories, RolloutNeeds, Trajectories } from '../rollout/index.ts';
import type { Tensor, Variable } from '../tape/index.ts';
import type { NetworkContext, TrainableNetwork } from './networks.ts';
import type { PriorPolicy } from './prior.ts';

/** The environment, batch and networks' settings that a learner is made for. */
export interface LearnerContext extends NetworkContext {
  /** Trajectories of an iteration. */
  readonly batch: number;
  /** The reward; forward-looking objectives evaluate it at intermediate states. */
  readonly reward?: AnyProblem['reward'] | undefined;
  /** The prior policy, or the uniform one, for objectives with a prior. */
  readonly prior?: PriorPolicy | 'uniform' | undefined;
}

/** A training objective with its settings. It has no parameters; `learner` makes them. */
export interface Objective {
  /** The name on the command line and in files, such as `ent-ppo`. */
  readonly name: string;
  readonly options: Values;
  /**
   * Makes the networks that this objective trains, for one environment and batch. For transformers, the context has the
   * `family` from `networkFamily`.
   */
  learner(context: LearnerContext): Learner;
}

/** An objective's networks, and what a rollout needs to know of them. */
interface LearnerNetworks {
  /** Records the forward policy's logits [N, A] for observations [N, ...]. */
  logits(observation: Tensor): Tensor;
  /** Records the backward policy's logits [N, B] for observations [N, ...]. Absent if it is uniform. */
  readonly backwardLogits?: (observation: Tensor) => Tensor;
  /** All trainable networks. The first is the policy, whose network's first A outputs are the logits. */
  readonly networks: readonly TrainableNetwork[];
  /** Optional data that rollouts record for `update`. */
  readonly needs?: RolloutNeeds;
  /**
   * Present if the sampler is trained towards p_T(x) R(x)^beta instead of R(x), where p_T is the distribution of a frozen
   * policy: that policy's logits [N, A] for observations [N, ...], and beta.
   */
  readonly prior?:
    | {
        /** Records the frozen policy's logits [N, A] for observations [N, ...]. */
        logits(observation: Tensor): Tensor;
        /** The exponent beta of the reward. */
        readonly rewardExponent: number;
      }
    | undefined;
  /** Variables that a checkpoint must hold in addition to those of networks and optimisers. */
  readonly variables: readonly Variable[];
  /** Records the learner's estimate of log Z, []; `observation` is the initial state's. Absent if it has none. */
  logPartition?(observation: Tensor): Tensor;
}

/** A learner that needs trajectories of its own policy: exploration and replay are refused. */
export interface OnPolicyLearner extends LearnerNetworks {
  readonly offPolicy: false;
  /** Records one iteration's updates on a batch of trajectories. Returns diagnostics [] by name. */
  readonly update: (trajectories: Trajectories) => Record<string, Tensor>;
}

/** A learner that accepts trajectories of any policy. */
export interface OffPolicyLearner extends LearnerNetworks {
  readonly offPolicy: true;
  /** Present if its loss is a sum over steps, so that it can learn from single steps (`counted`). */
  readonly ofSteps?: true | undefined;
  /** The same, on trajectories without the logits of the policy that sampled them. */
  readonly update: OffPolicyUpdate;
}

/**
 * Records an update. Returns diagnostics [], by name.
 * @param told called with the size of each trajectory's residual, f32 [batch], before the (last) update; for a loss over
 * steps, the mean over those that count. Objectives without residuals of trajectories do not call it
 */
export type OffPolicyUpdate = (
  trajectories: OffPolicyTrajectories,
  told?: (sizes: Tensor) => void,
) => Record<string, Tensor>;

/** An objective's networks and updates. */
export type Learner = OnPolicyLearner | OffPolicyLearner;
