import { number } from '../../options/index.ts';
import type { ObjectiveAbout } from '../about.ts';
import {
  learningRate,
  logPartitionLearningRate,
  repeats,
  residualLossOption,
  startAtPrior,
} from '../shared-options.ts';

export const relativeTrajectoryBalanceAbout = {
  name: 'rtb',
  functionName: 'relativeTrajectoryBalance',
  summary: 'Relative trajectory balance: a prior, which is a trained sampler, times a reward (needs a prior).',
  offPolicy: true,
  needsPrior: true,
  options: {
    learningRate,
    logPartitionLearningRate,
    rewardExponent: number(1, {
      ...{ min: 0, max: 1e6, symbol: 'beta' },
      help: 'power of the reward that the prior is multiplied by; 0 learns the prior',
    }),
    startAtPrior,
    residualLoss: residualLossOption('half-squared'),
    updates: repeats(1, 'updates on each batch'),
  },
} satisfies ObjectiveAbout;
