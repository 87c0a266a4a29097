import { defineProblem } from '../problem.ts';
import { qm9Atoms } from './environment.ts';
import { qm9AtomsProblem } from './options.ts';
import { qm9AtomsReward } from './reward.ts';

export const problem = defineProblem(qm9AtomsProblem, {
  environment: ({ maxAtoms, inverseTemperature }) =>
    qm9Atoms({ maxAtoms, temperatures: inverseTemperature === 'drawn' }),
  async make({ maxAtoms, inverseTemperature, beta }, { chemistry }) {
    const environment = qm9Atoms({ maxAtoms, temperatures: inverseTemperature === 'drawn' });
    return {
      environment,
      reward: qm9AtomsReward({ environment, chemistry: await chemistry(), inverseTemperature: beta }),
      moleculeOf: environment.moleculeOf,
      modeScores: [1],
    };
  },
});
