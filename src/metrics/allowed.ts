import type { Environment } from '../environment/environment.ts';
import { exp, log } from '../numeric/elementary.ts';

/** The number of entries set in a mask. */
export function countAllowed(mask: Int32Array): number {
  let count = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) count++;
  return count;
}

/** log n for n = 0 .. max. */
export const logCounts = (max: number): Float64Array => Float64Array.from({ length: max + 1 }, (_, n) => log(n));

/**
 * log of the sum of exp(logit) over the actions allowed at a state: log pi(a | s) is the logit minus this.
 * @param logits the state's logits, from `offset` on.
 * @param chances receives pi(a | s) of the allowed actions, if given.
 * @throws Error if no action is allowed, or an allowed one's logit is not finite.
 */
export function logSumOfAllowed(
  environment: Environment,
  state: Int32Array,
  mask: Int32Array,
  logits: ArrayLike<number>,
  offset: number,
  chances?: Float64Array,
): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let action = 0; action < mask.length; action++) {
    if (mask[action] === 0) continue;
    const logit = logits[offset + action];
    if (!Number.isFinite(logit)) {
      throw new Error(
        `The policy's logit of action ${action} at state ${environment.text(state)} of ${environment.name} is ` +
          `${logit}; logits of allowed actions are finite.`,
      );
    }
    if (logit > largest) largest = logit;
  }
  if (largest === Number.NEGATIVE_INFINITY) {
    throw new Error(
      `No action is allowed at the non-terminal state ${environment.text(state)} of ${environment.name}.`,
    );
  }
  let sum = 0;
  for (let action = 0; action < mask.length; action++) {
    if (mask[action] === 0) continue;
    const weight = exp(logits[offset + action] - largest);
    sum += weight;
    if (chances !== undefined) chances[action] = weight;
  }
  if (chances !== undefined) for (let action = 0; action < mask.length; action++) chances[action] /= sum;
  return largest + log(sum);
}

/** @throws Error if a policy returned fewer than `count` rows of logits. */
export function checkLogits({ actionCount }: Environment, logits: ArrayLike<number>, count: number): void {
  if (logits.length >= count * actionCount) return;
  throw new Error(`A policy gave ${logits.length} logits for ${count} states of ${actionCount} actions.`);
}

/** @throws Error unless `chunk` is a positive integer. */
export function checkChunk(chunk: number): void {
  if (!Number.isInteger(chunk) || chunk < 1) throw new Error(`A chunk is at least 1 state, not ${chunk}.`);
}
