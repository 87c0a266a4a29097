import { number } from '../../options/index.ts';
import type { ObjectiveAbout } from '../about.ts';
import { learningRate, logPartitionLearningRate, repeats, startAtPrior } from '../shared-options.ts';

export const trustPclAbout = {
  name: 'trust-pcl',
  functionName: 'trustPcl',
  summary: 'Trust-region path consistency: the reward, less alpha times the divergence from a prior (needs a prior).',
  offPolicy: true,
  needsPrior: true,
  options: {
    learningRate,
    logPartitionLearningRate,
    alpha: number(1, {
      ...{ aboveMin: 0, max: 1e6, symbol: 'alpha' },
      help: 'temperature: the cost of a nat of divergence from the prior',
    }),
    startAtPrior,
    updates: repeats(1, 'updates on each batch'),
  },
} satisfies ObjectiveAbout;
