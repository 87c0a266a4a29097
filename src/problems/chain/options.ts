import { choice, integer } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { checkTyped, expressionOption, type TypedObjects } from '../expression/typed-reward.ts';
import { smallRun } from '../small-runs.ts';

/** Assignments as expressions see them, by number: the values are digits, that of the first variable most significant. */
export function typedAssignments({
  variables,
  values: base,
}: {
  readonly variables: number;
  readonly values: number;
}): TypedObjects {
  return {
    count: base ** variables,
    many: 'assignments',
    variables: [...Array.from({ length: variables }, (_, i) => `x${i}`), 'sum', 'changes'],
    objectAt(index, values) {
      for (let i = variables - 1, rest = index; i >= 0; i--, rest = Math.floor(rest / base)) values[i] = rest % base;
      const set = values.slice(0, variables);
      values[variables] = set.reduce((sum, value) => sum + value, 0);
      values[variables + 1] = set.filter((value, i) => i > 0 && value !== set[i - 1]).length;
      return set.join(' ');
    },
  };
}

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
    kind: choice('permuted', ['permuted', 'ordered', 'expression'], {
      help: 'a chain through the variables in a random order, or in their own with potentials of single variables too, or a reward that is typed',
    }),
    expression: expressionOption(
      'kind',
      'the reward of an assignment, of which there may be 65,536: x0, x1, ... are the values of the variables, sum is their sum, changes says how many differ from the one before, as in exp(-changes) * (1 + x0)',
    ),
    potentialSeed: integer(0, {
      ...{ min: 0, max: 2 ** 31 - 1, onlyIf: { kind: ['permuted', 'ordered'] } },
      help: 'seed of the potentials; another seed is another problem',
    }),
  },
  mainOptions: ['variables', 'values', 'kind', 'expression', 'potentialSeed'],
  pageMax: { variables: 8, values: 8 },
  citations: [
    'L. Buesing, N. Heess & T. Weber, Approximate Inference in Discrete Distributions with Monte Carlo Tree Search and Value Functions, AISTATS 2020',
  ],
  check: ({ kind, expression, ...size }) => checkTyped({ reward: kind, expression }, () => typedAssignments(size)),
  defaults: () => smallRun(2000),
  expression: {
    choice: 'kind',
    written: 'expression',
    otherwise: 'permuted',
    text: 'expression',
    start: () => 'exp(-changes) * (1 + x0)',
  },
  size: ({ variables, values }) => ({
    states: (values + 1) ** variables,
    maxSteps: variables,
    inputs: variables * (values + 1),
    actions: variables * values,
  }),
});
