import { type Network, type Parameters, prepareNetwork, readParameters } from '../nn/index.ts';
import { type LoopRows, loopOutput, slice } from '../ops/index.ts';
import type { Tape, Tensor } from '../tape/index.ts';
import type { NetworkOutputs } from './trajectories.ts';

/**
 * What actions are sampled by: a function that records logits [N, A] for observations [N, ...], or a network whose first
 * A outputs are logits. A network is prepared once for a batch, and what it computes can be learnt from without running
 * it again (`Trajectories.policy`).
 */
export type RolloutPolicy =
  | ((observation: Tensor) => Tensor)
  | { readonly network: Network; readonly parameters: Parameters };

/** A policy on a tape. */
export interface Sampler {
  /** Records everything that the policy computes of observations, the logits first. */
  readonly apply: (observation: Tensor) => Tensor;
  /** What it is computed from, where that is known. */
  readonly parameters?: readonly Tensor[];
}

/** @param rows the most observations that it will be applied to, in all */
export function samplerOf(tape: Tape, policy: RolloutPolicy, rows: number): Sampler {
  if (typeof policy === 'function') return { apply: policy };
  const parameters = readParameters(tape, policy.parameters);
  return { apply: prepareNetwork(policy.network, parameters, rows), parameters };
}

/** The logits among a policy's outputs [N, A or more]: the first A. */
export function logitsOf(outputs: Tensor, actionCount: number): Tensor {
  return outputs.shape[1] === actionCount ? outputs : slice(outputs, 1, 0, actionCount);
}

/** Records a policy's logits [N, A] for observations [N, ...], outside of a rollout. */
export function policyLogits(policy: RolloutPolicy, observation: Tensor, actionCount: number): Tensor {
  const { apply } = samplerOf(observation.tape, policy, observation.shape[0]);
  return logitsOf(apply(observation), actionCount);
}

/** What a policy has computed in a rollout's loop, to be learnt from. Undefined where that cannot be. */
export function policyOutputs(
  outputs: Tensor,
  { parameters }: Sampler,
  whole: readonly LoopRows[],
): NetworkOutputs | undefined {
  const seen = parameters && loopOutput(outputs, whole);
  return seen && { outputs: seen, parameters };
}
