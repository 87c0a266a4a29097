import type { ObjectiveAbout } from '../about.ts';
import {
  backwardOptions,
  balanceOptions,
  learningRate,
  logPartitionLearningRate,
  residualLossOption,
} from '../shared-options.ts';

export const trajectoryBalanceAbout = {
  name: 'tb',
  functionName: 'trajectoryBalance',
  summary: 'Trajectory balance, with log Z as a parameter.',
  offPolicy: true,
  options: {
    learningRate,
    logPartitionLearningRate,
    residualLoss: residualLossOption('squared'),
    ...balanceOptions,
    ...backwardOptions,
  },
} satisfies ObjectiveAbout;
