import type { ObjectiveAbout } from '../about.ts';
import { learningRate } from '../shared-options.ts';

export const flowMatchingAbout = {
  name: 'fm',
  summary: 'Flow matching: what flows into a state flows out of it; the network runs at all parents.',
  offPolicy: true,
  options: {
    learningRate,
  },
} satisfies ObjectiveAbout;
