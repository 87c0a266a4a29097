import { enumerationOf } from '../../src/environment/enumeration.ts';
import { type Environment, type Problem, rewardedAtOnce } from '../../src/environment/environment.ts';
import { tokenObservation } from '../../src/environment/observation.ts';
import type { Values } from '../../src/options/index.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { type DataReader, findProblem } from '../../src/problems/listed.ts';
import { tfbind8 } from '../../src/problems/tfbind8/environment.ts';
import { tfbind8Reward } from '../../src/problems/tfbind8/reward.ts';
import { uniformStream } from '../../src/random/threefry.ts';
import { pairsEnvironment } from '../environment/pairs.ts';

/** A problem known by name whose reward is known at once. */
export async function namedProblem(name: string, options: Values = {}, data?: DataReader): Promise<Problem> {
  return rewardedAtOnce(await findProblem(name).create(options, data), 'This test');
}

export function gridProblem(dimension: number, side: number, difficulty: 'easy' | 'hard' = 'easy'): Problem {
  const size = { dimension, side };
  return { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty }) };
}

/** Strings of eight letters with random scores instead of measured ones. */
export function stringsProblem(): Problem {
  const uniform = uniformStream(8, 0);
  return { environment: tfbind8(), reward: tfbind8Reward(Float32Array.from({ length: 4 ** 8 }, uniform)) };
}

/** An environment in TypeScript alone, with features instead of tokens and two ways to one child. */
export function pairsProblem(): Problem {
  const environment = pairsEnvironment();
  const { objectIndexOf } = enumerationOf(environment, 'the reward');
  return { environment, reward: { name: 'pairs', logReward: (state) => Math.log(1 + 3 * objectIndexOf(state)) } };
}

/**
 * The same problem seen by a policy that has a number of its own for each state and action: one token, the state's
 * number. A perceptron without hidden layers is then a table.
 */
export function tabularProblem({ environment, reward }: Problem): Problem {
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
