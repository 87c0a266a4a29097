import { defineProblem } from '../problem.ts';
import { letterPictures, letterText, tfbind8 } from '../tfbind8/environment.ts';
import { tfbind8Reward } from '../tfbind8/reward.ts';
import { syntheticMotifScores } from './motif.ts';
import { tfbind8SyntheticProblem } from './options.ts';

export const problem = defineProblem(tfbind8SyntheticProblem, {
  environment: tfbind8,
  make() {
    const environment = tfbind8();
    const reward = { ...tfbind8Reward(syntheticMotifScores()), name: 'synthetic motif' };
    return { environment, reward, picturesOf: letterPictures(environment.stateSize) };
  },
  actionText: letterText,
});
