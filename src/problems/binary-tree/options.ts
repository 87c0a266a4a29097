import { integer, number } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { smallRun } from '../small-runs.ts';

export const binaryTreeProblem = describeProblem({
  name: 'binary-tree',
  title: 'Binary tree',
  summary: 'A perfect binary tree, walked from the root to a leaf: the smallest problem, each object made in one way.',
  sentence:
    'Here it walks down a tree, left or right at every fork, until it comes to a leaf. Trained well, it ends at each leaf as often as that leaf’s share of all the reward.',
  object: { one: 'leaf', many: 'leaves' },
  options: {
    depth: integer(6, { min: 1, max: 20, help: 'forks from the root to a leaf' }),
    beta: number(4, { min: 0, max: 1000, help: 'how far log-rewards differ: they go from 0 to beta' }),
  },
  mainOptions: ['depth', 'beta'],
  pageMax: { depth: 10 },
  defaults: () => smallRun(500),
  size: ({ depth }) => ({ states: 2 ** (depth + 1), maxSteps: depth, inputs: 2 ** (depth + 1) - 1, actions: 2 }),
});
