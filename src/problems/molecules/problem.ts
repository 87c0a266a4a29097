import { defineProblem } from '../problem.ts';
import { drugFragmentTrees } from './environment.ts';
import { moleculesProblem } from './options.ts';
import { drugLikenessReward } from './reward.ts';

export const problem = defineProblem(moleculesProblem, {
  environment: drugFragmentTrees,
  async make({ maxFragments, beta }, { chemistry }) {
    const environment = drugFragmentTrees({ maxFragments });
    return {
      environment,
      reward: drugLikenessReward(environment, await chemistry(), beta),
      moleculeOf: environment.moleculeOf,
      modeScores: [0.9],
    };
  },
});
