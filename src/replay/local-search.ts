import type { Environment } from '../environment/environment.ts';
import { sampleBackwardTrajectories } from '../metrics/backward-trajectories.ts';
import type { PolicyLogits } from '../metrics/exact.ts';
import { exp, log } from '../numeric/elementary.ts';
import { drawAllowed } from '../random/draw-allowed.ts';
import type { ObjectRows } from './buffer.ts';

/** How to modify objects, and which modifications to keep. */
export interface LocalSearchOptions {
  /** The largest part of a trajectory to undo, as a share of its actions; at least one action is undone. */
  readonly share: number;
  /**
   * `metropolis-hastings`: keeps the target distribution invariant. `greedy`: keeps proposals whose reward is at least
   * the old one.
   */
  readonly accept: 'metropolis-hastings' | 'greedy';
}

/** What a search needs besides objects. */
export interface LocalSearchContext {
  /** The policy that walks forward again. */
  readonly logitsOf: PolicyLogits;
  /** The number of states in every call of `logitsOf`. */
  readonly chunk: number;
  /** log R of objects, packed row by row. */
  rate(states: Int32Array): Promise<ArrayLike<number>>;
  /** Numbers in (0, 1). */
  random(): number;
}

/** The objects after one round, and the proposal for each. */
export interface SearchRound {
  readonly kept: ObjectRows;
  readonly proposed: ObjectRows;
  /** 1 if the proposal was kept. */
  readonly accepted: Int32Array;
}

/**
 * One round of local search (Kim et al., Local Search GFlowNets, ICLR 2024). From each object a trajectory back to the
 * start is drawn with the uniform backward policy. Its last K actions are undone, with K uniform from 1 to a share of
 * its length, and from there the policy walks forward to another object.
 *
 * Metropolis-Hastings keeps the proposal x' with probability min(1, r),
 *    r = R(x') P_B(end of the new trajectory) P_F(end of the old) k(old) / (R(x) P_B(end of the old) P_F(end of the
 *   new) k(new)), where k is the number of values of K that a trajectory allows; never if the new trajectory does not
 *   allow going back so far. For trajectories drawn with P_B this leaves R(x) P_B(trajectory | x) invariant, and so
 *   R(x).
 */
export async function searchLocally(
  environment: Environment,
  { states: objects, logRewards }: ObjectRows,
  { share, accept }: LocalSearchOptions,
  { logitsOf, chunk, rate, random }: LocalSearchContext,
): Promise<SearchRound> {
  const { stateSize, actionCount, backwardActionCount, maxSteps } = environment;
  const walked = sampleBackwardTrajectories(environment, objects, random);
  const { count, first } = walked;
  const lengths = Array.from({ length: count }, (_, n) => first[n + 1] - first[n]);
  const maxBack = (length: number) => Math.max(1, Math.ceil(share * length));
  const back = lengths.map((length) => 1 + Math.min(Math.floor(random() * maxBack(length)), maxBack(length) - 1));
  const mask = new Int32Array(actionCount);
  const backwardMask = new Int32Array(backwardActionCount);

  /** Calls `use` with the logits of each state. */
  const withLogits = async (states: Int32Array, use: (row: number, logits: ArrayLike<number>) => void) => {
    const asked = new Int32Array(chunk * stateSize);
    const rows = states.length / stateSize;
    for (let start = 0; start < rows; start += chunk) {
      const here = states.subarray(start * stateSize, (start + chunk) * stateSize);
      asked.set(here);
      // Unused rows hold the first state, whose results are ignored.
      for (let place = here.length / stateSize; place < chunk; place++)
        asked.set(here.subarray(0, stateSize), place * stateSize);
      const logits = await logitsOf(asked, chunk);
      for (let place = 0; place < here.length / stateSize; place++) {
        use(start + place, logits.subarray(place * actionCount, (place + 1) * actionCount));
      }
    }
  };
  /** Probabilities of the allowed actions relative to the largest, and their sum. */
  const weigh = (state: Int32Array, logits: ArrayLike<number>) => {
    environment.forwardMask(state, mask);
    const largest = mask.reduce(
      (max, one, a) => (one === 0 ? max : Math.max(max, logits[a])),
      Number.NEGATIVE_INFINITY,
    );
    const weights = Array.from(mask, (one, a) => (one === 0 ? 0 : exp(logits[a] - largest)));
    return { weights, total: weights.reduce((a, b) => a + b, 0) };
  };

  // The old ends: log P_F - log P_B of the undone steps.
  const oldRatio = new Float64Array(count);
  const undone = back.flatMap((steps, n) =>
    Array.from({ length: steps }, (_, i) => [n, first[n + 1] - steps + i] as const),
  );
  const oldStates = new Int32Array(undone.length * stateSize);
  for (const [at, [, row]] of undone.entries()) {
    oldStates.set(walked.states.subarray(row * stateSize, (row + 1) * stateSize), at * stateSize);
  }
  await withLogits(oldStates, (at, logits) => {
    const [n, row] = undone[at];
    const { weights, total } = weigh(oldStates.slice(at * stateSize, (at + 1) * stateSize), logits);
    oldRatio[n] += log(weights[walked.actions[row]] / total) - walked.logBackward[row];
  });

  // The new ends, from the remaining states.
  const proposed = new Int32Array(count * stateSize);
  for (let n = 0; n < count; n++) {
    const row = first[n + 1] - back[n];
    proposed.set(walked.states.subarray(row * stateSize, (row + 1) * stateSize), n * stateSize);
  }
  const newRatio = new Float64Array(count);
  const forward = new Int32Array(count);
  let active = Array.from({ length: count }, (_, n) => n);
  for (let time = 0; time < maxSteps && active.length > 0; time++) {
    const present = new Int32Array(active.length * stateSize);
    for (const [i, n] of active.entries())
      present.set(proposed.subarray(n * stateSize, (n + 1) * stateSize), i * stateSize);
    const still: number[] = [];
    await withLogits(present, (i, logits) => {
      const n = active[i];
      const state = proposed.subarray(n * stateSize, (n + 1) * stateSize);
      const { weights, total } = weigh(state, logits);
      const action = drawAllowed(mask, weights, random);
      environment.step(state, action);
      environment.backwardMask(state, backwardMask);
      const parents = backwardMask.reduce((sum, one) => sum + one, 0);
      newRatio[n] += log(weights[action] / total) + log(parents);
      forward[n]++;
      if (!environment.isTerminal(state)) still.push(n);
    });
    active = still;
  }

  const newLogRewards = Float64Array.from(await rate(proposed));
  const accepted = Int32Array.from({ length: count }, (_, n) => {
    const length = lengths[n] - back[n] + forward[n];
    const gain = newLogRewards[n] - logRewards[n];
    if (accept === 'greedy') return Number(gain >= 0);
    const draw = random();
    if (forward[n] > maxBack(length)) return 0;
    const drawn = log(maxBack(lengths[n]) / maxBack(length));
    return Number(log(draw) < gain - newRatio[n] + oldRatio[n] + drawn);
  });
  const states = Int32Array.from(objects);
  const kept = Float64Array.from(logRewards);
  for (let n = 0; n < count; n++) {
    if (accepted[n] === 0) continue;
    states.set(proposed.subarray(n * stateSize, (n + 1) * stateSize), n * stateSize);
    kept[n] = newLogRewards[n];
  }
  return { kept: { states, logRewards: kept }, proposed: { states: proposed, logRewards: newLogRewards }, accepted };
}
