import { defineProblem } from '../problem.ts';
import { hypergrid } from './environment.ts';
import { expressionReward } from './expression-reward.ts';
import { hypergridProblem } from './options.ts';
import { paintedReward } from './painted-reward.ts';
import { hypergridReward } from './reward.ts';

export const problem = defineProblem(hypergridProblem, {
  environment: ({ dimension, side }) => hypergrid({ dimension, side }),
  make({ dimension, side, reward, painting = '', expression = '' }) {
    const size = { dimension, side };
    const make = {
      painted: () => paintedReward({ ...size, painting }),
      expression: () => expressionReward({ ...size, expression }),
      easy: () => hypergridReward({ ...size, difficulty: 'easy' }),
      hard: () => hypergridReward({ ...size, difficulty: 'hard' }),
    };
    return { environment: hypergrid(size), reward: make[reward]() };
  },
  actionText: ({ options }, action) => (action === options.dimension ? 'stop' : `+1 along axis ${action}`),
  endsInPlace: ({ options }, action) => action === options.dimension,
});
