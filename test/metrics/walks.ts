import { enumerationOf } from '../../src/environment/enumeration.ts';
import type { Environment } from '../../src/environment/environment.ts';
import type { PolicyLogits } from '../../src/metrics/exact.ts';
import { drawAllowed } from '../../src/random/draw-allowed.ts';
import { randomFrom } from '../../src/random/random-from.ts';

/** Logits of a policy far from uniform, for `tabularPolicy`: between -scale and scale. */
export function randomLogits(environment: Environment, seed: number, scale = 2): Float64Array {
  const random = randomFrom(seed);
  const { stateCount } = enumerationOf(environment, 'a random policy');
  return Float64Array.from({ length: stateCount * environment.actionCount }, () => scale * (2 * random() - 1));
}

/** A trajectory with its log-probabilities by the definition, under a table of logits and uniform backward actions. */
export interface Walked {
  /** The object where it ends, by number. */
  readonly object: number;
  readonly end: Int32Array;
  readonly logForward: number;
  readonly logBackward: number;
}

/** log P_B of backward actions at a state or object. */
export type Backward = (end: Int32Array) => ArrayLike<number>;

/**
 * Every trajectory of a small environment, by trying every action everywhere.
 * @param backward by default uniform
 */
export function everyTrajectory(environment: Environment, table: Float64Array, backward?: Backward): Walked[] {
  const state = new Int32Array(environment.stateSize);
  environment.initial(state);
  const walk = (from: Int32Array, logForward: number, logBackward: number): Walked[] => {
    if (environment.isTerminal(from)) {
      const { objectIndexOf } = enumerationOf(environment, 'a walk');
      return [{ object: objectIndexOf(from), end: from, logForward, logBackward }];
    }
    return allowedActions(environment, from).flatMap((action) => {
      const child = from.slice();
      environment.step(child, action);
      return walk(
        child,
        logForward + logChance(environment, table, from, action),
        logBackward + (backward?.(child)[environment.backwardAction(child, action)] ?? logUniform(environment, child)),
      );
    });
  };
  return walk(state, 0, 0);
}

/** Logits of a backward policy far from uniform, the same whenever they are asked of a state, and its log P_B. */
export function randomBackward(environment: Environment, seed: number): { logitsOf: PolicyLogits; logOf: Backward } {
  const { stateSize, backwardActionCount } = environment;
  const logitsAt = (state: Int32Array) => {
    const random = randomFrom(state.reduce((hash, value) => (31 * hash + value) % 1_000_003, seed + 7));
    return Float64Array.from({ length: backwardActionCount }, () => 4 * random() - 2);
  };
  return {
    async logitsOf(states, count) {
      const rows = Array.from({ length: count }, (_, n) => logitsAt(states.slice(n * stateSize, (n + 1) * stateSize)));
      return Float64Array.from(rows.flatMap((row) => [...row]));
    },
    logOf(end) {
      const mask = new Int32Array(backwardActionCount);
      environment.backwardMask(end, mask);
      const logits = logitsAt(end);
      const total = logits.reduce((sum, logit, i) => sum + mask[i] * Math.exp(logit), 0);
      return logits.map((logit) => logit - Math.log(total));
    },
  };
}

/** A trajectory sampled from the policy. */
export function forwardWalk(environment: Environment, table: Float64Array, random: () => number): Walked {
  const state = new Int32Array(environment.stateSize);
  const mask = new Int32Array(environment.actionCount);
  environment.initial(state);
  let logForward = 0;
  let logBackward = 0;
  while (!environment.isTerminal(state)) {
    environment.forwardMask(state, mask);
    const weights = mask.length;
    const row = enumerationOf(environment, 'a walk').indexOf(state) * weights;
    const action = drawAllowed(mask, table.slice(row, row + weights).map(Math.exp), random);
    logForward += logChance(environment, table, state, action);
    environment.step(state, action);
    logBackward += logUniform(environment, state);
  }
  const object = enumerationOf(environment, 'a walk').objectIndexOf(state);
  return { object, end: state, logForward, logBackward };
}

/** log pi(action | state), by the definition of the softmax over allowed actions. */
export function logChance(environment: Environment, table: Float64Array, state: Int32Array, action: number): number {
  const row = enumerationOf(environment, 'a policy').indexOf(state) * environment.actionCount;
  const total = allowedActions(environment, state).reduce((sum, other) => sum + Math.exp(table[row + other]), 0);
  return table[row + action] - Math.log(total);
}

function allowedActions(environment: Environment, state: Int32Array): number[] {
  const mask = new Int32Array(environment.actionCount);
  environment.forwardMask(state, mask);
  return Array.from(mask.keys()).filter((action) => mask[action] !== 0);
}

function logUniform(environment: Environment, child: Int32Array): number {
  const mask = new Int32Array(environment.backwardActionCount);
  environment.backwardMask(child, mask);
  return -Math.log(mask.reduce((sum, allowed) => sum + allowed, 0));
}

/** Parameters of fc.assert: the same cases in every run. */
export const cases = (numRuns: number): { seed: number; numRuns: number } => ({ seed: 20260101, numRuns });
