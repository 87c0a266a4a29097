import { initialStateOf } from '../environment/condition.ts';
import type { Environment } from '../environment/environment.ts';
import { sameRow } from '../environment/rows.ts';
import { sampleBackwardTrajectories } from '../metrics/backward-trajectories.ts';
import { type HostBatch, hostBatch, type RolloutNeeds } from '../rollout/index.ts';
import type { ObjectRows } from './buffer.ts';

/**
 * Trajectories that end at given objects, one for each, sampled with the uniform backward policy and laid out like
 * those of a rollout. The probabilities of the policy that sampled them are not available.
 *
 * @param random numbers in (0, 1)
 * @param asked additional data to record
 * @throws Error as `sampleBackwardTrajectories` does; or if the environment's actions do not lead back to the objects
 */
export function replayedBatch(
  environment: Environment,
  { states, logRewards }: ObjectRows,
  random: () => number,
  asked: RolloutNeeds = {},
): HostBatch {
  const { count, first, actions } = sampleBackwardTrajectories(environment, states, random);
  const { stateSize } = environment;
  const batch = hostBatch(environment, count, {
    needs: asked,
    logReward: (_, trajectory) => logRewards[trajectory],
    initial: (state, trajectory) =>
      initialStateOf(environment, states.subarray(trajectory * stateSize, (trajectory + 1) * stateSize), state),
  });
  for (let time = 0; time < environment.maxSteps && batch.active().length > 0; time++) {
    batch.observe();
    batch.advance((trajectory) => actions[first[trajectory] + time]);
  }
  if (batch.active().length > 0 || !sameRow(batch.states, states)) {
    throw new Error(
      `replay: the actions of ${environment.name} do not lead back to where its backward actions came from. ` +
        'checkEnvironment says more.',
    );
  }
  return batch;
}
