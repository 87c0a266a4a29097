import type { Device } from '../device/device.ts';
import { deviceScope } from '../device/scope.ts';
import { conditionLevel, conditionOf } from '../environment/condition.ts';
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
  /** Where the reward has scores (see `Ratings`) and the object is a proper one. */
  readonly score?: number;
  /** What was drawn for its trajectory, such as the inverse temperature, where the environment has such a condition. */
  readonly condition?: number;
  /**
   * log of the probability that the policy ends at this object: exact where all states can be enumerated, otherwise
   * estimated from its one trajectory as log P_F(trajectory) - log P_B(trajectory | object).
   */
  readonly logProbability: number;
  /** exp(logProbability). */
  readonly probability: number;
}

/** How objects are drawn from a policy. */
export interface DrawOptions {
  /** The same seed draws the same objects; without one, each call draws others. */
  readonly seed?: number | undefined;
  /** The condition to draw all objects under, such as an inverse temperature; drawn for each by default. */
  readonly condition?: number | undefined;
}

const drawOptions = {
  seed: optional(integer(0, { min: 0, max: 2 ** 32 - 1, help: 'the same seed draws the same objects' })),
  condition: optional(number(1, { help: 'the condition to draw all objects under' })),
} satisfies Schema;

/** @throws Error on options that are unknown or out of range, naming them */
export function completeDraw(options: DrawOptions): DrawOptions {
  return completeUnknown('sample', drawOptions, options);
}

/** Whose objects are drawn, and how many. */
export interface SamplingOptions {
  readonly device: Device;
  readonly problem: AnyProblem;
  readonly learner: Learner;
  readonly count: number;
  readonly seed: number;
  /** Trajectories sampled at once. */
  readonly batch?: number;
  /** The condition to sample all objects under, such as an inverse temperature; drawn for each by default. */
  readonly condition?: number | undefined;
}

/** Draws objects from a learner's policy. @throws if `count` is no positive integer, or the environment has not that condition */
export async function* sampleObjects(options: SamplingOptions): AsyncGenerator<Sample> {
  const { device, count, batch = Math.min(count, 256) } = options;
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`sampling: ${count} objects cannot be drawn.`);
  // Plans and variables that are of no use afterwards; the learner's own were on the device before, or begin anew.
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
  if (condition !== undefined) conditionLevel(environment, condition);
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
