import { choice, integer, number } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { checkTyped, expressionOption, type TypedObjects } from '../expression/typed-reward.ts';
import { smallRun } from '../small-runs.ts';
import { torusPairs } from './exact.ts';

/** The spins of a torus as expressions see them, by number: spin i is the bit i, counted from the most significant. */
export function typedSpins(side: number): TypedObjects {
  const spins = side * side;
  const pairs = torusPairs(side);
  return {
    count: 2 ** spins,
    many: 'configurations',
    variables: [...Array.from({ length: spins }, (_, i) => `z${i + 1}`), 'magnetization', 'agreement'],
    objectAt(index, values) {
      for (let i = 0; i < spins; i++) values[i] = 2 * (Math.floor(index / 2 ** (spins - 1 - i)) % 2) - 1;
      const signs = values.slice(0, spins);
      values[spins] = signs.reduce((sum, z) => sum + z, 0) / spins;
      values[spins + 1] = pairs.reduce((sum, [a, b]) => sum + signs[a] * signs[b], 0);
      return signs.map((z) => (z > 0 ? '+' : '-')).join('');
    },
  };
}

export const isingProblem = describeProblem({
  name: 'ising',
  title: 'Ising model',
  summary: 'Spins on a torus, set one by one in any order, at a given coupling; log Z is exact at any size.',
  sentence:
    'Here it sets the spins of a magnet, one by one and in any order. Trained well, it makes each configuration as often as that configuration’s share of all the reward.',
  object: { one: 'configuration', many: 'configurations' },
  options: {
    side: integer(3, { min: 2, max: 64, help: 'spins along each side of the torus; 9 and 10 in the literature' }),
    sigma: number(0.2, {
      ...{ min: -10, max: 10, symbol: 'sigma', onlyIf: { reward: ['coupling'] } },
      help: 'coupling of neighbours: half of the coupling of physics, whose critical value is 0.4407',
    }),
    reward: choice('coupling', ['coupling', 'expression'], { help: 'the coupling, or a reward that is typed' }),
    expression: expressionOption(
      'reward',
      'the reward of at most 16 spins: z1, z2, ... are -1 for down and 1 for up, magnetization is their mean, agreement the sum of z_i z_j over neighbours, as in exp(-abs(agreement) / 2)',
    ),
  },
  mainOptions: ['side', 'sigma', 'reward', 'expression'],
  pageMax: { side: 3 },
  citations: [
    'D. Zhang et al., Generative Flow Networks for Discrete Probabilistic Modeling, ICML 2022',
    'B. Kaufman, Crystal Statistics II: Partition Function Evaluated by Spinor Analysis, Physical Review 76, 1949',
  ],
  check: ({ side, reward, expression }) => checkTyped({ reward, expression }, () => typedSpins(side)),
  defaults: () => smallRun(2000),
  expression: {
    choice: 'reward',
    written: 'expression',
    otherwise: 'coupling',
    text: 'expression',
    start: () => 'exp(-abs(agreement) / 2) * (1 + magnetization)',
  },
  // From gfnx: the sampler of the energy-based GFlowNets of Zhang et al.
  published(objective) {
    if (objective !== 'tb') return undefined;
    return {
      problem: { side: 10, sigma: 0.1 },
      objective: {
        ...{ learningRate: 1e-2, logPartitionLearningRate: 1e-3, residualLoss: 'half-squared' },
        backwardPolicy: 'learned',
      },
      training: { learningRate: { end: 1 }, network: { hidden: [256, 256, 256, 256] } },
      ...{ steps: 20_000, batch: 256, evaluateEvery: 1000 },
    };
  },
  size: ({ side }) => ({
    states: 3 ** (side * side),
    maxSteps: side * side,
    inputs: 3 * side * side,
    actions: 2 * side * side,
  }),
});
