import { show } from '../environment/conformance-report.ts';
import type { Problem } from '../environment/environment.ts';
import { EnvironmentError, guardedProblem, unfinishedWalk } from '../environment/guarded.ts';

/**
 * What went wrong at a state that a rollout on a GPU marked as a fault (`Trajectories.faults`), by asking the
 * environment's TypeScript about it.
 *
 * @param state where the walk was when the rollout ended
 */
export function explainFault(problem: Problem, state: Int32Array): EnvironmentError {
  const { environment } = guardedProblem(problem);
  const found = faultAt(problem, state);
  if (found) return found;
  if (!environment.isTerminal(state)) return unfinishedWalk(environment, state);
  return new EnvironmentError(
    environment,
    `a walk ends at ${show(environment, state)}, where its WGSL says that the state is not terminal or that its ` +
      'log-reward is not finite, and its TypeScript says neither; assertShaderConformance(device, problem) holds one against ' +
      'the other',
  );
}

/** What of an environment's TypeScript fails at a state: its observation or its mask, or the reward of an object. */
export function faultAt(problem: Problem, state: Int32Array): EnvironmentError | undefined {
  const { environment, reward } = guardedProblem(problem);
  try {
    if (environment.isTerminal(state)) reward.logReward(state);
    else {
      environment.observation.encode(state, environment.observation.rows(1));
      environment.forwardMask(state, new Int32Array(environment.actionCount));
    }
  } catch (error) {
    if (error instanceof EnvironmentError) return error;
    throw error;
  }
  return undefined;
}
