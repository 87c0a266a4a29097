import { defineProblem } from '../problem.ts';
import { parsimonyReward, phylogeneticTrees, treeOf } from './environment.ts';
import { phyloProblem } from './options.ts';
import { treePictures } from './picture.ts';
import { readAlignment } from './sequences.ts';
import { simulateSequences, taxonNames } from './simulate.ts';

export const problem = defineProblem(phyloProblem, {
  environment: ({ taxa }) => phylogeneticTrees(taxonNames(taxa)),
  async make({ taxa, sites, rate, mutationsPerNat, dataSeed }, { file }) {
    const own = await file();
    const sequences = own ? readAlignment(own) : simulateSequences({ taxa, sites, rate, seed: dataSeed });
    const environment = phylogeneticTrees(sequences.taxa);
    return {
      environment,
      reward: parsimonyReward(environment, sequences, mutationsPerNat),
      picturesOf: treePictures(sequences.taxa, environment.stateSize, (state) => treeOf(environment, state)),
    };
  },
});
