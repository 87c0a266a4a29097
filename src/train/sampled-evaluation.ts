import type { Device } from '../device/device.ts';
import { objectKey, underCondition } from '../environment/condition.ts';
import type { AnyProblem, RatedObjects } from '../environment/environment.ts';
import { elboEstimate } from '../metrics/bounds.ts';
import type { Metrics } from '../metrics/catalogue.ts';
import { pearsonCorrelation } from '../metrics/correlation.ts';
import type { PolicyLogits } from '../metrics/exact.ts';
import { backwardLogRatios } from '../metrics/log-forward.ts';
import { exp } from '../numeric/elementary.ts';
import { type Learner, randomStreams } from '../objective/index.ts';
import { uniformStream } from '../random/threefry.ts';
import { prepareRating, type RolloutPolicy } from '../rollout/index.ts';
import { prepareSampling, type SampledBatch } from './iteration.ts';

export interface SampledEvaluationOptions {
  readonly problem: AnyProblem;
  readonly policy: RolloutPolicy;
  /** The same policy's logits at given states. */
  readonly logitsOf: PolicyLogits;
  /** As of a learner; the backward policy is uniform without. */
  readonly backwardLogits?: Learner['backwardLogits'] | undefined;
  /** States per evaluation of the logits. */
  readonly chunk: number;
  /** The number of trajectories. */
  readonly trajectories: number;
  /** The condition of all of them, and of held-out objects; otherwise drawn for each, and the held-out objects' own. */
  readonly condition?: number | undefined;
  readonly seed: number;
}

/** Trajectories in a batch. */
const batchAtOnce = 256;

/**
 * Metrics of a policy whose objects cannot be enumerated, estimated from sampled trajectories, always with the same
 * random numbers:
 *
 * - `elbo`, a lower bound of log Z in nats, with the policy's own P_B, and `elboError`, its standard error;
 *   `logRewardCorrelation`, Pearson's, of log R with log P_F - log P_B of those trajectories;
 * - `logPartitionExact`, log Z, if a formula gives it (`Problem.logPartition`);
 * - `meanLogReward`, `meanLength` (actions), `distinctShare`, distinct valid objects divided by all;
 *   those that differ only in their condition, such as an inverse temperature, count once. Problems of molecules have
 *   `distinctMoleculeShare` instead (see `moleculeMetrics`);
 * - if the reward has scores: `meanScore` and `topMeanScore`, of all and of the best tenth of the valid objects;
 *   `invalidShare`, the share of invalid ones;
 * - for the problem's held-out objects, from one trajectory of the uniform backward policy to each: `heldOutEubo`, the
 *   mean of log R + log P_B - log P_F, `heldOutWeightedEubo`, the same mean weighted by R(x), and `heldOutCorrelation`.
 *   They bound log Z only as far as those objects resemble samples of the target;
 * - and the problem's own metrics (`Problem.metricsOf`).
 */
export async function prepareSampledEvaluation(
  device: Device,
  options: SampledEvaluationOptions,
): Promise<() => Promise<Metrics>> {
  const { problem, policy, backwardLogits, trajectories, condition, seed } = options;
  const heldOut = await prepareHeldOut(device, options);
  const batch = Math.min(trajectories, batchAtOnce);
  const asked = { problem, batch, seed, stream: randomStreams.evaluation, policy, condition };
  const sampling = await prepareSampling(device, asked, backwardLogits);
  return async () => {
    sampling.restart();
    const batches: SampledBatch[] = [];
    for (let drawn = 0; drawn < trajectories; drawn += batch) batches.push(await sampling.next());
    const sampled = joined(batches);
    const { logRewards, logRatio, lengths } = sampled;
    const own: Metrics = problem.metricsOf ? await problem.metricsOf(bestFirst(sampled)) : {};
    const elbo = elboEstimate(logRewards, logRatio);
    return {
      elbo: elbo.mean,
      elboError: elbo.standardError,
      ...correlationOf('logRewardCorrelation', logRewards, logRatio),
      meanLogReward: meanOf(logRewards),
      meanLength: meanOf(lengths),
      ...(problem.logPartition === undefined ? {} : { logPartitionExact: problem.logPartition }),
      ...scoreMetrics(sampled),
      ...(await heldOut()),
      // Several states may be one molecule, so the share of distinct states would say little beside that of molecules.
      ...('distinctMoleculeShare' in own
        ? {}
        : { distinctShare: distinctObjects(sampled, objectKey(problem.environment)) / logRewards.length }),
      ...own,
    };
  };
}

async function prepareHeldOut(
  device: Device,
  { problem, logitsOf, chunk, condition, seed }: SampledEvaluationOptions,
): Promise<() => Promise<Metrics>> {
  const { heldOut: own, environment } = problem;
  const heldOut = own && underCondition(environment, own, condition);
  if (!heldOut || heldOut.length === 0) return async () => ({});
  const rate = await prepareRating(device, problem);
  let rated: RatedObjects | undefined;
  return async () => {
    rated ??= await rate(heldOut);
    const { logRewards } = rated;
    const random = uniformStream(seed, randomStreams.evaluation, 1);
    const ratios = await backwardLogRatios(environment, logitsOf, heldOut, { chunk, random });
    const bounds = logRewards.map((logReward, i) => logReward - ratios[i]);
    const max = Math.max(...logRewards);
    const weights = logRewards.map((logReward) => exp(logReward - max));
    const total = weights.reduce((a, b) => a + b, 0);
    return {
      heldOutEubo: meanOf(bounds),
      heldOutWeightedEubo: bounds.reduce((sum, bound, i) => sum + (bound * weights[i]) / total, 0),
      ...correlationOf('heldOutCorrelation', logRewards, ratios),
    };
  };
}

/** Empty if either is constant, for example if all rewards are equal. */
function correlationOf(name: string, a: Float64Array, b: Float64Array): Metrics {
  const varies = (values: Float64Array) => values.some((value) => value !== values[0]);
  return varies(a) && varies(b) ? { [name]: pearsonCorrelation(a, b) } : {};
}

function scoreMetrics({ scores }: RatedObjects): Metrics {
  const proper = scores.filter((score) => !Number.isNaN(score)).sort();
  const invalidShare = 1 - proper.length / scores.length;
  // A reward without scores has no such metric.
  if (proper.length === 0) return {};
  const top = proper.subarray(proper.length - Math.ceil(proper.length / 10));
  return { meanScore: meanOf(proper), topMeanScore: meanOf(top), invalidShare };
}

function distinctObjects({ states, logRewards, scores }: RatedObjects, keyOf: (state: Int32Array) => string): number {
  const size = states.length / logRewards.length;
  // A reward without scores has no invalid objects.
  const hasScores = scores.some((score) => !Number.isNaN(score));
  const valid = [...logRewards.keys()].filter((n) => !hasScores || !Number.isNaN(scores[n]));
  return new Set(valid.map((n) => keyOf(states.subarray(n * size, (n + 1) * size)))).size;
}

function bestFirst({ states, logRewards, scores }: RatedObjects): RatedObjects {
  const size = states.length / logRewards.length;
  const worth = (n: number) => (Number.isNaN(scores[n]) ? Number.NEGATIVE_INFINITY : scores[n]);
  const order = Array.from(logRewards, (_, n) => n).sort(
    (a, b) => worth(b) - worth(a) || logRewards[b] - logRewards[a],
  );
  const sorted = new Int32Array(states.length);
  for (const [i, n] of order.entries()) sorted.set(states.subarray(n * size, (n + 1) * size), i * size);
  return {
    states: sorted,
    logRewards: Float64Array.from(order, (n) => logRewards[n]),
    scores: Float64Array.from(order, (n) => scores[n]),
  };
}

function joined(batches: readonly SampledBatch[]) {
  const all = (of: (batch: SampledBatch) => ArrayLike<number>) =>
    Float64Array.from(batches.flatMap((batch) => Array.from(of(batch))));
  return {
    states: Int32Array.from(batches.flatMap(({ states }) => Array.from(states))),
    logRewards: all((batch) => batch.logRewards),
    scores: all((batch) => batch.scores),
    logRatio: all((batch) => batch.logRatio),
    lengths: all((batch) => batch.lengths),
  };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
