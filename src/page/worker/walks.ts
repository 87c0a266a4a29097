import type { Problem } from '../../environment/environment.ts';
import type { PolicyLogits } from '../../metrics/exact.ts';
import { drawAllowed } from '../../random/draw-allowed.ts';
import type { Walk } from '../protocol.ts';

/**
 * A few trajectories of a policy, drawn on the host from separate random numbers.
 * @param logitsOf is called with `count` states each time
 */
export async function drawWalks(
  { environment, reward }: Problem,
  logitsOf: PolicyLogits,
  count: number,
  random: () => number,
): Promise<Walk[]> {
  const { stateSize, actionCount } = environment;
  const rows = new Int32Array(count * stateSize);
  const mask = new Int32Array(actionCount);
  const rowOf = (walk: number) => rows.subarray(walk * stateSize, (walk + 1) * stateSize);
  const visited = Array.from({ length: count }, (_, walk) => {
    environment.initial(rowOf(walk));
    return [Array.from(rowOf(walk))];
  });
  for (let step = 0; step < environment.maxSteps; step++) {
    const isUnderWay = visited.map((_, walk) => !environment.isTerminal(rowOf(walk)));
    if (!isUnderWay.includes(true)) break;
    const logits = await logitsOf(rowsToAsk(rows, isUnderWay, stateSize), count);
    for (let walk = 0; walk < count; walk++) {
      if (!isUnderWay[walk]) continue;
      const state = rowOf(walk);
      environment.forwardMask(state, mask);
      environment.step(state, drawAllowed(mask, chances(logits, walk * actionCount, mask), random));
      visited[walk].push(Array.from(state));
    }
  }
  return visited.map((states, walk) => ({
    states,
    object: environment.text(rowOf(walk)),
    logReward: reward.logReward(rowOf(walk)),
  }));
}

/** A policy only has logits at unfinished states: the first of those replaces the others. */
function rowsToAsk(rows: Int32Array, isUnderWay: readonly boolean[], stateSize: number): Int32Array {
  const first = isUnderWay.indexOf(true);
  const asked = rows.slice();
  isUnderWay.forEach((asking, walk) => {
    if (!asking) asked.set(rows.subarray(first * stateSize, (first + 1) * stateSize), walk * stateSize);
  });
  return asked;
}

/** Unnormalised probabilities of the allowed actions, with a maximum of 1. */
function chances(logits: ArrayLike<number>, offset: number, mask: Int32Array): Float64Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (let action = 0; action < mask.length; action++) {
    if (mask[action] !== 0) largest = Math.max(largest, logits[offset + action]);
  }
  return Float64Array.from(mask, (allowed, action) =>
    allowed === 0 ? 0 : Math.exp(logits[offset + action] - largest),
  );
}
