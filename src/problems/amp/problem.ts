import { defineProblem } from '../problem.ts';
import { RESIDUES } from './alphabet.ts';
import { peptides } from './environment.ts';
import { peptideFigures } from './figures.ts';
import { ampProblem } from './options.ts';
import { syntheticPeptideReward } from './synthetic.ts';

export const problem = defineProblem(ampProblem, {
  environment: ({ maxLength }) => peptides(maxLength),
  async make({ maxLength, beta }, { file }) {
    const environment = peptides(maxLength);
    const weights = await file();
    const figures = peptideFigures(environment, maxLength);
    if (weights === undefined) return { environment, reward: syntheticPeptideReward(environment, beta), ...figures };
    const [{ parseAmpWeights }, { ampReward }] = await Promise.all([import('./network.ts'), import('./reward.ts')]);
    return { environment, reward: ampReward(environment, parseAmpWeights(weights), beta), ...figures };
  },
  actionText: (_, action) => (action < RESIDUES.length ? `write ${RESIDUES[action]}` : 'stop'),
  endsInPlace: (_, action) => action === RESIDUES.length,
});
