import type { ObjectiveAbout } from '../about.ts';
import { backwardOptions, balanceOptions, learningRate, residualLossOption } from '../shared-options.ts';

export const logPartitionVarianceAbout = {
  name: 'vargrad',
  functionName: 'logPartitionVariance',
  summary: 'Log-partition variance: trajectory balance without a parameter for log Z.',
  offPolicy: true,
  options: {
    learningRate,
    residualLoss: residualLossOption('squared'),
    ...balanceOptions,
    ...backwardOptions,
  },
} satisfies ObjectiveAbout;
