import type { Optimizer, Schedule } from '../nn/index.ts';
import { assign, multiply } from '../ops/index.ts';
import { nextIteration } from '../rollout/index.ts';
import type { Tape, Variable } from '../tape/index.ts';

/** @throws Error if float32 cannot represent the learning rate at the end of the schedule */
export function checkAnnealing(optimizers: readonly Optimizer[], end: number): void {
  for (const { parameters, learningRate } of optimizers) {
    if (!learningRate || Math.fround(learningRate.base * end) > 0) continue;
    throw new Error(
      `train: learningRate.end ${end} of the learning rate ${learningRate.base} of ${parameters.network.name} is ` +
        `${learningRate.base * end}, which float32 rounds to 0.`,
    );
  }
}

/**
 * Records the learning rates of the next iteration: each initial rate times the schedule at the number of completed
 * iterations.
 * @param key the random key, whose third number counts the iterations
 */
export function recordAnnealing(tape: Tape, key: Variable, optimizers: readonly Optimizer[], schedule: Schedule): void {
  const factor = schedule.record(nextIteration(tape, key));
  for (const { learningRate } of optimizers) {
    if (learningRate) assign(learningRate.variable, multiply(factor, learningRate.base));
  }
}
