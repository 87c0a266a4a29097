import { rowReward } from '../../environment/row-environment/index.ts';
import { typedLogRewards } from '../expression/typed-reward.ts';
import { defineProblem } from '../problem.ts';
import { dna, letterPictures, letterText, tfbind8 } from '../tfbind8/environment.ts';
import { tfbind8Reward } from '../tfbind8/reward.ts';
import { syntheticMotifScores } from './motif.ts';
import { dnaStrings, tfbind8SyntheticProblem } from './options.ts';

export const problem = defineProblem(tfbind8SyntheticProblem, {
  environment: tfbind8,
  make({ reward, expression = '' }) {
    const environment = tfbind8();
    const made =
      reward === 'expression'
        ? typedReward(expression)
        : { ...tfbind8Reward(syntheticMotifScores()), name: 'synthetic motif' };
    return { environment, reward: made, picturesOf: letterPictures(environment.stateSize) };
  },
  actionText: letterText,
});

function typedReward(expression: string) {
  return rowReward({
    name: 'expression',
    of: tfbind8(),
    tables: { logRewards: typedLogRewards(expression, dnaStrings) },
    logReward: ({ letters }, { logRewards }) => logRewards.at(dna.numberIn(letters)),
  });
}
