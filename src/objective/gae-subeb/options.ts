import { rate } from '../../options/index.ts';
import type { ObjectiveAbout } from '../about.ts';
import { fixedBackwardOptions, gaeDecay, learningRate, subTrajectoryDecay } from '../shared-options.ts';

export const gaeSubEbAbout = {
  name: 'gae-subeb',
  functionName: 'gaeSubEb',
  summary: 'Policy gradient with generalised advantages, the value learnt by sub-trajectory balance.',
  offPolicy: false,
  options: {
    learningRate,
    valueLearningRate: rate(1e-3, 'learning rate of the value network'),
    lambda: gaeDecay(0.7),
    subTrajectoryDecay: subTrajectoryDecay(0.9),
    ...fixedBackwardOptions,
  },
} satisfies ObjectiveAbout;
