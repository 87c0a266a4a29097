import {
  exponential,
  optimizer as makeOptimizer,
  minimize,
  type Optimizer,
  recipeOf,
  withoutAverage,
} from '../nn/index.ts';
import { categorical, gatherRows, less, multiply, select, slice, stopGradient, sum } from '../ops/index.ts';
import type { OptionsOf } from '../options/index.ts';
import {
  type BackwardData,
  type NetworkOutputs,
  type OffPolicyTrajectories,
  type RolloutNeeds,
  successorsOf,
} from '../rollout/index.ts';
import type { Tensor, Variable } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { applyNetwork, outputsOf, policyOutputsAt, type TrainableNetwork } from './networks.ts';
import type { LearnerContext } from './objective.ts';
import type { backwardOptions } from './shared-options.ts';

/**
 * The backward policy P_B. It is `uniform` over the allowed backward actions, or has its own logits, which are further
 * outputs of the forward policy's network: `learned`, jointly, by the objective's own gradient through log P_B; `tlm`,
 * by trajectory-likelihood maximisation before each update.
 *
 * A learnt P_B changes the rewards of trajectories, but not the target distribution over objects. Evaluations take ELBO
 * and EUBO with the learnt one. `tlm` takes `tlmEpochs` steps of Adam on the
 * likelihood of each batch, at a learning rate that starts at `tlmLearningRate`; step n uses 0.999^n of it.
 */
export type BackwardPolicyOptions = OptionsOf<typeof backwardOptions>;

/** Whether the policy's network has outputs for the backward policy, after the forward policy's logits. */
export function hasBackwardOutputs({ backwardPolicy }: BackwardPolicyOptions): boolean {
  return backwardPolicy !== 'uniform';
}

/** log P_B(s_t | s_{t+1}) [N] of the steps taken, from logits [N, B] at the children. */
export function backwardLogProbability(
  logits: Tensor,
  { mask, action }: Pick<BackwardData, 'mask' | 'action'>,
): Tensor {
  return categorical(logits, mask, action).logProbability;
}

/**
 * Eq. 24 (Zykova-Myzina et al. 2026), trajectory-likelihood maximisation (Gritsaev et al., ICLR 2025): the mean over
 * trajectories of - sum of log P_B(s_t | s_{t+1}).
 */
export function trajectoryLikelihoodLoss(logBackward: Tensor, batch: number): Tensor {
  return multiply(sum(logBackward), -1 / batch);
}

/** A learner's backward policy. */
export interface BackwardPolicy {
  /** The data that its rollouts must record. */
  readonly needs: RolloutNeeds;
  /** Variables that a checkpoint must hold besides the policy's network and its optimiser. */
  readonly variables: readonly Variable[];
  readonly logits: {
    /** As a learner's `backwardLogits`; absent if P_B is uniform. */
    backwardLogits?(observation: Tensor): Tensor;
  };
  /**
   * Records P_B's own learning from a batch, before the objective's update. Returns the batch for both policies: with
   * TLM, with the present outputs of the network, its logits and log P_B.
   */
  learn<Batch extends OffPolicyTrajectories>(
    trajectories: Batch,
  ): { trajectories: Batch; diagnostics: Record<string, Tensor> };
  /**
   * log P_B [N] of the steps of a batch returned by `learn`, from all outputs of the policy's network at the states of
   * the batch (`policyOutputsAt`). It is differentiable in the network's parameters if P_B is learnt jointly.
   */
  logProbability(trajectories: OffPolicyTrajectories, at: NetworkOutputs): Tensor;
}

/**
 * The backward policy of these settings: uniform, or learnt as further outputs of the policy's network. A step arrives
 * at the state from which the next one starts, so the network's outputs at the states of a batch serve both policies;
 * only where trajectories end it is run again.
 * @param policy a network whose outputs are A logits of the forward policy, then B of the backward policy; the learner's
 * first network, so that rollouts keep all its outputs
 */
export function backwardPolicy(
  settings: BackwardPolicyOptions,
  options: LearnerContext,
  policy: TrainableNetwork,
): BackwardPolicy {
  checkGiven('backwardPolicy', { settings }, 'object');
  checkGiven('backwardPolicy', { options }, { environment: 'environment' });
  checkGiven('backwardPolicy', { policy }, { network: 'network', parameters: 'parameters' });
  const { environment, optimizer } = options;
  if (settings.backwardPolicy === 'uniform') {
    return {
      needs: {},
      variables: [],
      logits: {},
      learn: (trajectories) => ({ trajectories, diagnostics: {} }),
      logProbability: ({ logBackward }) => logBackward,
    };
  }
  const { actionCount, backwardActionCount } = environment;
  const backward = outputsOf(policy, actionCount, backwardActionCount);
  const logProbability = (trajectories: OffPolicyTrajectories, { outputs, parameters }: NetworkOutputs) => {
    const child = childrenOf(trajectories);
    const width = actionCount + backwardActionCount;
    if (outputs.shape[1] < width) {
      throw new Error(
        `a learnt backward policy takes all outputs of the policy's network, at least ${width} numbers a state, not ` +
          `${outputs.shape[1]}: pass what policyOutputsAt returns for that network, which must be the learner's first.`,
      );
    }
    const { next, previous, last, ending } = successorsOf(trajectories);
    const logits = slice(outputs, 1, actionCount, backwardActionCount);
    const onTheWay = backwardLogProbability(gatherRows(logits, next, { inverse: previous }), child);
    const end = { mask: gatherRows(child.mask, last), action: gatherRows(child.action, last) };
    const logitsAtEnd = backward.network.apply(parameters, gatherRows(child.observation, last));
    const atEnd = backwardLogProbability(logitsAtEnd, end);
    return select(less(next, 0), gatherRows(atEnd, ending, { inverse: last }), onTheWay);
  };
  const needs = { backward: true };
  const logits = { backwardLogits: (observation: Tensor) => applyNetwork(backward, observation) };
  if (settings.backwardPolicy === 'learned') {
    return {
      needs,
      variables: [],
      logits,
      learn: (trajectories) => ({ trajectories, diagnostics: {} }),
      logProbability,
    };
  }
  const likelihood = likelihoodOptimizer(policy, settings.tlmLearningRate, optimizer);
  return {
    needs,
    variables: [likelihood.updates, ...Object.values(likelihood.state)],
    logits,
    learn(trajectories) {
      let diagnostics: Record<string, Tensor> = {};
      // The likelihood is that of the forward policy's trajectories. Replayed ones, recognised by their missing logits,
      // come from the uniform P_B: they would teach P_B to be uniform.
      const epochs = 'logits' in trajectories ? settings.tlmEpochs : 0;
      for (let epoch = 0; epoch < epochs; epoch++) {
        const at = policyOutputsAt(policy, trajectories);
        const loss = trajectoryLikelihoodLoss(logProbability(trajectories, at), trajectories.batch);
        minimize(loss, at.parameters, likelihood);
        diagnostics = { backwardLoss: loss };
      }
      const present = policyOutputsAt(policy, trajectories);
      const logits = stopGradient(slice(present.outputs, 1, 0, actionCount));
      const logBackward = stopGradient(logProbability(trajectories, present));
      return { trajectories: { ...trajectories, policy: present, logits, logBackward }, diagnostics };
    },
    logProbability: ({ logBackward }) => logBackward,
  };
}

/** A second optimiser of all of the policy's parameters. Its learning rate decays with its own updates. */
function likelihoodOptimizer(
  { parameters }: TrainableNetwork,
  learningRate: number,
  recipe: LearnerContext['optimizer'] = recipeOf({}),
): Optimizer {
  const network = { ...parameters.network, name: `${parameters.network.name}/likelihood` };
  return makeOptimizer({ ...parameters, network }, withoutAverage(recipe(exponential(learningRate, 0.999))));
}

/** @throws if the rollout did not record the children */
function childrenOf({ backward }: OffPolicyTrajectories): BackwardData {
  if (backward) return backward;
  throw new Error(
    'a learnt backward policy needs the children of all steps, which this rollout does not record: ' +
      "give it the learner's `needs`.",
  );
}
