import { type Environment, isDeferred, type Reward } from '../environment/environment.ts';
import { rewardRowsOf, rowFunctionsOf } from '../environment/row-functions.ts';
import type { StatePotential } from '../rollout/index.ts';
import { int } from '../rows/index.ts';
import type { LearnerContext } from './objective.ts';

/** log R of every state, in environments that can stop at each. */
export interface StopReward {
  readonly stopAction: number;
  /** log R of a state if stopped there, minus log R of the initial state if stopped. */
  readonly potential: StatePotential;
}

/**
 * log R of intermediate states if stopped there, for modified detailed balance.
 * @param owner the objective, for messages
 * @throws Error if the environment has no stop action, or the reward is deferred
 */
export function stopReward(owner: string, { environment, reward }: LearnerContext): StopReward {
  const { name, stopAction } = environment;
  if (stopAction === undefined) {
    throw new Error(
      `${owner} needs an environment that may stop at every state, and ${name} names no stop action. Take db or tb, or ` +
        'give the environment a stopAction.',
    );
  }
  return { stopAction, potential: stoppedPotential(environment, stopAction, knownReward(owner, name, reward)) };
}

/**
 * phi(s), the part of log R known at intermediate states: the reward's own `logPotential`, otherwise log R of the state
 * if stopped there.
 * @param owner the objective, for messages
 * @throws Error if there is neither, or the reward is deferred
 */
export function potentialOf(owner: string, { environment, reward: given }: LearnerContext): StatePotential {
  const { name, stopAction } = environment;
  const reward = knownReward(owner, name, given);
  const { logPotential, rows } = reward;
  if (logPotential) {
    return {
      name: `the potential of ${reward.name}`,
      host: (state) => logPotential.call(reward, state),
      rows: rows?.hostPotential === logPotential ? rows.logPotential : undefined,
    };
  }
  if (stopAction !== undefined) return stoppedPotential(environment, stopAction, reward);
  throw new Error(
    `${owner} needs a potential of states on the way: the environment ${name} names no stop action, and the reward ` +
      `${reward.name} offers no logPotential. Take db or subtb, or give the reward a logPotential(state).`,
  );
}

function knownReward(owner: string, environment: string, reward: LearnerContext['reward']): Reward {
  if (reward === undefined) throw new Error(`${owner} needs the reward of ${environment}: give it in the context.`);
  if (!isDeferred({ reward } as Parameters<typeof isDeferred>[0])) return reward as Reward;
  throw new Error(
    `${owner} asks for the reward of states on the way, at once; ${reward.name} is not known at once. Take db or tb.`,
  );
}

function stoppedPotential(environment: Environment, stopAction: number, reward: Reward): StatePotential {
  const stopped = (state: Int32Array) => {
    environment.step(state, stopAction);
    return reward.logReward(state);
  };
  const first = new Int32Array(environment.stateSize);
  environment.initial(first);
  const atFirst = stopped(first);
  const functions = rowFunctionsOf(environment);
  const rewards = rewardRowsOf(reward);
  return {
    name: `the reward ${reward.name} where the walk is`,
    host: (state) => stopped(state) - atFirst,
    rows:
      functions &&
      rewards &&
      ((state) => {
        functions.step(state, int(stopAction));
        return rewards.logReward(state).subtract(atFirst);
      }),
  };
}
