import { file, integer, number, rate } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { smallRun } from '../small-runs.ts';

/** The largest side of a torus whose couplings are learnt: 523,776 pairs. */
export const maxSide = 32;

/** Without configurations of one's own. */
const drawn = { data: [null] };

export const isingCouplingsProblem = describeProblem({
  name: 'ising-couplings',
  title: 'Ising couplings',
  summary: 'The couplings of all pairs of spins, learnt from configurations together with their sampler (EB-GFN).',
  sentence:
    'Here it sets spins, one by one and in any order, while it learns from data how they are coupled. Trained well, it makes each configuration as often as the data’s model does.',
  object: { one: 'configuration', many: 'configurations' },
  options: {
    data: file('configurations as CSV, a line for each and a column for each spin, -1 or 1; without it they are drawn'),
    side: integer(3, { ...{ min: 2, max: maxSide, onlyIf: drawn }, help: 'spins along each side of the torus' }),
    sigma: number(0.2, {
      ...{ min: -10, max: 10, symbol: 'sigma', onlyIf: drawn },
      help: 'coupling of neighbours in the model that configurations are drawn from',
    }),
    configurations: integer(2000, { ...{ min: 1, max: 1_000_000, onlyIf: drawn }, help: 'number drawn' }),
    dataSeed: integer(0, { ...{ min: 0, max: 2 ** 31 - 1, onlyIf: drawn }, help: 'seed of drawn configurations' }),
    couplingLearningRate: rate(2e-3, 'learning rate of the couplings, by Adam; 1e-4 in the literature'),
    sparsity: number(0.01, {
      ...{ min: 0, max: 1e6 },
      help: "penalty on the sum of the couplings' absolute values; 0.1 in the literature",
    }),
  },
  mainOptions: ['side', 'sigma', 'configurations'],
  citations: ['D. Zhang et al., Generative Flow Networks for Discrete Probabilistic Modeling, ICML 2022'],
  defaults: () => ({ ...smallRun(1000), batch: 64, evaluateEvery: 100 }),
  // From gfnx, after Zhang et al.; there the backward policy is learnt, while the acceptance of the sampler's objects
  // takes the uniform one here, to which the sampler is therefore trained.
  published(objective) {
    if (objective !== 'tb') return undefined;
    return {
      problem: { side: 10, sigma: 0.1, configurations: 2000, couplingLearningRate: 1e-4, sparsity: 0.1 },
      objective: { learningRate: 1e-2, logPartitionLearningRate: 1e-3, residualLoss: 'half-squared' },
      training: { learningRate: { end: 1 }, network: { hidden: [256, 256, 256, 256] } },
      ...{ steps: 20_000, batch: 256, evaluateEvery: 1000 },
    };
  },
});
