import type { ObjectiveAbout } from '../about.ts';
import { backwardOptions, balanceOptions, learningRate, logPartitionLearningRate } from '../shared-options.ts';

export const trajectoryBalanceAbout = {
  name: 'tb',
  summary: 'Trajectory balance, with log Z as a parameter.',
  offPolicy: true,
  options: {
    learningRate,
    logPartitionLearningRate,
    ...balanceOptions,
    ...backwardOptions,
  },
} satisfies ObjectiveAbout;
