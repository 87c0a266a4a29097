import { edgeFinder } from '../environment/edges.ts';
import { enumerationOf } from '../environment/enumeration.ts';
import type { Environment } from '../environment/environment.ts';
import { checkChunk, checkLogits, logCounts, logSumOfAllowed } from './allowed.ts';
import type { LogBackward } from './log-backward.ts';

/**
 * A policy's logits, `count` rows of `actionCount`, at `count` non-terminal states packed in `states`. Entries of
 * actions that are not allowed are ignored. The array of states is used again after the promise is settled.
 */
export type PolicyLogits = (states: Int32Array, count: number) => Promise<Float32Array | Float64Array>;

/** The exact distribution that a policy samples from. */
export interface ExactEvaluation {
  /** q(x): the probability that the policy ends at each object, by object number. Sums to 1. */
  readonly probability: Float64Array;
  /** The probability that a trajectory visits each non-terminal state, by number; 1 at the initial state. */
  readonly visited: Float64Array;
  /** The expected number of actions of a trajectory. */
  readonly meanLength: number;
  /**
   * E[log R(x) + log P_B(trajectory | x) - log P_F(trajectory)]; at most log Z. Backward actions are chosen uniformly,
   * unless the options say otherwise. Undefined if no log-rewards are given.
   */
  readonly elbo: number | undefined;
}

/** Options of an exact evaluation. */
export interface ExactOptions {
  /** Number of states whose logits are computed at once. */
  readonly chunk?: number;
  /** log R(x) by object number, for the ELBO (see `exactTarget`). */
  readonly logReward?: Float64Array;
  /** log P_B, for the ELBO (see `tabulateLogBackward`); by default that of the uniform backward policy. */
  readonly logBackward?: LogBackward | undefined;
}

// All mass is propagated in float64, whose rounding over millions of edges stays below 1e-9; a larger error is a fault
// in the environment.
const MASS_TOLERANCE = 1e-6;

/**
 * The exact distribution over objects that a policy samples from, in float64, in one pass over the states in
 * topological order: q(s0) = 1, and q(child) gains q(s) pi(a | s) for each action a allowed at s. Actions that lead to
 * the same child add up. The softmax runs over allowed actions only.
 *
 * The same pass computes the ELBO, the sum over edges of q(s) pi(a | s) [log P_B - log pi + log R if the child is an
 * object].
 *
 * @throws Error if the environment cannot be enumerated, an allowed action's logit is not finite, the numbering is not
 * topological, or the probabilities do not sum to 1.
 */
export async function exactTerminalDistribution(
  environment: Environment,
  logitsOf: PolicyLogits,
  options: ExactOptions & { readonly logReward: Float64Array },
): Promise<ExactEvaluation & { readonly elbo: number }>;
export async function exactTerminalDistribution(
  environment: Environment,
  logitsOf: PolicyLogits,
  options?: ExactOptions,
): Promise<ExactEvaluation>;
export async function exactTerminalDistribution(
  environment: Environment,
  logitsOf: PolicyLogits,
  { chunk = 1024, logReward, logBackward }: ExactOptions = {},
): Promise<ExactEvaluation> {
  const enumeration = enumerationOf(environment, 'An exact distribution');
  const { stateCount, objectCount } = enumeration;
  const { stateSize, actionCount, name } = environment;
  checkChunk(chunk);
  if (logReward !== undefined && logReward.length !== objectCount) {
    throw new Error(`${name} has ${objectCount} objects; ${logReward.length} log-rewards were given.`);
  }

  const mass = new Float64Array(stateCount);
  const probability = new Float64Array(objectCount);
  const rows = new Int32Array(Math.min(chunk, stateCount) * stateSize);
  const state = new Int32Array(stateSize);
  const child = new Int32Array(stateSize);
  const mask = new Int32Array(actionCount);
  const edges = await edgeFinder(environment, chunk, stateCount);
  const chances = new Float64Array(actionCount);
  const logParents = logCounts(environment.backwardActionCount);
  let meanLength = 0;
  let elbo = 0;
  mass[0] = 1;

  for (let first = 0; first < stateCount; first += chunk) {
    const count = Math.min(chunk, stateCount - first);
    for (let row = 0; row < count; row++) {
      enumeration.stateAt(first + row, state);
      rows.set(state, row * stateSize);
    }
    const logits = await logitsOf(rows.subarray(0, count * stateSize), count);
    checkLogits(environment, logits, count);
    edges.reset();
    for (let row = 0; row < count; row++) {
      const index = first + row;
      const arrived = mass[index];
      meanLength += arrived;
      const firstEdge = edges.find(rows, count, row) * actionCount;
      const offset = row * actionCount;
      for (let i = 0; i < stateSize; i++) state[i] = rows[row * stateSize + i];
      for (let action = 0; action < actionCount; action++) mask[action] = edges.mask[firstEdge + action];
      const logSum = logSumOfAllowed(environment, state, mask, logits, offset, chances);

      for (let action = 0; action < actionCount; action++) {
        if (mask[action] === 0) continue;
        const edge = firstEdge + action;
        const flow = arrived * chances[action];
        for (let i = 0; i < stateSize; i++) child[i] = edges.children[edge * stateSize + i];
        let gain = logSum - logits[offset + action];
        const isObject = edges.isEnd[edge] !== 0;
        const next = isObject ? enumeration.objectIndexOf(child) : enumeration.indexOf(child);
        if (isObject) {
          probability[next] += flow;
          if (logReward !== undefined) gain += logReward[next];
        } else {
          if (next <= index) throw notTopological(environment, state, index, child, next);
          mass[next] += flow;
        }
        if (logReward === undefined) continue;
        gain += logBackward?.(child, action, isObject, next) ?? -logParents[edges.parents[edge]];
        elbo += flow * gain;
      }
    }
  }

  const total = probability.reduce((sum, p) => sum + p, 0);
  if (!(Math.abs(total - 1) <= MASS_TOLERANCE)) {
    throw new Error(
      `The exact distribution over ${name}'s objects sums to ${total}, not 1: its enumeration does not number ` +
        'every state and object, each once. checkEnvironment says where.',
    );
  }
  return { probability, visited: mass, meanLength, elbo: logReward === undefined ? undefined : elbo };
}

/** The error of a state that its environment numbers before its parent. */
export function notTopological(
  env: Environment,
  state: Int32Array,
  index: number,
  child: Int32Array,
  next: number,
): Error {
  const parent = `${env.text(state)}, numbered ${index}`;
  return new Error(
    `${env.name} numbers the state ${env.text(child)} ${next}, which is not after its parent ${parent}.`,
  );
}
