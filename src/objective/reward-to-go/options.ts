import type { ObjectiveAbout } from '../about.ts';
import { fixedBackwardOptions, learningRate } from '../shared-options.ts';

export const reinforceRewardToGoAbout = {
  name: 'reward-to-go',
  functionName: 'reinforceRewardToGo',
  summary: 'Policy gradient on the soft reward-to-go.',
  offPolicy: false,
  options: {
    learningRate,
    ...fixedBackwardOptions,
  },
} satisfies ObjectiveAbout;
