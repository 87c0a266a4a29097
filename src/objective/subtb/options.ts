import type { ObjectiveAbout } from '../about.ts';
import {
  backwardOptions,
  balanceOptions,
  learningRate,
  residualLossOption,
  subTrajectoryDecay,
} from '../shared-options.ts';

export const subTrajectoryBalanceAbout = {
  name: 'subtb',
  functionName: 'subTrajectoryBalance',
  summary: 'Sub-trajectory balance over all pairs of states, with learnt flows.',
  offPolicy: true,
  options: {
    learningRate,
    decay: subTrajectoryDecay(0.9),
    residualLoss: residualLossOption('squared'),
    ...balanceOptions,
    ...backwardOptions,
  },
} satisfies ObjectiveAbout;
