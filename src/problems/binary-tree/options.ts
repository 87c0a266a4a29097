import { choice, integer, number } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { checkTyped, expressionOption, type TypedObjects } from '../expression/typed-reward.ts';
import { smallRun } from '../small-runs.ts';

/** The leaves of a tree as expressions see them, from left to right; the path to a leaf is a string of L and R. */
export function typedLeaves(depth: number): TypedObjects {
  return {
    count: 2 ** depth,
    many: 'leaves',
    variables: ['leaf', 'leaves'],
    areStrings: true,
    objectAt(leaf, values) {
      [values[0], values[1]] = [leaf, 2 ** depth];
      return Array.from({ length: depth }, (_, i) => (Math.floor(leaf / 2 ** (depth - 1 - i)) % 2 ? 'R' : 'L')).join(
        '',
      );
    },
  };
}

export const binaryTreeProblem = describeProblem({
  name: 'binary-tree',
  title: 'Binary tree',
  summary: 'A perfect binary tree, walked from the root to a leaf: the smallest problem, each object made in one way.',
  sentence:
    'Here it walks down a tree, left or right at every fork, until it comes to a leaf. Trained well, it ends at each leaf as often as that leaf’s share of all the reward.',
  object: { one: 'leaf', many: 'leaves' },
  options: {
    depth: integer(6, { min: 1, max: 20, help: 'forks from the root to a leaf' }),
    beta: number(4, {
      ...{ min: 0, max: 1000, onlyIf: { reward: ['waves'] } },
      help: 'how far log-rewards differ: they go from 0 to beta',
    }),
    reward: choice('waves', ['waves', 'expression'], {
      help: 'three waves over the leaves, or a reward that is typed',
    }),
    expression: expressionOption(
      'reward',
      'the reward of a leaf, of a tree of at most 16 forks: leaf is its number from the left, from 0 to leaves - 1, and its path is a string, as in 1 + count("LR") + (leaf > leaves / 2)',
    ),
  },
  mainOptions: ['depth', 'beta', 'reward', 'expression'],
  pageMax: { depth: 10 },
  check: ({ depth, reward, expression }) => checkTyped({ reward, expression }, () => typedLeaves(depth)),
  defaults: () => smallRun(500),
  expression: {
    choice: 'reward',
    written: 'expression',
    otherwise: 'waves',
    text: 'expression',
    start: () => '0.1 + count("LR") + 5 * ends("RRR")',
  },
  size: ({ depth }) => ({ states: 2 ** (depth + 1), maxSteps: depth, inputs: 2 ** (depth + 1) - 1, actions: 2 }),
});
