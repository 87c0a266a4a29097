import { integer, number } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { smallRun } from '../small-runs.ts';

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
      ...{ min: -10, max: 10, symbol: 'sigma' },
      help: 'coupling of neighbours: half of the coupling of physics, whose critical value is 0.4407',
    }),
  },
  mainOptions: ['side', 'sigma'],
  pageMax: { side: 3 },
  citations: [
    'D. Zhang et al., Generative Flow Networks for Discrete Probabilistic Modeling, ICML 2022',
    'B. Kaufman, Crystal Statistics II: Partition Function Evaluated by Spinor Analysis, Physical Review 76, 1949',
  ],
  defaults: () => smallRun(2000),
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
