import { MAX_FRAGMENTS } from '../../molecules/max-fragments.ts';
import { choice, files, integer, number } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { paperMoleculeRun } from '../paper-molecules.ts';
import { smallMoleculeRun } from '../small-runs.ts';
import { SEH_FRAGMENTS_FILE, SEH_MOLECULES_FILE, SEH_VOCABULARIES, SEH_WEIGHTS_FILE } from './files.ts';

export const sehProblem = describeProblem({
  name: 'seh',
  title: 'sEH binders',
  summary: 'Molecules as trees of fragments, rewarded by predicted binding to soluble epoxide hydrolase.',
  sentence:
    'Here it joins fragments to a molecule. Trained well, it makes each molecule as often as that molecule’s share of all the reward.',
  object: { one: 'molecule', many: 'molecules' },
  options: {
    data: files(
      [SEH_FRAGMENTS_FILE, SEH_WEIGHTS_FILE, SEH_MOLECULES_FILE],
      'folder that holds the fragments, the weights of the predictor and molecules to compare with',
    ),
    maxFragments: integer(9, { min: 1, max: MAX_FRAGMENTS, help: 'maximum number of fragments' }),
    beta: number(16, { min: 0, max: 1000, help: 'the inverse temperature: the reward is a power of the prediction' }),
    vocabulary: choice('full', SEH_VOCABULARIES, 'the 72 published fragments, or a set of 18'),
  },
  needs: ['data'],
  mainOptions: ['maxFragments', 'beta', 'vocabulary'],
  citations: [
    'E. Bengio et al., Flow Network based Generative Models for Non-Iterative Diverse Candidate Generation, NeurIPS 2021',
    'M. W. Shen et al., Towards Understanding and Improving GFlowNet Training, ICML 2023 (the 18 fragments)',
  ],
  defaults: (objective) => smallMoleculeRun(objective, 150),
  paper: (objective) => paperMoleculeRun(objective, 256),
  paperEpochsFollowUpdates: true,
});
