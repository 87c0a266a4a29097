import { choice, integer } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { smallRun } from '../small-runs.ts';

export const chainProblem = describeProblem({
  name: 'chain',
  title: 'Chain of factors',
  summary: 'Variables of a factor graph that is a chain, set in any order; log Z is exact at any length.',
  sentence:
    'Here it gives the variables of a model their values, one by one and in any order. Trained well, it makes each assignment as often as that assignment’s share of all the reward.',
  object: { one: 'assignment', many: 'assignments' },
  options: {
    variables: integer(6, { min: 2, max: 256, help: 'variables' }),
    values: integer(4, { min: 2, max: 64, help: 'values of each variable' }),
    kind: choice('permuted', ['permuted', 'ordered'], {
      help: 'a chain through the variables in a random order, or in their own with potentials of single variables too',
    }),
    potentialSeed: integer(0, {
      min: 0,
      max: 2 ** 31 - 1,
      help: 'seed of the potentials; another seed is another problem',
    }),
  },
  mainOptions: ['variables', 'values', 'kind', 'potentialSeed'],
  pageMax: { variables: 8, values: 8 },
  citations: [
    'L. Buesing, N. Heess & T. Weber, Approximate Inference in Discrete Distributions with Monte Carlo Tree Search and Value Functions, AISTATS 2020',
  ],
  defaults: () => smallRun(2000),
  size: ({ variables, values }) => ({
    states: (values + 1) ** variables,
    maxSteps: variables,
    inputs: variables * (values + 1),
    actions: variables * values,
  }),
});
