import { flag, integer, number } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { smallRun } from '../small-runs.ts';

export const setsProblem = describeProblem({
  name: 'sets',
  title: 'Sets',
  summary: 'Sets of k out of n items, filled in any order, whose log-rewards are sums over their items.',
  sentence:
    'Here it fills a set, item by item and in any order. Trained well, it makes each set as often as that set’s share of all the reward.',
  object: { one: 'set', many: 'sets' },
  options: {
    items: integer(12, { min: 1, max: 4096, help: 'items to choose from' }),
    size: integer(6, { min: 1, max: 4096, help: 'items of a set' }),
    upTo: flag(false, 'sets of any number of items up to the size: a walk stops where it likes'),
    beta: number(2, {
      min: 0,
      max: 1000,
      help: 'range of the weights of items: from -beta to beta',
    }),
  },
  mainOptions: ['items', 'size', 'upTo', 'beta'],
  pageMax: { items: 20, size: 20 },
  citations: ['L. Pan et al., Better Training of GFlowNets with Local Credit and Incomplete Trajectories, ICML 2023'],
  check({ items, size }) {
    if (size > items) throw new Error(`sets: size is ${size}, but there are only ${items} items. Take a smaller size.`);
  },
  defaults: () => smallRun(1500),
  size: ({ items, size, upTo }) => ({
    states: 2 ** items,
    maxSteps: size + Number(upTo),
    inputs: items,
    actions: items + Number(upTo),
  }),
});
