import { defineProblem } from '../problem.ts';
import { letterText, tfbind8 } from '../tfbind8/environment.ts';
import { tfbind8Reward } from '../tfbind8/reward.ts';
import { syntheticMotifScores } from './motif.ts';
import { tfbind8SyntheticProblem } from './options.ts';

export const problem = defineProblem(tfbind8SyntheticProblem, {
  environment: tfbind8,
  make: () => ({
    environment: tfbind8(),
    reward: { ...tfbind8Reward(syntheticMotifScores()), name: 'synthetic motif' },
  }),
  actionText: letterText,
});
