import type { ObjectiveAbout } from '../about.ts';
import { backwardOptions, balanceOptions, learningRate } from '../shared-options.ts';

export const detailedBalanceAbout = {
  name: 'db',
  summary: 'Detailed balance of every step, with learnt flows.',
  offPolicy: true,
  options: {
    learningRate,
    ...balanceOptions,
    ...backwardOptions,
  },
} satisfies ObjectiveAbout;
