import type { ObjectiveAbout } from '../about.ts';
import { criticOptions, fixedBackwardOptions, learningRate } from '../shared-options.ts';

export const valueBaselineAbout = {
  name: 'value-baseline',
  functionName: 'valueBaseline',
  summary: 'Policy gradient on the reward-to-go less a learnt value.',
  offPolicy: false,
  options: {
    learningRate,
    ...criticOptions({ learningRate: 1e-3, epochs: 2, chunks: 1 }),
    ...fixedBackwardOptions,
  },
} satisfies ObjectiveAbout;
