import { flag, type OptionsOf, share } from '../../options/index.ts';
import type { ObjectiveAbout } from '../about.ts';
import { criticOptions, fixedBackwardOptions, gaeDecay, learningRate, repeats } from '../shared-options.ts';

export const entPpoAbout = {
  name: 'ent-ppo',
  functionName: 'entPpo',
  summary: 'Entropy-regularised proximal policy optimisation: clipped ratios, analytic KL(new || old), a learnt value.',
  offPolicy: false,
  options: {
    learningRate,
    ...criticOptions({ learningRate: 3e-4, epochs: 4, chunks: 2 }),
    policyUpdates: repeats(4, 'policy updates on each batch', 'K'),
    clipRange: share(0.2, {
      ...{ symbol: 'epsilon', onlyIf: { withoutClipping: [false] } },
      help: 'clip range of the probability ratio around 1',
    }),
    lambda: gaeDecay(0.7),
    frozenTargets: flag(false, 'compute value targets once an iteration, not per chunk'),
    withoutDivergence: flag(false, 'ablation: leave out the divergence'),
    withoutClipping: flag(false, 'ablation: leave the ratio unclipped'),
    terminalRewardOnly: flag(false, 'ablation: leave log P_B out of the rewards'),
    normalizeAdvantage: flag(false, 'ablation: normalise advantages to mean 0 and standard deviation 1'),
    ...fixedBackwardOptions,
  },
} satisfies ObjectiveAbout;

export type EntPpoOptions = OptionsOf<typeof entPpoAbout.options>;
