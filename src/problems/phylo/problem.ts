import type { Reward } from '../../environment/environment.ts';
import { typedLogRewards } from '../expression/typed-reward.ts';
import { defineProblem } from '../problem.ts';
import { parsimonyReward, phylogeneticTrees, treeOf } from './environment.ts';
import { phyloProblem } from './options.ts';
import { treePictures } from './picture.ts';
import { type Alignment, readAlignment } from './sequences.ts';
import { simulateSequences, taxonNames } from './simulate.ts';
import { typedTrees } from './typed-trees.ts';

export const problem = defineProblem(phyloProblem, {
  environment: ({ taxa }) => phylogeneticTrees(taxonNames(taxa)),
  async make({ taxa, sites, rate, mutationsPerNat, dataSeed, reward, expression = '' }, { file }) {
    const own = await file();
    const sequences = own ? readAlignment(own) : simulateSequences({ taxa, sites, rate, seed: dataSeed });
    const environment = phylogeneticTrees(sequences.taxa);
    return {
      environment,
      reward:
        reward === 'expression'
          ? typedReward(environment, sequences, expression)
          : parsimonyReward(environment, sequences, mutationsPerNat),
      picturesOf: treePictures(sequences.taxa, environment.stateSize, (state) => treeOf(environment, state)),
    };
  },
});

function typedReward(
  environment: ReturnType<typeof phylogeneticTrees>,
  sequences: Alignment,
  expression: string,
): Reward {
  const trees = typedTrees(sequences);
  const logRewards = typedLogRewards(expression, trees);
  const known = new Map(
    Array.from(logRewards, (logReward, i) => [JSON.stringify(trees.treeAt(i)), logReward] as const),
  );
  return {
    name: 'expression',
    of: environment,
    logReward: (state) => known.get(JSON.stringify(treeOf(environment, state))) ?? Number.NaN,
  };
}
