import type { Device } from '../device/device.ts';
import type { AnyProblem } from '../environment/environment.ts';
import type { Metrics } from '../metrics/catalogue.ts';
import {
  generalizedAdvantage,
  type Learner,
  policyOutputsAt,
  presentValues,
  randomStreams,
  rewardToGo,
  softReturn,
  type TrainableNetwork,
} from '../objective/index.ts';
import { broadcastTo, categorical, gradient, multiply, pack, stopGradient, sum } from '../ops/index.ts';
import { fromGrid, logitsOf, type Trajectories, toGrid } from '../rollout/index.ts';
import type { Tensor } from '../tape/index.ts';
import { prepareBatches } from './iteration.ts';

/** The policy whose gradients are compared, and the number of batches. */
export interface GradientVarianceOptions {
  readonly device: Device;
  readonly problem: AnyProblem;
  /** A learner with a policy and a value network, which is the critic. Neither is changed. */
  readonly learner: Pick<Learner, 'networks' | 'backwardLogits'>;
  /** Trajectories of a batch, over which a gradient is averaged. */
  readonly batch: number;
  /** Batches, at least 2. */
  readonly batches: number;
  /** lambda of generalised advantages, for example an objective's own; 0.9 by default, the paper's on Hypergrid. */
  readonly lambda?: number | undefined;
  readonly seed: number;
}

/** An objective's own lambda, if it has one and it is a number. */
export function ownLambda({ lambda }: Readonly<Record<string, unknown>>): number | undefined {
  return typeof lambda === 'number' ? lambda : undefined;
}

/** Advantage estimators that differ only in variance, except that the last is also biased. */
export type AdvantageEstimator = 'totalReturn' | 'rewardToGo' | 'valueBaseline' | 'generalizedAdvantage';

const estimators: readonly AdvantageEstimator[] = [
  'totalReturn',
  'rewardToGo',
  'valueBaseline',
  'generalizedAdvantage',
];

/** The variances as metrics of an evaluation. */
export function varianceMetrics(variances: Readonly<Record<AdvantageEstimator, number>>): Metrics {
  return Object.fromEntries(estimators.map((name) => [`gradientVariance/${name}`, variances[name]]));
}

/**
 * The variance of the policy gradient between batches at a fixed policy, for each advantage estimator: the trace of the
 * covariance of the gradient of - (1 / batch) sum of log pi(a_t | s_t) Psi_t by the policy's parameters, estimated
 * without bias from independent batches (section 5.2 of Zykova-Myzina et al. 2026, arXiv 2606.15793). All estimators
 * see the same batches. The trace is inversely proportional to the batch, and small if the critic is good.
 *
 * @throws Error if the learner has no value network or another backward policy than the uniform one, or there are fewer
 * than 2 batches
 */
export async function gradientVariances(options: GradientVarianceOptions): Promise<Record<AdvantageEstimator, number>> {
  const { measure, release } = await prepareGradientVariances(options);
  try {
    return await measure();
  } finally {
    release();
  }
}

/** The same again and again, at whatever the learner's networks are by then. All measurements draw the same random numbers. */
export interface PreparedVariances {
  measure(): Promise<Record<AdvantageEstimator, number>>;
  /** The same as metrics of an evaluation. */
  metrics(): Promise<Metrics>;
  release(): void;
}

/** @throws as `gradientVariances` */
export async function prepareGradientVariances(options: GradientVarianceOptions): Promise<PreparedVariances> {
  const { device, problem, learner, batch, batches, lambda = 0.9, seed } = options;
  if (!Number.isSafeInteger(batches) || batches < 2) {
    throw new Error(`A variance takes a whole number of at least 2 batches, not ${batches}.`);
  }
  const [policy] = learner.networks;
  const value = learner.networks.find(({ network }) => network.name === 'value');
  if (value === undefined || learner.networks.length !== 2) {
    throw new Error(
      'Variances of policy gradients are compared at a policy that has a value network and nothing else: ' +
        'that of gae, gae-subeb, value-baseline or ent-ppo. Train one of them, or leave the variances out.',
    );
  }
  if (learner.backwardLogits !== undefined) {
    throw new Error(
      'Variances of policy gradients are taken with the uniform backward policy, which this policy lacks.',
    );
  }
  const { run, fault, executable, restart } = await prepareBatches(
    device,
    { problem, batch, seed, stream: randomStreams.evaluation, policy },
    (trajectories) => recordGradients(trajectories, policy, value, lambda),
  );
  const measure = async () => {
    restart();
    const spreads = estimators.map((name) => ({ name, ...runningSpread() }));
    for (let n = 0; n < batches; n++) {
      await run(1);
      const failedWalk = await fault();
      if (failedWalk) throw failedWalk;
      for (const { name, take } of spreads) take(await executable.read(name));
    }
    return Object.fromEntries(spreads.map(({ name, trace }) => [name, trace()])) as Record<AdvantageEstimator, number>;
  };
  return { measure, metrics: async () => varianceMetrics(await measure()), release: () => executable.release() };
}

/** One gradient vector for each estimator, on one batch. */
function recordGradients(
  trajectories: Trajectories,
  policy: TrainableNetwork,
  value: TrainableNetwork,
  lambda: number,
) {
  const { mask, action, logBackward, logReward, batch } = trajectories;
  const { offsets, values: flat } = policy.parameters;
  const { outputs, parameters } = policyOutputsAt(policy, trajectories);
  const { logProbability } = categorical(logitsOf(outputs, mask.shape[1]), mask, action);
  const onGrid = (rows: Tensor) => toGrid(rows, trajectories);
  const softReturns = onGrid(softReturn(logBackward, logReward, stopGradient(logProbability)));
  const values = onGrid(presentValues(value, trajectories).values);
  const advantages: Record<AdvantageEstimator, Tensor> = {
    totalReturn: broadcastTo(sum(softReturns, 0, true), softReturns.shape),
    rewardToGo: rewardToGo(softReturns),
    valueBaseline: generalizedAdvantage(softReturns, values, 1),
    generalizedAdvantage: generalizedAdvantage(softReturns, values, lambda),
  };
  const gradients = Object.entries(advantages).map(([name, advantage]) => {
    const credit = stopGradient(fromGrid(advantage, trajectories));
    const loss = multiply(sum(multiply(logProbability, credit)), -1 / batch);
    return [name, pack(gradient(loss, parameters), offsets, flat.shape[0])];
  });
  return Object.fromEntries(gradients) as Record<string, Tensor>;
}

/** The trace of the covariance of a stream of vectors (Welford, Technometrics 1962, for each entry). */
function runningSpread() {
  let count = 0;
  let means: Float64Array | undefined;
  let squares = 0;
  return {
    take(vector: ArrayLike<number>) {
      means ??= new Float64Array(vector.length);
      count++;
      for (let i = 0; i < vector.length; i++) {
        const difference = vector[i] - means[i];
        means[i] += difference / count;
        squares += difference * (vector[i] - means[i]);
      }
    },
    trace: () => squares / (count - 1),
  };
}
