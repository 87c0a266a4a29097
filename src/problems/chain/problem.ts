import { defineProblem } from '../problem.ts';
import { chain, chainReward } from './environment.ts';
import { chainProblem } from './options.ts';
import { marginalPictures } from './picture.ts';
import { chainLogPartition, orderedChain, permutedChain } from './potentials.ts';

export const problem = defineProblem(chainProblem, {
  environment: ({ variables, values }) => chain({ variables, values }),
  make({ variables, values, kind, potentialSeed }) {
    const environment = chain({ variables, values });
    const potentials = (kind === 'ordered' ? orderedChain : permutedChain)(variables, values, potentialSeed);
    return {
      environment,
      reward: chainReward(environment, potentials),
      logPartition: chainLogPartition(potentials),
      picturesOf: marginalPictures(potentials, environment.stateSize),
    };
  },
  actionText({ options }, action) {
    const values = Number(options.values);
    return `variable ${Math.floor(action / values)} = ${action % values}`;
  },
});
