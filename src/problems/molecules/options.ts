import { MAX_FRAGMENTS } from '../../molecules/max-fragments.ts';
import { integer, number } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { smallMoleculeRun } from '../small-runs.ts';

export const moleculesProblem = describeProblem({
  name: 'molecules',
  title: 'Molecules of fragments',
  summary: 'Molecules as trees of common rings and groups, rewarded by drug-likeness (QED).',
  sentence:
    'Here it joins rings and groups of atoms to a molecule. Trained well, it makes each molecule as often as that molecule’s share of all the reward.',
  object: { one: 'molecule', many: 'molecules' },
  options: {
    maxFragments: integer(5, { min: 1, max: MAX_FRAGMENTS, help: 'maximum number of fragments' }),
    beta: number(32, {
      min: 0,
      max: 1000,
      help: 'the inverse temperature: the reward is a power of the drug-likeness',
    }),
  },
  needs: ['chemistry'],
  mainOptions: ['maxFragments', 'beta'],
  defaults: (objective) => smallMoleculeRun(objective, 400),
});
