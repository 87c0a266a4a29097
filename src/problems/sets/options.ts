import { choice, flag, integer, number } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { checkTyped, expressionOption, type TypedObjects } from '../expression/typed-reward.ts';
import { smallRun } from '../small-runs.ts';

/** Sets as expressions see them, by number: item i has the bit i, counted from the most significant. */
export function typedSets({
  items,
  size,
  upTo,
}: {
  readonly items: number;
  readonly size: number;
  readonly upTo: boolean;
}): TypedObjects {
  return {
    count: 2 ** items,
    many: 'sets',
    variables: [...Array.from({ length: items }, (_, i) => `x${i}`), 'size'],
    objectAt(index, values) {
      const members: number[] = [];
      for (let i = 0; i < items; i++) {
        values[i] = Math.floor(index / 2 ** (items - 1 - i)) % 2;
        if (values[i] === 1) members.push(i);
      }
      values[items] = members.length;
      const isMade = upTo ? members.length <= size : members.length === size;
      return isMade ? `{${members.join(', ')}}` : undefined;
    },
  };
}

export const setsProblem = describeProblem({
  name: 'sets',
  title: 'Sets',
  summary:
    'Sets of k out of n items, filled in any order, whose log-rewards are sums over their items, or an expression of yours.',
  sentence:
    'Here it fills a set, item by item and in any order. Trained well, it makes each set as often as that set’s share of all the reward.',
  object: { one: 'set', many: 'sets' },
  options: {
    items: integer(12, { min: 1, max: 4096, help: 'items to choose from' }),
    size: integer(6, { min: 1, max: 4096, help: 'items of a set' }),
    upTo: flag(false, 'sets of any number of items up to the size: a walk stops where it likes'),
    beta: number(2, {
      ...{ min: 0, max: 1000, onlyIf: { reward: ['weights'] } },
      help: 'range of the weights of items: from -beta to beta',
    }),
    reward: choice('weights', ['weights', 'expression'], { help: 'a sum over the items, or a reward that is typed' }),
    expression: expressionOption(
      'reward',
      'the reward of a set of at most 16 items: x0, x1, ... are 1 for items in it and else 0, size says how many they are, as in x0 * x3 + (size = 4)',
    ),
  },
  mainOptions: ['items', 'size', 'upTo', 'beta', 'reward', 'expression'],
  pageMax: { items: 20, size: 20 },
  citations: ['L. Pan et al., Better Training of GFlowNets with Local Credit and Incomplete Trajectories, ICML 2023'],
  check({ items, size, upTo, reward, expression }) {
    if (size > items) throw new Error(`sets: size is ${size}, but there are only ${items} items. Take a smaller size.`);
    checkTyped({ reward, expression }, () => typedSets({ items, size, upTo }));
  },
  defaults: () => smallRun(1500),
  size: ({ items, size, upTo }) => ({
    states: 2 ** items,
    maxSteps: size + Number(upTo),
    inputs: items,
    actions: items + Number(upTo),
  }),
  expression: {
    choice: 'reward',
    written: 'expression',
    otherwise: 'weights',
    text: 'expression',
    start: () => '0.01 + x0 * x1 + x2 * (1 - x3)',
  },
});
