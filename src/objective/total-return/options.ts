import type { ObjectiveAbout } from '../about.ts';
import { fixedBackwardOptions, learningRate } from '../shared-options.ts';

export const reinforceTotalReturnAbout = {
  name: 'total-return',
  functionName: 'reinforceTotalReturn',
  summary: "Policy gradient on the whole trajectory's soft return.",
  offPolicy: false,
  options: {
    learningRate,
    ...fixedBackwardOptions,
  },
} satisfies ObjectiveAbout;
