import type { Device } from '../device/device.ts';
import { enumerationOf } from '../environment/enumeration.ts';
import { type AnyProblem, type Environment, isDeferred, type Reward } from '../environment/environment.ts';
import { guardedProblem } from '../environment/guarded.ts';
import type { ExactMetrics, Metrics } from '../metrics/catalogue.ts';
import { jensenShannon, klDivergence, klPaper, totalVariation } from '../metrics/distance.ts';
import { exactTerminalDistribution, type PolicyLogits } from '../metrics/exact.ts';
import { exactEubo } from '../metrics/exact-eubo.ts';
import { tabulate } from '../metrics/tabulate.ts';
import { type ExactTarget, exactTarget } from '../metrics/target.ts';
import { exp, log } from '../numeric/elementary.ts';
import type { Learner } from '../objective/index.ts';
import { loadHostCompiler } from '../rows/host-compiler.ts';
import { evaluateAtStates } from './evaluate-at-states.ts';

export type { Metrics } from '../metrics/catalogue.ts';

/** What an evaluation of a policy over all states gives. */
export interface Evaluation {
  readonly metrics: Metrics;
  /** The learnt and the target distribution over objects, by object number; absent where they cannot be enumerated. */
  readonly distributions?: { readonly learnt: Float64Array; readonly target: Float64Array };
}

/** What an exact evaluation gives. */
export interface EnumeratedEvaluation extends Required<Evaluation> {
  readonly metrics: ExactMetrics;
}

/** A policy, ready to be evaluated again and again. */
export interface Evaluator {
  /** Evaluates the policy as it now is. */
  evaluate(): Promise<Evaluation>;
  /** The policy's logits at given states, run on the device. */
  readonly logitsOf: PolicyLogits;
  /** The learner's own estimate of log Z, as `logPartition`; nothing where it has none. */
  logPartition(): Promise<Metrics>;
  /** What a perfect sampler would do; absent where objects cannot be enumerated. */
  readonly target?: ExactTarget;
}

/** States that one run of an exact evaluation's plan works on. */
const statesAtOnce = 1024;

/** How objects are sampled where they cannot be enumerated. */
export interface EvaluatorOptions {
  /** Trajectories sampled for an evaluation where objects cannot be enumerated. */
  readonly trajectories?: number | undefined;
  readonly seed?: number;
}

/**
 * Makes ready to evaluate a learner's policy (against its prior times the reward, where it has a prior), the networks running on the device: exactly where its environment can be
 * enumerated (see `evaluateExactly`), otherwise by sampling (see `prepareSampledEvaluation`).
 */
export async function createEvaluator(
  device: Device,
  unguarded: AnyProblem,
  learner: Learner,
  { trajectories = 256, seed = 0 }: EvaluatorOptions = {},
): Promise<Evaluator> {
  const problem = guardedProblem(unguarded);
  const { environment } = problem;
  const logits = evaluateAtStates(device, environment, (observation) => learner.logits(observation));
  const estimate = learner.logPartition && evaluateAtStates(device, environment, learner.logPartition);
  const logitsOf: PolicyLogits = (states, count) => logits(states, count);

  const logPartition = async (): Promise<Metrics> => {
    if (!estimate) return {};
    const initial = new Int32Array(environment.stateSize);
    environment.initial(initial);
    return { logPartition: (await estimate(initial, 1))[0] };
  };
  if (isDeferred(problem) || 'reason' in environment.enumeration) {
    const chunk = environment.observation.rowsAtOnce;
    const policy = learner.logits;
    // Rollouts guard what they call; a guarded environment has functions that are not those of its row language.
    const asked = { problem: unguarded, policy, logitsOf, chunk, trajectories, seed };
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
  const target = exactTarget(environment, reward);
  const { exactMetricsOf } = problem;
  const states = exactMetricsOf && objectRows(environment);
  return {
    logitsOf,
    logPartition,
    target,
    async evaluate() {
      const { metrics, distributions } = await evaluateExactly(environment, logitsOf, target);
      const own = exactMetricsOf && states ? exactMetricsOf({ states, ...distributions }) : {};
      return { metrics: { ...metrics, ...(await logPartition()), ...own }, distributions };
    },
  };
}

/** All objects by number, as state rows packed one behind the other. */
export function objectRows(environment: Environment): Int32Array {
  const { objectCount, objectAt } = enumerationOf(environment, 'All objects');
  const { stateSize } = environment;
  const states = new Int32Array(objectCount * stateSize);
  for (let n = 0; n < objectCount; n++) objectAt(n, states.subarray(n * stateSize, (n + 1) * stateSize));
  return states;
}

/** What a sampler with a prior is trained towards: log p_T(x) + beta log R(x), p_T being what the prior samples. */
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
    // A prior gives everything some probability, but float64 may not hold it.
    logReward: (state) =>
      log(Math.max(probability[objectIndexOf(state)], Number.MIN_VALUE)) + rewardExponent * reward.logReward(state),
  };
}

/**
 * Exact metrics of a policy, in float64: its logits are asked for once at every state.
 *
 * - `totalVariation`, and in nats `klTargetLearnt`, KL(target ‖ learnt), `klPaper`, the same as the paper's code takes
 *   it, and `jensenShannon`, between the distribution it samples from and the target;
 * - `elboGap` and `euboGap`, ELBO and EUBO less log Z, in nats: at most and at least 0. They are taken with the uniform
 *   backward policy. For a policy that was trained with another one they bound log Z too, but a perfect sampler's are
 *   then not 0;
 * - `logPartitionExact`, log Z;
 * - `meanReward`, the expected reward of its objects, `expectedReward`, a perfect sampler's, and `rewardError`, the
 *   distance between the two divided by the latter;
 * - `meanLength`, the expected number of actions.
 *
 * @throws Error where the environment cannot be enumerated
 */
export async function evaluateExactly(
  environment: Environment,
  logitsOf: PolicyLogits,
  target: ExactTarget,
): Promise<EnumeratedEvaluation> {
  const { logReward, logPartition, expectedReward } = target;
  const policy = await tabulate(environment, logitsOf, { chunk: statesAtOnce });
  const exact = await exactTerminalDistribution(environment, policy, { logReward, chunk: statesAtOnce });
  const eubo = await exactEubo(environment, policy, target, { chunk: statesAtOnce });
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
