import type { Optimizer, Schedule } from '../nn/index.ts';
import { assign, multiply } from '../ops/index.ts';
import { nextIteration } from '../rollout/index.ts';
import type { Tape, Variable } from '../tape/index.ts';

/**
 * Records that learning rates become those of the next iteration: what each started with, times the schedule at the
 * number of iterations done.
 * @param key the random key, whose third number counts the iterations
 */
export function recordAnnealing(tape: Tape, key: Variable, optimizers: readonly Optimizer[], schedule: Schedule): void {
  const factor = schedule.record(nextIteration(tape, key));
  for (const { learningRate } of optimizers) {
    if (learningRate) assign(learningRate.variable, multiply(factor, learningRate.base));
  }
}
