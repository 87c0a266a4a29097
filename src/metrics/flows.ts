import { enumerationOf } from '../environment/enumeration.ts';
import type { Environment } from '../environment/environment.ts';
import { log } from '../numeric/elementary.ts';
import { logSumExp } from '../numeric/log-sum-exp.ts';

/** The flows and policy of the perfect sampler with a uniform backward policy. */
export interface ExactFlows {
  /** log F(s) = V*(s) of each non-terminal state, by number; log F(0) = log Z. */
  readonly logFlow: Float64Array;
  /** log P_F(a | s), a row of `actionCount` for each state; 0 at actions that are not allowed. */
  readonly logPolicy: Float64Array;
}

/**
 * Flows of the perfect sampler, in one pass from the objects back to the initial state: an edge carries F(s -> s') =
 * F(s') P_B(s | s'), with F(x) = R(x) at objects and P_B uniform over the backward actions allowed at s'; F(s) is the
 * sum over the edges that leave s, and P_F(s' | s) = F(s -> s') / F(s).
 *
 * @param logReward log R(x) by object number.
 * @throws Error if the environment cannot be enumerated, or `logReward` has the wrong length.
 */
export function exactFlows(environment: Environment, logReward: Float64Array): ExactFlows {
  const enumeration = enumerationOf(environment, 'The exact flow');
  const { stateCount, objectCount } = enumeration;
  const { stateSize, actionCount, backwardActionCount } = environment;
  if (logReward.length !== objectCount) {
    throw new Error(`${environment.name} has ${objectCount} objects; ${logReward.length} log-rewards were given.`);
  }
  const logFlow = new Float64Array(stateCount);
  const logPolicy = new Float64Array(stateCount * actionCount);
  const state = new Int32Array(stateSize);
  const child = new Int32Array(stateSize);
  const mask = new Int32Array(actionCount);
  const backwardMask = new Int32Array(backwardActionCount);
  const edges = new Float64Array(actionCount);

  for (let index = stateCount - 1; index >= 0; index--) {
    enumeration.stateAt(index, state);
    environment.forwardMask(state, mask);
    for (let action = 0; action < actionCount; action++) {
      edges[action] = Number.NEGATIVE_INFINITY;
      if (mask[action] === 0) continue;
      child.set(state);
      environment.step(child, action);
      environment.backwardMask(child, backwardMask);
      const parents = backwardMask.reduce((count, allowed) => count + (allowed === 0 ? 0 : 1), 0);
      const arriving = environment.isTerminal(child)
        ? logReward[enumeration.objectIndexOf(child)]
        : logFlow[enumeration.indexOf(child)];
      edges[action] = arriving - log(parents);
    }
    logFlow[index] = logSumExp(edges);
    for (let action = 0; action < actionCount; action++) {
      if (mask[action] !== 0) logPolicy[index * actionCount + action] = edges[action] - logFlow[index];
    }
  }
  return { logFlow, logPolicy };
}
