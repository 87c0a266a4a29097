import { flag, group, integer, number, optional } from '../../options/index.ts';
import type { ObjectiveAbout } from '../about.ts';
import { learningRate, residualLossOption } from '../shared-options.ts';

export const softDqnAbout = {
  name: 'soft-dqn',
  functionName: 'softDqn',
  summary: 'Soft Q-learning with a target network; also dueling, double and Munchausen DQN.',
  offPolicy: true,
  options: {
    learningRate,
    dueling: flag(true, 'learn V(s) and the policy, whose sum is Q, instead of Q itself'),
    double: flag(false, 'value the next state by the present policy and the target network'),
    munchausen: optional(
      group(
        {
          weight: number(0.15, { min: 0, belowMax: 1, symbol: 'alpha', help: 'share of the log-policy in the reward' }),
          min: number(-100, { max: 0, symbol: 'l0', help: 'lower bound of the log-policy there' }),
        },
        'Munchausen DQN: the log-policy of the target network is part of the reward',
      ),
    ),
    targetEvery: integer(1, { min: 1, help: 'batches between moves of the target network' }),
    targetMix: number(0.25, {
      ...{ aboveMin: 0, max: 1, symbol: 'tau' },
      help: 'share of the way to the present network that each move takes; 1 copies it',
    }),
    terminalWeight: number(5, { aboveMin: 0, max: 1e6, help: 'weight of steps that end a trajectory; others have 1' }),
    residualLoss: residualLossOption('huber'),
  },
} satisfies ObjectiveAbout;
