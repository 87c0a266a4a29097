import { linear } from '../nn/index.ts';
import { assign, concat } from '../ops/index.ts';
import type { Tape, Variable } from '../tape/index.ts';
import { nextIteration } from './schedule.ts';

/** How the sampling policy departs from the trained one. */
export interface Exploration {
  /**
   * epsilon in the first iteration: the probability, at each step, of an action drawn uniformly from the allowed ones.
   */
  readonly start: number;
  /** epsilon from iteration `iterations` on; it changes linearly until then. */
  readonly end: number;
  readonly iterations: number;
  /** Logits are divided by this before sampling; 1 leaves the policy unchanged. */
  readonly temperature: number;
}

/** No exploration: the policy itself samples. */
export const onPolicy: Exploration = { start: 0, end: 0, iterations: 1, temperature: 1 };

/** @throws if a rate is not from 0 to 1, or the temperature or the number of iterations is not positive */
export function checkExploration({ start, end, iterations, temperature }: Exploration): void {
  for (const [name, rate] of [
    ['start', start],
    ['end', end],
  ] as const) {
    if (!(rate >= 0 && rate <= 1))
      throw new Error(`exploration: the rate at the ${name} must be from 0 to 1, not ${rate}.`);
  }
  if (!Number.isSafeInteger(iterations) || iterations < 1) {
    throw new Error(`exploration: it must change over a positive number of iterations, not ${iterations}.`);
  }
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw new Error(`exploration: the temperature must be a positive number, not ${temperature}.`);
  }
}

/** Whether the policy itself samples throughout. */
export function isOnPolicy({ start, end, temperature }: Exploration): boolean {
  return start === 0 && end === 0 && temperature === 1;
}

/**
 * Records `settings`, [epsilon, temperature], of the next iteration.
 * @param key the random key, whose third number counts the iterations
 */
export function recordExploration(tape: Tape, key: Variable, settings: Variable, exploration: Exploration): void {
  const { start, end, iterations } = exploration;
  const epsilon = linear(start, end, iterations).record(nextIteration(tape, key));
  assign(settings, concat([epsilon, tape.constant('f32', [1], [exploration.temperature])], 0));
}
