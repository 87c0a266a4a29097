import { edgeFinder } from '../environment/edges.ts';
import { enumerationOf } from '../environment/enumeration.ts';
import type { Environment } from '../environment/environment.ts';
import { exp } from '../numeric/elementary.ts';
import { checkChunk, checkLogits, logCounts, logSumOfAllowed } from './allowed.ts';
import { type ExactOptions, notTopological, type PolicyLogits } from './exact.ts';
import type { ChunkOptions } from './log-forward.ts';
import type { ExactTarget } from './target.ts';

// Each edge is passed once, in float64, whose rounding over millions of edges stays below 1e-9; a larger error is a
// fault in the environment.
const MASS_TOLERANCE = 1e-6;

/**
 * The EUBO (see `euboEstimate`) without sampling, in nats and float64, in one pass over the states from the last to the
 * first.
 *
 * Derivation. Let the backward process start at an object x ~ p = R / Z and walk to the initial state by the backward
 * policy, the uniform one by default, and let rho(s) be the probability that it passes s. A walk that passes s came from
 * one of the children of s, by one edge, so that
 *
 *   rho(x) = p(x),   rho(s) = sum over edges e from s to s' of w(e),   w(e) = rho(s') P_B(e | s'),
 *
 * where w(e) is the probability that the walk takes e. The bracket in the EUBO is a sum over the edges of the walk,
 * plus log R(x), which can be counted on the edge that leads to x; the expectation of a sum is the sum of the
 * expectations:
 *
 *   EUBO = sum over edges e of w(e) [ log P_B(e | s') - log pi(e | s) + log R(s') where s' is an object ].
 *
 * In a topological order all children of s come after it, so that going backwards rho(s') is complete when s needs it.
 * Several edges from one state to the same child count separately. Every walk ends at the initial state, so rho is 1
 * there, which is checked. (With the uniform one rho(s) = F(s) / Z for the flows of `exactFlows`; rho does not depend
 * on the forward policy, and EUBO - log Z is the sum over s of rho(s) KL(perfect policy at s, pi at s).)
 *
 * Logits are computed in the same chunks as in `exactTerminalDistribution`, the last one first.
 *
 * @throws Error if the environment cannot be enumerated, the target belongs to another environment, an allowed action's
 * logit is not finite, the numbering is not topological, or rho is not 1 at the initial state.
 */
export async function exactEubo(
  environment: Environment,
  logitsOf: PolicyLogits,
  { probability, logReward }: Pick<ExactTarget, 'probability' | 'logReward'>,
  { chunk = 1024, logBackward }: ChunkOptions & Pick<ExactOptions, 'logBackward'> = {},
): Promise<number> {
  checkChunk(chunk);
  const enumeration = enumerationOf(environment, 'The exact EUBO');
  const { stateCount, objectCount } = enumeration;
  const { stateSize, actionCount, name } = environment;
  if (probability.length !== objectCount || logReward.length !== objectCount) {
    throw new Error(`${name} has ${objectCount} objects; the target has ${probability.length}.`);
  }
  const passed = new Float64Array(stateCount);
  const rows = new Int32Array(Math.min(chunk, stateCount) * stateSize);
  const state = new Int32Array(stateSize);
  const child = new Int32Array(stateSize);
  const mask = new Int32Array(actionCount);
  const edges = await edgeFinder(environment, chunk, stateCount);
  const logParents = logCounts(environment.backwardActionCount);
  let eubo = 0;

  for (let start = chunk * Math.floor((stateCount - 1) / chunk); start >= 0; start -= chunk) {
    const count = Math.min(chunk, stateCount - start);
    for (let row = 0; row < count; row++) {
      enumeration.stateAt(start + row, state);
      rows.set(state, row * stateSize);
    }
    const logits = await logitsOf(rows.subarray(0, count * stateSize), count);
    checkLogits(environment, logits, count);
    edges.reset();
    for (let row = count - 1; row >= 0; row--) {
      const index = start + row;
      const firstEdge = edges.find(rows, count, row) * actionCount;
      const offset = row * actionCount;
      for (let i = 0; i < stateSize; i++) state[i] = rows[row * stateSize + i];
      for (let action = 0; action < actionCount; action++) mask[action] = edges.mask[firstEdge + action];
      const logSum = logSumOfAllowed(environment, state, mask, logits, offset);
      for (let action = 0; action < actionCount; action++) {
        if (mask[action] === 0) continue;
        const edge = firstEdge + action;
        for (let i = 0; i < stateSize; i++) child[i] = edges.children[edge * stateSize + i];
        const isObject = edges.isEnd[edge] !== 0;
        const next = isObject ? enumeration.objectIndexOf(child) : enumeration.indexOf(child);
        if (!isObject && next <= index) throw notTopological(environment, state, index, child, next);
        const parents = edges.parents[edge];
        const logEach = logBackward?.(child, action, isObject, next) ?? -logParents[parents];
        const weight = (isObject ? probability : passed)[next] * (logBackward ? exp(logEach) : 1 / parents);
        passed[index] += weight;
        const gain = logEach - (logits[offset + action] - logSum);
        eubo += weight * (isObject ? logReward[next] + gain : gain);
      }
    }
  }
  if (!(Math.abs(passed[0] - 1) <= MASS_TOLERANCE)) {
    throw new Error(
      `Walks back from ${name}'s objects pass the initial state with probability ${passed[0]}, not 1: the target is no ` +
        'distribution, or actions and backward actions do not undo each other. checkEnvironment says where.',
    );
  }
  return eubo;
}
