import { defineProblem } from '../problem.ts';
import { hypergrid } from './environment.ts';
import { hypergridProblem } from './options.ts';
import { paintedReward } from './painted-reward.ts';
import { hypergridReward } from './reward.ts';

export const problem = defineProblem(hypergridProblem, {
  environment: ({ dimension, side }) => hypergrid({ dimension, side }),
  make({ dimension, side, reward, painting = '' }) {
    const size = { dimension, side };
    return {
      environment: hypergrid(size),
      reward:
        reward === 'painted' ? paintedReward({ ...size, painting }) : hypergridReward({ ...size, difficulty: reward }),
    };
  },
  actionText: ({ options }, action) => (action === options.dimension ? 'stop' : `+1 along axis ${action}`),
  endsInPlace: ({ options }, action) => action === options.dimension,
});
