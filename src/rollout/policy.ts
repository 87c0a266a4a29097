import { type Network, type Parameters, prepareNetwork, readParameters } from '../nn/index.ts';
import { type LoopRows, loopOutput, slice } from '../ops/index.ts';
import type { Tape, Tensor } from '../tape/index.ts';
import type { NetworkOutputs } from './trajectories.ts';

/**
 * The policy that samples actions: a function that records logits [N, A] for observations [N, ...], or a network whose
 * first A outputs are logits. A network is prepared once for a batch, and learning can use its outputs without running
 * it again (`Trajectories.policy`).
 */
export type RolloutPolicy =
  | ((observation: Tensor) => Tensor)
  | { readonly network: Network; readonly parameters: Parameters };

/** A policy on a tape. */
export interface Sampler {
  /** Records all outputs of the policy for observations, the logits first. */
  readonly apply: (observation: Tensor) => Tensor;
  /** Its parameters, if known. */
  readonly parameters?: readonly Tensor[];
}

/** @param rows the maximum number of observations in all its applications together */
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

/**
 * The policy's outputs in a rollout's loop, from which learning can differentiate. Undefined if that is not possible.
 */
export function policyOutputs(
  outputs: Tensor,
  { parameters }: Sampler,
  whole: readonly LoopRows[],
): NetworkOutputs | undefined {
  const seen = parameters && loopOutput(outputs, whole);
  return seen && { outputs: seen, parameters };
}
