import { defineProblem } from '../problem.ts';
import { parsimonyReward, phylogeneticTrees } from './environment.ts';
import { phyloProblem } from './options.ts';
import { simulateSequences, taxonNames } from './simulate.ts';

export const problem = defineProblem(phyloProblem, {
  environment: ({ taxa }) => phylogeneticTrees(taxonNames(taxa)),
  make({ taxa, sites, rate, mutationsPerNat, dataSeed }) {
    const sequences = simulateSequences({ taxa, sites, rate, seed: dataSeed });
    const environment = phylogeneticTrees(sequences.taxa);
    return { environment, reward: parsimonyReward(environment, sequences, mutationsPerNat) };
  },
});
