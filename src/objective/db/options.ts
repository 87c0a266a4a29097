import { choice } from '../../options/index.ts';
import type { ObjectiveAbout } from '../about.ts';
import { backwardOptions, balanceOptions, learningRate, residualLossOption } from '../shared-options.ts';

export const detailedBalanceAbout = {
  name: 'db',
  summary: 'Detailed balance of every step, with learnt flows.',
  offPolicy: true,
  options: {
    learningRate,
    residualLoss: residualLossOption('half-squared'),
    meanOver: choice('steps', ['steps', 'trajectories'], {
      help: "what the mean of the loss is over: all steps of the batch, or trajectories, their steps' losses summed",
    }),
    ...balanceOptions,
    ...backwardOptions,
  },
} satisfies ObjectiveAbout;
