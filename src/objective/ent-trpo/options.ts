import { number, type OptionsOf } from '../../options/index.ts';
import type { ObjectiveAbout } from '../about.ts';
import { criticOptions, fixedBackwardOptions, gaeDecay, logPartitionLearningRate, repeats } from '../shared-options.ts';

export const entTrpoAbout = {
  name: 'ent-trpo',
  functionName: 'entTrpo',
  summary:
    'Entropy-regularised trust-region policy optimisation: natural gradient, line search, a learnt value and log Z.',
  offPolicy: false,
  options: {
    ...criticOptions({ learningRate: 3e-4, epochs: 4, chunks: 2, loss: 'steps' }),
    logPartitionLearningRate,
    lambda: gaeDecay(0.7),
    maxDivergence: number(0.01, {
      ...{ aboveMin: 0, max: 10, symbol: 'delta' },
      help: 'largest divergence of an update, summed over the steps of a trajectory',
    }),
    conjugateGradientSteps: repeats(10, 'iterations of conjugate gradients in the search for a step'),
    damping: number(0, { min: 0, max: 10, help: "added to the Fisher matrix's diagonal" }),
    lineSearchSteps: repeats(10, 'lengths of a step to try, each half of the one before'),
    ...fixedBackwardOptions,
  },
} satisfies ObjectiveAbout;

export type EntTrpoOptions = OptionsOf<typeof entTrpoAbout.options>;
