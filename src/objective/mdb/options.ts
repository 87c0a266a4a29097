import { group, optional } from '../../options/index.ts';
import type { ObjectiveAbout } from '../about.ts';
import { backwardOptions, learningRate, repeats, residualLossOption, targetOptions } from '../shared-options.ts';

export const modifiedDetailedBalanceAbout = {
  name: 'mdb',
  functionName: 'modifiedDetailedBalance',
  summary: 'Modified detailed balance, without flows: for problems that may stop at every state.',
  offPolicy: true,
  options: {
    learningRate,
    residualLoss: residualLossOption('huber'),
    target: optional(group(targetOptions(1000, 1), 'take the stop at the next state from a network that lags behind')),
    updates: repeats(1, 'updates on each batch'),
    ...backwardOptions,
  },
} satisfies ObjectiveAbout;
