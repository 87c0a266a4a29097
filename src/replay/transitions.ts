import type { Environment } from '../environment/environment.ts';
import { sampleBackwardTrajectories } from '../metrics/backward-trajectories.ts';
import { type HostBatch, hostBatch, type RolloutNeeds } from '../rollout/index.ts';
import type { ObjectRows } from './buffer.ts';

/** The number of steps in a batch of transitions: the transition, and one that observes the next state. */
export const TRANSITION_STEPS = 2;

/**
 * The steps of a walk to each object, one by one. The row of a step is the state that it starts from, then its action;
 * its log-reward is log R(x) if it ends a walk, and 0 otherwise. Walks are sampled with the uniform backward policy,
 * like those to replayed objects.
 * @param random numbers in (0, 1)
 * @throws Error as `sampleBackwardTrajectories` does
 */
export function transitionsTo(
  environment: Environment,
  { states: objects, logRewards }: ObjectRows,
  random: () => number,
): ObjectRows {
  const { stateSize } = environment;
  const { first, actions, states } = sampleBackwardTrajectories(environment, objects, random);
  const found = {
    states: new Int32Array(actions.length * (stateSize + 1)),
    logRewards: new Float32Array(actions.length),
  };
  for (let row = 0; row < actions.length; row++) {
    const at = row * (stateSize + 1);
    found.states.set(states.subarray(row * stateSize, (row + 1) * stateSize), at);
    found.states[at + stateSize] = actions[row];
  }
  for (let n = 1; n < first.length; n++) found.logRewards[first[n] - 1] = logRewards[n - 1];
  return found;
}

/**
 * Transitions in the layout of trajectories of at most two steps: the first is the transition. If it does not end a
 * walk, there is one more step, by the first allowed action, so that networks run at the next state as well; only first
 * steps count (`OffPolicyTrajectories.counted`).
 * @param transitions in the format of `transitionsTo`
 * @param asked additional data to record
 */
export function transitionBatch(
  environment: Environment,
  { states, logRewards }: ObjectRows,
  asked: RolloutNeeds = {},
): HostBatch {
  const { stateSize, actionCount } = environment;
  const width = stateSize + 1;
  const batch = hostBatch(environment, logRewards.length, {
    needs: asked,
    steps: TRANSITION_STEPS,
    logReward: (_, transition) => logRewards[transition],
    initial: (state, transition) => state.set(states.subarray(transition * width, transition * width + stateSize)),
  });
  batch.observe();
  batch.advance((transition) => states[transition * width + stateSize]);
  if (batch.active().length === 0) return batch;
  let row = batch.observe();
  const { mask } = batch.columns;
  batch.advance(() => mask.indexOf(1, row++ * actionCount) % actionCount);
  return batch;
}
