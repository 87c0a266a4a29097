import type { ObjectiveAbout } from '../about.ts';
import { backwardOptions, balanceOptions, learningRate, meanOver, residualLossOption } from '../shared-options.ts';

export const detailedBalanceAbout = {
  name: 'db',
  functionName: 'detailedBalance',
  summary: 'Detailed balance of every step, with learnt flows.',
  offPolicy: true,
  options: {
    learningRate,
    residualLoss: residualLossOption('half-squared'),
    meanOver,
    ...balanceOptions,
    ...backwardOptions,
  },
} satisfies ObjectiveAbout;
