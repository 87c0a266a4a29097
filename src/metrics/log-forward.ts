import type { Environment } from '../environment/environment.ts';
import { checkChunk, checkLogits, logSumOfAllowed } from './allowed.ts';
import {
  checkEach,
  objectCountOf,
  type PackedTrajectories,
  sampleBackwardTrajectories,
} from './backward-trajectories.ts';
import type { PolicyLogits } from './exact.ts';

/** The number of states per batch of logits. */
export interface ChunkOptions {
  /** States per batch of logits, always exactly this many; 1024 by default. */
  readonly chunk?: number;
}

/** How to sample trajectories to given objects. */
export interface BackwardSamplingOptions extends ChunkOptions {
  /** Trajectories sampled for each object; 1 by default. */
  readonly trajectories?: number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}

/**
 * log P_F(trajectory) in nats, the sum of log pi(action | state) over its steps, for each of `count` trajectories. The
 * softmax runs over allowed actions only.
 *
 * The number of steps differs from sample to sample, but a device prepares a plan for each number of states; so the
 * last chunk is padded with states that are ignored.
 *
 * @throws Error if an action is not allowed at its state, or an allowed one's logit is not finite.
 */
export async function logForwardOfTrajectories(
  environment: Environment,
  logitsOf: PolicyLogits,
  { count, first, states, actions }: PackedTrajectories,
  { chunk = 1024 }: ChunkOptions = {},
): Promise<Float64Array> {
  checkChunk(chunk);
  const { stateSize, actionCount } = environment;
  const mask = new Int32Array(actionCount);
  const state = new Int32Array(stateSize);
  const asked = new Int32Array(chunk * stateSize);
  environment.initial(state);
  for (let n = 0; n < chunk; n++) asked.set(state, n * stateSize);

  const logForward = new Float64Array(count);
  let trajectory = 0;
  for (let start = 0; start < actions.length; start += chunk) {
    const end = Math.min(start + chunk, actions.length);
    asked.set(states.subarray(start * stateSize, end * stateSize));
    const logits = await logitsOf(asked, chunk);
    checkLogits(environment, logits, chunk);
    for (let row = start; row < end; row++) {
      while (row >= first[trajectory + 1]) trajectory++;
      for (let i = 0; i < stateSize; i++) state[i] = states[row * stateSize + i];
      environment.forwardMask(state, mask);
      if (mask[actions[row]] !== 1) {
        throw new Error(`Action ${actions[row]} is not allowed at ${environment.text(state)} of ${environment.name}.`);
      }
      const offset = (row - start) * actionCount;
      logForward[trajectory] +=
        logits[offset + actions[row]] - logSumOfAllowed(environment, state, mask, logits, offset);
    }
  }
  return logForward;
}

/**
 * log P_F(trajectory) - log P_B(trajectory | x) in nats, for trajectories sampled with the uniform backward policy from
 * each of the objects x, for the EUBO and estimates of log p(x).
 *
 * @param objects terminal state rows, packed.
 * @returns [objects, trajectories], row by row.
 */
export async function backwardLogRatios(
  environment: Environment,
  logitsOf: PolicyLogits,
  objects: Int32Array,
  { chunk = 1024, trajectories = 1, random }: BackwardSamplingOptions,
): Promise<Float64Array> {
  checkChunk(chunk);
  checkEach(trajectories);
  const { stateSize, maxSteps } = environment;
  const objectCount = objectCountOf(environment, objects);
  // Objects are processed a few at a time, which bounds the memory for steps; with 16 chunks of them the padding of the
  // last one is a small share of the work.
  const together = Math.max(1, Math.floor((16 * chunk) / (trajectories * maxSteps)));
  const ratios = new Float64Array(objectCount * trajectories);
  for (let from = 0; from < objectCount; from += together) {
    const some = objects.subarray(from * stateSize, (from + together) * stateSize);
    const sampled = sampleBackwardTrajectories(environment, some, random, trajectories);
    const logForward = await logForwardOfTrajectories(environment, logitsOf, sampled, { chunk });
    for (let n = 0; n < sampled.count; n++) {
      let logBackward = 0;
      for (let row = sampled.first[n]; row < sampled.first[n + 1]; row++) logBackward += sampled.logBackward[row];
      ratios[from * trajectories + n] = logForward[n] - logBackward;
    }
  }
  return ratios;
}
