import type { ObjectiveAbout } from '../about.ts';
import { subTrajectoryBalanceAbout } from '../subtb/options.ts';

export const forwardLookingSubTrajectoryBalanceAbout = {
  name: 'fl-subtb',
  functionName: 'forwardLookingSubTrajectoryBalance',
  summary: 'Sub-trajectory balance whose flows start from what of the reward is known on the way.',
  offPolicy: true,
  options: subTrajectoryBalanceAbout.options,
} satisfies ObjectiveAbout;
