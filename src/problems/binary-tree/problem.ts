import { defineProblem } from '../problem.ts';
import { binaryTree, waveReward } from './environment.ts';
import { binaryTreeProblem } from './options.ts';

export const problem = defineProblem(binaryTreeProblem, {
  environment: ({ depth }) => binaryTree(depth),
  make({ depth, beta }) {
    const environment = binaryTree(depth);
    return { environment, reward: waveReward(environment, beta) };
  },
  actionText: (_, action) => (action === 0 ? 'left' : 'right'),
});
