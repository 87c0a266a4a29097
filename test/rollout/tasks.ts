import { enumerationOf } from '../../src/environment/enumeration.ts';
import { type Environment, rewardedAtOnce, type Task } from '../../src/environment/environment.ts';
import { hypergrid } from '../../src/environment/hypergrid.ts';
import { hypergridReward } from '../../src/environment/hypergrid-reward.ts';
import { tokenObservation } from '../../src/environment/observation.ts';
import { tfbind8, tfbind8Reward } from '../../src/environment/tfbind8.ts';
import { uniformStream } from '../../src/random/threefry.ts';
import type { DataReader, TaskOptions } from '../../src/tasks/task-options.ts';
import { findTask } from '../../src/tasks/tasks.ts';
import { pairsEnvironment } from '../environment/pairs.ts';

/** A task known by name whose reward is known at once. */
export async function namedTask(name: string, options: TaskOptions = {}, data?: DataReader): Promise<Task> {
  return rewardedAtOnce(await findTask(name).create(options, data), 'This test');
}

export function gridTask(dimension: number, side: number, difficulty: 'easy' | 'hard' = 'easy'): Task {
  const size = { dimension, side };
  return { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty }) };
}

/** Strings of eight letters with random scores instead of measured ones. */
export function stringsTask(): Task {
  const uniform = uniformStream(8, 0);
  return { environment: tfbind8(), reward: tfbind8Reward(Float32Array.from({ length: 4 ** 8 }, uniform)) };
}

/** An environment in TypeScript alone, with features instead of tokens and two ways to one child. */
export function pairsTask(): Task {
  const environment = pairsEnvironment();
  const { objectIndexOf } = enumerationOf(environment, 'the reward');
  return { environment, reward: { name: 'pairs', logReward: (state) => Math.log(1 + 3 * objectIndexOf(state)) } };
}

/**
 * The same task seen by a policy that has a number of its own for each state and action: one token, the state's
 * number. A perceptron without hidden layers is then a table.
 */
export function tabularTask({ environment, reward }: Task): Task {
  const { stateCount, indexOf } = enumerationOf(environment, 'a table');
  const tabular: Environment = Object.create(environment, {
    shader: { value: undefined },
    observation: {
      value: tokenObservation({
        width: stateCount,
        positions: 1,
        encode(state, tokens) {
          tokens[0] = environment.isTerminal(state) ? -1 : indexOf(state);
        },
      }),
    },
  });
  return { environment: tabular, reward };
}
