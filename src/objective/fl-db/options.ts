import { group, optional } from '../../options/index.ts';
import type { ObjectiveAbout } from '../about.ts';
import {
  backwardOptions,
  balanceOptions,
  learningRate,
  meanOver,
  residualLossOption,
  targetOptions,
} from '../shared-options.ts';

export const forwardLookingDetailedBalanceAbout = {
  name: 'fl-db',
  functionName: 'forwardLookingDetailedBalance',
  summary: 'Detailed balance with flows that start from the reward known so far (forward-looking).',
  offPolicy: true,
  options: {
    learningRate,
    residualLoss: residualLossOption('half-squared'),
    meanOver,
    target: optional(
      group(targetOptions(1, 0.005), 'take the flow of the next state from a network that lags behind, as a constant'),
    ),
    ...balanceOptions,
    ...backwardOptions,
  },
} satisfies ObjectiveAbout;
