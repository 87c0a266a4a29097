import { show } from '../environment/conformance-report.ts';
import type { Problem } from '../environment/environment.ts';
import { EnvironmentError, guardedProblem, unfinishedWalk } from '../environment/guarded.ts';

/**
 * Explains a fault that a rollout on a GPU marked (`Trajectories.faults`) by calling the environment's TypeScript on
 * that state.
 *
 * @param state the trajectory's state when the rollout ended
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

/** The failure of an environment's TypeScript at a state: in its observation, its mask, or the reward of an object. */
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
