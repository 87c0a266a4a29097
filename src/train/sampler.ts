import type { Device } from '../device/device.ts';
import { deviceScope } from '../device/scope.ts';
import { conditionOf, givenLevel } from '../environment/condition.ts';
import { type AnyProblem, isDeferred } from '../environment/environment.ts';
import { exactTerminalDistribution } from '../metrics/exact.ts';
import { exp, log } from '../numeric/elementary.ts';
import { type Learner, randomStreams } from '../objective/index.ts';
import { completeUnknown, integer, number, optional, type Schema } from '../options/index.ts';
import { createEvaluator } from './evaluator.ts';
import { prepareSampling } from './iteration.ts';

/** A sampled object. */
export interface Sample {
  /** The object in readable form. */
  readonly text: string;
  readonly state: Int32Array;
  readonly logReward: number;
  /** Present if the reward has scores (see `Ratings`) and the object is valid. */
  readonly score?: number;
  /** The condition drawn for its trajectory, such as the inverse temperature, if the environment has one. */
  readonly condition?: number;
  /**
   * log of the probability that the policy ends at this object. It is exact if all states can be enumerated, and
   * otherwise estimated from its one trajectory as log P_F(trajectory) - log P_B(trajectory | object).
   */
  readonly logProbability: number;
  /** exp(logProbability). */
  readonly probability: number;
}

/** How to draw objects from a policy. */
export interface DrawOptions {
  /** Equal seeds draw equal objects; without one, each call draws new ones. */
  readonly seed?: number | undefined;
  /** The condition to draw all objects under, such as an inverse temperature; drawn for each by default. */
  readonly condition?: number | undefined;
}

const drawOptions = {
  seed: optional(integer(0, { min: 0, max: 2 ** 32 - 1, help: 'the same seed draws the same objects' })),
  condition: optional(number(1, { help: 'the condition to draw all objects under' })),
} satisfies Schema;

/** @throws Error that names options that are unknown or out of range */
export function completeDraw(options: DrawOptions): DrawOptions {
  return completeUnknown('sample', drawOptions, options);
}

/** The policy to draw objects from, and their number. */
export interface SamplingOptions {
  readonly device: Device;
  readonly problem: AnyProblem;
  readonly learner: Learner;
  readonly count: number;
  readonly seed: number;
  /** Trajectories in a batch. */
  readonly batch?: number;
  /** The condition to sample all objects under, such as an inverse temperature; drawn for each by default. */
  readonly condition?: number | undefined;
}

/**
 * Draws objects from a learner's policy. @throws if `count` is not a positive integer, or the environment does not have
 * that condition
 */
export async function* sampleObjects(options: SamplingOptions): AsyncGenerator<Sample> {
  const { device, count, batch = Math.min(count, 256) } = options;
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`sampling: ${count} objects cannot be drawn.`);
  // Releases plans and variables that are no longer needed. The learner's own were on the device before, or start anew.
  const scope = deviceScope(device);
  try {
    yield* samplesOn(scope, { ...options, batch });
  } finally {
    scope.destroy();
  }
}

async function* samplesOn(
  device: Device,
  { problem, learner, count, seed, batch, condition }: SamplingOptions & { readonly batch: number },
): AsyncGenerator<Sample> {
  const { environment } = problem;
  givenLevel(environment, condition);
  const exact = await exactLogProbability(device, problem, learner);
  const sampling = await prepareSampling(device, {
    problem,
    batch,
    seed,
    stream: randomStreams.evaluation,
    policy: learner.logits,
    condition,
  });
  for (let drawn = 0; drawn < count; drawn += batch) {
    const { states, logRewards, scores, logRatio } = await sampling.next();
    for (let i = 0; i < Math.min(batch, count - drawn); i++) {
      const state = states.slice(i * environment.stateSize, (i + 1) * environment.stateSize);
      const logProbability = exact ? exact(state) : logRatio[i];
      const drawnAt = conditionOf(environment, state);
      yield {
        ...{ text: environment.text(state), state, logReward: logRewards[i], logProbability },
        probability: exp(logProbability),
        ...(Number.isNaN(scores[i]) ? {} : { score: scores[i] }),
        ...(drawnAt === undefined ? {} : { condition: drawnAt }),
      };
    }
  }
}

async function exactLogProbability(
  device: Device,
  problem: AnyProblem,
  learner: Learner,
): Promise<((state: Int32Array) => number) | undefined> {
  const { enumeration } = problem.environment;
  if (isDeferred(problem) || 'reason' in enumeration) return undefined;
  const { logitsOf } = await createEvaluator(device, problem, learner);
  const { probability } = await exactTerminalDistribution(problem.environment, logitsOf);
  return (state) => log(probability[enumeration.objectIndexOf(state)]);
}
