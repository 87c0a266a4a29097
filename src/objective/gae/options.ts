import type { ObjectiveAbout } from '../about.ts';
import { criticOptions, fixedBackwardOptions, gaeDecay, learningRate } from '../shared-options.ts';

export const gaeAbout = {
  name: 'gae',
  functionName: 'gae',
  summary: 'Policy gradient with generalised advantages and a learnt value.',
  offPolicy: false,
  options: {
    learningRate,
    ...criticOptions({ learningRate: 1e-3, epochs: 1, chunks: 1 }),
    lambda: gaeDecay(0.9),
    ...fixedBackwardOptions,
  },
} satisfies ObjectiveAbout;
