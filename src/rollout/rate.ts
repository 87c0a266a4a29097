import type { Device } from '../device/device.ts';
import { type AnyProblem, isDeferred, type Problem, type RatedObjects } from '../environment/environment.ts';

/** Rates objects by a reward that is known at once. @param states terminal states, packed row behind row */
export function rateAtOnce({ environment, reward }: Problem, states: Int32Array): RatedObjects {
  const { stateSize } = environment;
  const count = states.length / stateSize;
  const logRewards = new Float64Array(count);
  for (let n = 0; n < count; n++) logRewards[n] = reward.logReward(states.slice(n * stateSize, (n + 1) * stateSize));
  return { states, logRewards, scores: new Float64Array(count).fill(Number.NaN) };
}

/** Makes ready to rate objects by any reward. */
export async function prepareRating(
  device: Device,
  problem: AnyProblem,
): Promise<(states: Int32Array) => Promise<RatedObjects>> {
  if (!isDeferred(problem)) return async (states) => rateAtOnce(problem, states);
  const rate = await problem.reward.prepare(device);
  return async (states) => {
    const { logRewards, scores } = await rate(states);
    return {
      states,
      logRewards: Float64Array.from(logRewards),
      scores: scores ? Float64Array.from(scores) : new Float64Array(logRewards.length).fill(Number.NaN),
    };
  };
}
