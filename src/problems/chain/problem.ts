import { typedLogRewards } from '../expression/typed-reward.ts';
import { defineProblem } from '../problem.ts';
import { assignmentReward, chain, chainReward } from './environment.ts';
import { chainProblem, typedAssignments } from './options.ts';
import { marginalPictures } from './picture.ts';
import { chainLogPartition, orderedChain, permutedChain } from './potentials.ts';

export const problem = defineProblem(chainProblem, {
  environment: ({ variables, values }) => chain({ variables, values }),
  make({ variables, values, kind, expression = '', potentialSeed }) {
    const environment = chain({ variables, values });
    if (kind === 'expression') {
      const logRewards = typedLogRewards(expression, typedAssignments({ variables, values }));
      return { environment, reward: assignmentReward(environment, logRewards) };
    }
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
