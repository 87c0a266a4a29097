import type { Device } from '../device/device.ts';
import { checkedRating } from '../environment/checked-rating.ts';
import { type AnyProblem, isDeferred, type Problem, type RatedObjects } from '../environment/environment.ts';
import { guardedReward } from '../environment/guarded.ts';

/** Rates objects by a reward that is available synchronously. @param states terminal states, packed row by row */
export function rateAtOnce(problem: Problem, states: Int32Array): RatedObjects {
  const { stateSize } = problem.environment;
  const reward = guardedReward(problem.environment, problem.reward);
  const count = states.length / stateSize;
  const logRewards = new Float64Array(count);
  for (let n = 0; n < count; n++) logRewards[n] = reward.logReward(states.slice(n * stateSize, (n + 1) * stateSize));
  return { states, logRewards, scores: new Float64Array(count).fill(Number.NaN) };
}

/** Prepares to rate objects by any reward. */
export async function prepareRating(
  device: Device,
  problem: AnyProblem,
): Promise<(states: Int32Array) => Promise<RatedObjects>> {
  if (!isDeferred(problem)) return async (states) => rateAtOnce(problem, states);
  const { environment, reward } = problem;
  const rate = checkedRating(await reward.prepare(device), reward.name, environment);
  return async (states) => {
    const { logRewards, scores } = await rate(states);
    return {
      states,
      logRewards: Float64Array.from(logRewards),
      scores: scores ? Float64Array.from(scores) : new Float64Array(logRewards.length).fill(Number.NaN),
    };
  };
}
