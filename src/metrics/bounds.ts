import type { Problem } from '../environment/environment.ts';
import { type Estimate, estimateOf } from './estimate.ts';
import type { PolicyLogits } from './exact.ts';
import { type BackwardSamplingOptions, backwardLogRatios } from './log-forward.ts';

/**
 * The ELBO, estimated from trajectories that the policy itself sampled:
 *
 *   E_{trajectory ~ P_F} [ log R(x) + log P_B(trajectory | x) - log P_F(trajectory) ] = log Z - KL(P_F, P_B) <= log Z
 *
 * in nats (Malkin et al., GFlowNets and Variational Inference, 2023; `elbo` of the Ent-PPO paper's code, which reports
 * it minus the exact log Z). For the perfect sampler it equals log Z, without variance. It is the bound for the
 * backward policy with which the ratios were computed. `exactTerminalDistribution` computes it without sampling.
 *
 * @param logReward log R(x) of each trajectory's object.
 * @param logRatio log P_F(trajectory) - log P_B(trajectory | x) of each, such as `Sampling.next` gives.
 * @throws Error if the lengths differ or are 0.
 */
export function elboEstimate(logReward: ArrayLike<number>, logRatio: ArrayLike<number>): Estimate {
  if (logReward.length !== logRatio.length) {
    throw new Error(`${logReward.length} log-rewards do not belong to ${logRatio.length} trajectories.`);
  }
  return estimateOf(Float64Array.from(logReward, (value, i) => value - logRatio[i]));
}

/**
 * The EUBO, estimated from objects sampled from the target and trajectories sampled from them with the uniform backward
 * policy:
 *
 *   E_{x ~ R / Z} E_{trajectory ~ P_B(. | x)} [ log R(x) + log P_B(trajectory | x) - log P_F(trajectory) ]
 *     = log Z + KL(P_B, P_F) >= log Z
 *
 * in nats (Blessing et al., Beyond ELBOs, 2024; `eubo` of the Ent-PPO paper's code, which draws 16 objects once and 10
 * trajectories from each, and reports it minus the exact log Z). Unlike the ELBO it is large if the policy misses a
 * mode. Objects that are not sampled from the target give the same mean over another distribution, which is not a
 * bound.
 *
 * Trajectories from one object are not independent draws; the standard error is computed from the objects' means.
 *
 * @param objects terminal state rows, packed (see `sampleTarget`).
 * @throws Error as `sampleBackwardTrajectories` and `logForwardOfTrajectories` do.
 */
export async function euboEstimate(
  { environment, reward }: Problem,
  logitsOf: PolicyLogits,
  objects: Int32Array,
  options: BackwardSamplingOptions,
): Promise<Estimate> {
  const { trajectories = 1 } = options;
  const ratios = await backwardLogRatios(environment, logitsOf, objects, options);
  const state = new Int32Array(environment.stateSize);
  const means = new Float64Array(ratios.length / trajectories);
  for (let i = 0; i < means.length; i++) {
    state.set(objects.subarray(i * state.length, (i + 1) * state.length));
    let sum = 0;
    for (let n = 0; n < trajectories; n++) sum += ratios[i * trajectories + n];
    means[i] = reward.logReward(state) - sum / trajectories;
  }
  return estimateOf(means);
}
