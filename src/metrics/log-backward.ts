import { enumerationOf } from '../environment/enumeration.ts';
import type { Environment } from '../environment/environment.ts';
import { checkChunk, logSumOfAllowed } from './allowed.ts';
import type { PolicyLogits } from './exact.ts';
import type { ChunkOptions } from './log-forward.ts';

/** log P_B of the action that led to `end`, a state or an object by its number. */
export type LogBackward = (end: Int32Array, action: number, isObject: boolean, number: number) => number;

/**
 * log P_B at the end of every edge, from a backward policy's logits, `count` rows of `backwardActionCount`. Logits are
 * computed once, where several backward actions are allowed, in batches of exactly `chunk` states, the last of which is
 * filled up. It takes 8 bytes for each backward action of a state or object.
 *
 * @throws Error if the environment cannot be enumerated, or an allowed action's logit is not finite
 */
export async function tabulateLogBackward(
  environment: Environment,
  logitsOf: PolicyLogits,
  { chunk = 1024 }: ChunkOptions = {},
): Promise<LogBackward> {
  checkChunk(chunk);
  const { stateCount, objectCount, stateAt, objectAt } = enumerationOf(environment, 'A table of backward logits');
  const { stateSize, backwardActionCount } = environment;
  // States first, then objects. Where one action alone is allowed its logarithm is 0.
  const table = new Float64Array((stateCount + objectCount) * backwardActionCount);
  const rows = new Int32Array(chunk * stateSize);
  const mask = new Int32Array(backwardActionCount);
  const state = new Int32Array(stateSize);
  const open: number[] = [];
  const settle = async () => {
    if (open.length === 0) return;
    const logits = await logitsOf(rows, chunk);
    for (const [row, number] of open.entries()) {
      state.set(rows.subarray(row * stateSize, (row + 1) * stateSize));
      environment.backwardMask(state, mask);
      const offset = row * backwardActionCount;
      const logSum = logSumOfAllowed(environment, state, mask, logits, offset);
      for (let i = 0; i < backwardActionCount; i++) {
        table[number * backwardActionCount + i] = logits[offset + i] - logSum;
      }
    }
    open.length = 0;
  };
  for (let number = 0; number < stateCount + objectCount; number++) {
    if (number < stateCount) stateAt(number, state);
    else objectAt(number - stateCount, state);
    environment.backwardMask(state, mask);
    if (mask.reduce((sum, each) => sum + each, 0) < 2) continue;
    rows.set(state, open.length * stateSize);
    open.push(number);
    if (open.length === chunk) await settle();
  }
  await settle();
  return (end, action, isObject, number) =>
    table[((isObject ? stateCount : 0) + number) * backwardActionCount + environment.backwardAction(end, action)];
}
