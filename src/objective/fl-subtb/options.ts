import type { ObjectiveAbout } from '../about.ts';
import { subTrajectoryBalanceAbout } from '../subtb/options.ts';

export const forwardLookingSubTrajectoryBalanceAbout = {
  name: 'fl-subtb',
  functionName: 'forwardLookingSubTrajectoryBalance',
  summary: 'Sub-trajectory balance with flows that start from the reward known so far (forward-looking).',
  offPolicy: true,
  options: subTrajectoryBalanceAbout.options,
} satisfies ObjectiveAbout;
