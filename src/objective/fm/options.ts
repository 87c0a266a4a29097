import type { ObjectiveAbout } from '../about.ts';
import { learningRate, residualLossOption } from '../shared-options.ts';

export const flowMatchingAbout = {
  name: 'fm',
  functionName: 'flowMatching',
  summary: 'Flow matching: inflow equals outflow at each state; the network runs at all parents.',
  offPolicy: true,
  options: {
    learningRate,
    residualLoss: residualLossOption('squared'),
  },
} satisfies ObjectiveAbout;
