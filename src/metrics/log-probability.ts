import type { Environment } from '../environment/environment.ts';
import { exp, log, square } from '../numeric/elementary.ts';
import { logSumExp } from '../numeric/log-sum-exp.ts';
import type { PolicyLogits } from './exact.ts';
import { type BackwardSamplingOptions, backwardLogRatios } from './log-forward.ts';

/** Estimates for several objects. */
export interface LogProbabilities {
  /** log p(x), in nats. */
  readonly logProbability: Float64Array;
  /** The standard error of each; NaN if it is estimated from a single trajectory. */
  readonly standardError: Float64Array;
}

/**
 * Estimates the log-probability, in nats, with which a policy ends at given objects, for environments that are too
 * large for exact computation: by importance sampling with the uniform backward policy,
 *
 *   p(x) = E_{trajectory ~ P_B(. | x)} [ P_F(trajectory) / P_B(trajectory | x) ]
 *        ~ 1/N sum_n P_F(trajectory_n) / P_B(trajectory_n | x),
 *
 * with its logarithm by log-sum-exp (Zhang et al., Generative Flow Networks for Discrete Probabilistic Modeling, 2022).
 * The estimate of p(x) is unbiased; that of its logarithm is too low by about half its squared standard error. The
 * standard error is that of the mean ratio divided by the mean ratio (the delta method), which is accurate if it is
 * small. If only one trajectory leads to each object, as with strings built from the left, one sample is exact.
 *
 * @param objects terminal state rows, packed.
 * @throws Error as `sampleBackwardTrajectories` and `logForwardOfTrajectories` do.
 */
export async function estimateLogProbability(
  environment: Environment,
  logitsOf: PolicyLogits,
  objects: Int32Array,
  options: BackwardSamplingOptions,
): Promise<LogProbabilities> {
  const { trajectories = 1 } = options;
  const ratios = await backwardLogRatios(environment, logitsOf, objects, options);
  const logProbability = new Float64Array(ratios.length / trajectories);
  const standardError = new Float64Array(logProbability.length);
  for (let i = 0; i < logProbability.length; i++) {
    const own = ratios.subarray(i * trajectories, (i + 1) * trajectories);
    logProbability[i] = logSumExp(own) - log(trajectories);
    // Ratios relative to their mean.
    const squares = own.reduce((sum, ratio) => sum + square(exp(ratio - logProbability[i]) - 1), 0);
    standardError[i] = Math.sqrt(squares / (trajectories - 1) / trajectories);
  }
  return { logProbability, standardError };
}
