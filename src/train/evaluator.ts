import type { Device } from '../device/device.ts';
import { givenLevel } from '../environment/condition.ts';
import { enumerationOf } from '../environment/enumeration.ts';
import { type AnyProblem, type Environment, isDeferred, type Reward } from '../environment/environment.ts';
import { guardedProblem } from '../environment/guarded.ts';
import type { ExactMetrics, Metrics } from '../metrics/catalogue.ts';
import { jensenShannon, klDivergence, klPaper, totalVariation } from '../metrics/distance.ts';
import { exactTerminalDistribution, type PolicyLogits } from '../metrics/exact.ts';
import { exactEubo } from '../metrics/exact-eubo.ts';
import type { LogBackward } from '../metrics/log-backward.ts';
import { tabulate } from '../metrics/tabulate.ts';
import { type ExactTarget, exactTarget } from '../metrics/target.ts';
import { exp, log } from '../numeric/elementary.ts';
import type { Learner } from '../objective/index.ts';
import { loadHostCompiler } from '../rows/host-compiler.ts';
import { evaluateAtStates } from './evaluate-at-states.ts';

export type { Metrics } from '../metrics/catalogue.ts';

/** The result of an evaluation. */
export interface Evaluation {
  readonly metrics: Metrics;
  /** The learnt and the target distribution over objects, by object number; absent if objects cannot be enumerated. */
  readonly distributions?: { readonly learnt: Float64Array; readonly target: Float64Array };
}

/** The result of an exact evaluation. */
export interface EnumeratedEvaluation extends Required<Evaluation> {
  readonly metrics: ExactMetrics;
}

/** Evaluates a policy repeatedly. */
export interface Evaluator {
  /** Evaluates the current policy. */
  evaluate(): Promise<Evaluation>;
  /** The policy's logits at given states, computed on the device. */
  readonly logitsOf: PolicyLogits;
  /** Those of its backward policy; undefined if that is uniform, or objects cannot be enumerated. */
  readonly backwardLogitsOf?: PolicyLogits | undefined;
  /**
   * The learner's own estimate of log Z, as `logPartition`; empty if it has none. Where a condition, such as an inverse
   * temperature, is drawn, it is the average over its levels, as the ELBO is.
   */
  logPartition(): Promise<Metrics>;
  /** Metrics of a perfect sampler; absent if objects cannot be enumerated, or the reward is learnt. */
  readonly target?: ExactTarget | undefined;
}

/** The number of states in one run of the plan for exact evaluation. */
const statesAtOnce = 1024;

/** The number of levels of a condition, evenly spaced, over which log Z is averaged. */
const averagedLevels = 32;

/** Settings for evaluation by sampling. */
export interface EvaluatorOptions {
  /** Trajectories sampled for an evaluation if objects cannot be enumerated. */
  readonly trajectories?: number | undefined;
  /** The condition of all of them, such as an inverse temperature; drawn for each by default. */
  readonly condition?: number | undefined;
  readonly seed?: number;
}

/**
 * Prepares to evaluate a learner's policy, with its networks on the device. The target is the reward, or the reward
 * times the learner's prior. Evaluation is exact if the environment can be enumerated and no condition is given
 * (`evaluateExactly`), otherwise by sampling (`prepareSampledEvaluation`). Throws if the environment does not have the
 * condition.
 */
export async function createEvaluator(
  device: Device,
  unguarded: AnyProblem,
  learner: Learner,
  { trajectories = 256, condition, seed = 0 }: EvaluatorOptions = {},
): Promise<Evaluator> {
  const problem = guardedProblem(unguarded);
  const { environment } = problem;
  const level = givenLevel(environment, condition);
  const logits = evaluateAtStates(device, environment, (observation) => learner.logits(observation));
  const estimate = learner.logPartition && evaluateAtStates(device, environment, learner.logPartition);
  const logitsOf: PolicyLogits = (states, count) => logits(states, count);
  const backwardLogitsOf = learner.backwardLogits && evaluateAtStates(device, environment, learner.backwardLogits);

  const logPartition = async (): Promise<Metrics> => {
    if (!estimate) return {};
    const initial = new Int32Array(environment.stateSize);
    environment.initial(initial);
    const drawn = environment.condition;
    if (!drawn) return { logPartition: (await estimate(initial, 1))[0] };
    let sum = 0;
    const count = level === undefined ? Math.min(drawn.levels, averagedLevels) : 1;
    for (let i = 0; i < count; i++) {
      initial[drawn.index] = level ?? Math.floor(((i + 0.5) * drawn.levels) / count);
      sum += (await estimate(initial, 1))[0];
    }
    return { logPartition: sum / count };
  };
  if (isDeferred(problem) || 'reason' in environment.enumeration || level !== undefined) {
    const chunk = environment.observation.rowsAtOnce;
    const { logits: policy, backwardLogits } = learner;
    // Rollouts guard the environment themselves, and a guarded one no longer runs as its recorded programs.
    const asked = { problem: unguarded, policy, logitsOf, backwardLogits, chunk, trajectories, condition, seed };
    const { prepareSampledEvaluation } = await import('./sampled-evaluation.ts');
    const sampled = await prepareSampledEvaluation(device, asked);
    const evaluate = async () => ({ metrics: { ...(await sampled()), ...(await logPartition()) } });
    return { logitsOf, logPartition, evaluate };
  }
  if (problem.reward.rows) await loadHostCompiler();
  const { prior } = learner;
  const ofPrior = prior && evaluateAtStates(device, environment, prior.logits);
  const reward = ofPrior
    ? await tiltedReward(environment, problem.reward, (states, count) => ofPrior(states, count), prior)
    : problem.reward;
  const known = problem.learntReward ? undefined : exactTarget(environment, reward);
  const { exactMetricsOf } = problem;
  const states = exactMetricsOf && objectRows(environment);
  return {
    logitsOf,
    backwardLogitsOf,
    logPartition,
    target: known,
    async evaluate() {
      const target = known ?? exactTarget(environment, reward);
      const { metrics, distributions } = await evaluateExactly(environment, logitsOf, target, backwardLogitsOf);
      const own = exactMetricsOf && states ? exactMetricsOf({ states, ...distributions }) : {};
      return { metrics: { ...metrics, ...(await logPartition()), ...own }, distributions };
    },
  };
}

/** All objects in order of their numbers, as packed state rows. */
export function objectRows(environment: Environment): Int32Array {
  const { objectCount, objectAt } = enumerationOf(environment, 'All objects');
  const { stateSize } = environment;
  const states = new Int32Array(objectCount * stateSize);
  for (let n = 0; n < objectCount; n++) objectAt(n, states.subarray(n * stateSize, (n + 1) * stateSize));
  return states;
}

/** The target with a prior: log p_T(x) + beta log R(x), where p_T is the distribution the prior samples. */
async function tiltedReward(
  environment: Environment,
  reward: Reward,
  logitsOf: PolicyLogits,
  { rewardExponent }: Pick<NonNullable<Learner['prior']>, 'rewardExponent'>,
): Promise<Reward> {
  const { probability } = await exactTerminalDistribution(environment, logitsOf, { chunk: statesAtOnce });
  const { objectIndexOf } = enumerationOf(environment, 'The target of a sampler with a prior');
  return {
    name: `${reward.name}, times a prior`,
    // A prior gives everything a positive probability, which float64 may not be able to represent.
    logReward: (state) =>
      log(Math.max(probability[objectIndexOf(state)], Number.MIN_VALUE)) + rewardExponent * reward.logReward(state),
  };
}

/**
 * Exact metrics of a policy, in float64, from one evaluation of its logits at every state.
 *
 * - `totalVariation`, and in nats `klTargetLearnt`, KL(target ‖ learnt), `klPaper`, the
 *   same as in the paper's code, and `jensenShannon`, between the policy's distribution and the target;
 * - `elboGap` and `euboGap`, ELBO and EUBO less log Z, in nats: at most and at least 0, and 0 for a perfect sampler.
 *   They are taken with the backward policy whose logits are given, the uniform one if none are;
 * - `logPartitionExact`, log Z;
 * - `meanReward`, the expected reward of its objects, `expectedReward`, a perfect sampler's, and `rewardError`, the
 *   distance between the two divided by the latter;
 * - `meanLength`, the expected number of actions.
 *
 * @throws Error if the environment cannot be enumerated
 */
export async function evaluateExactly(
  environment: Environment,
  logitsOf: PolicyLogits,
  target: ExactTarget,
  backwardLogitsOf?: PolicyLogits | undefined,
): Promise<EnumeratedEvaluation> {
  const { logReward, logPartition, expectedReward } = target;
  const chunk = statesAtOnce;
  const policy = await tabulate(environment, logitsOf, { chunk });
  let logBackward: LogBackward | undefined;
  if (backwardLogitsOf) {
    const { tabulateLogBackward } = await import('../metrics/log-backward.ts');
    logBackward = await tabulateLogBackward(environment, backwardLogitsOf, { chunk });
  }
  const exact = await exactTerminalDistribution(environment, policy, { logReward, chunk, logBackward });
  const eubo = await exactEubo(environment, policy, target, { chunk, logBackward });
  const learnt = exact.probability;
  const meanReward = learnt.reduce((sum, probability, object) => sum + probability * exp(logReward[object]), 0);
  return {
    metrics: {
      totalVariation: totalVariation(target.probability, learnt),
      klTargetLearnt: klDivergence(target.probability, learnt),
      klPaper: klPaper(target.probability, learnt),
      jensenShannon: jensenShannon(target.probability, learnt),
      elboGap: exact.elbo - logPartition,
      euboGap: eubo - logPartition,
      logPartitionExact: logPartition,
      meanReward,
      expectedReward,
      rewardError: Math.abs(meanReward - expectedReward) / expectedReward,
      meanLength: exact.meanLength,
    },
    distributions: { learnt, target: target.probability },
  };
}
