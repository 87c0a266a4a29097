import { typedLogRewards } from '../expression/typed-reward.ts';
import { defineProblem } from '../problem.ts';
import { binaryTree, leafReward, waveReward } from './environment.ts';
import { binaryTreeProblem, typedLeaves } from './options.ts';

export const problem = defineProblem(binaryTreeProblem, {
  environment: ({ depth }) => binaryTree(depth),
  make({ depth, beta, reward, expression = '' }) {
    const environment = binaryTree(depth);
    const made =
      reward === 'expression'
        ? leafReward(environment, 'expression', typedLogRewards(expression, typedLeaves(depth)))
        : waveReward(environment, beta);
    return { environment, reward: made };
  },
  actionText: (_, action) => (action === 0 ? 'left' : 'right'),
});
