import { choice, flag, integer, number, rate, type Schema, share } from '../options/index.ts';
import { type ResidualLossName, residualLossNames } from './residual-loss-names.ts';

/** Options shared by several objectives, which spread in those they take; defaults are the paper's for Hypergrid. */

const maxRepeats = 1024;

/** A number of repetitions per iteration. */
export function repeats(preset: number, help: string, symbol?: string) {
  return integer(preset, { min: 1, max: maxRepeats, help, ...(symbol === undefined ? {} : { symbol }) });
}

/** The learning rate of the policy. */
export const learningRate = rate(1e-3, 'learning rate of the policy');

export const logPartitionLearningRate = rate(0.1, 'learning rate of log Z');

/** Whether a policy starts as its prior. */
export const startAtPrior = flag(true, 'begin as the prior, instead of with new parameters');

/** Decay of generalised advantage estimation. */
export function gaeDecay(preset: number) {
  return share(preset, { symbol: 'lambda', help: 'decay of generalised advantage estimation' });
}

/** The factor of a residual's weight for each further step between its two states. */
export function subTrajectoryDecay(preset: number) {
  return share(preset, "factor of a residual's weight for each further step between its two states");
}

/** What a critic's loss is averaged over, see `recordValueUpdates`. */
export const valueLossNames = ['horizon', 'steps', 'half-steps'] as const;

export type ValueLossName = (typeof valueLossNames)[number];

/** A critic regressed on lambda-returns. */
export function criticOptions(presets: { learningRate: number; epochs: number; chunks: number; loss?: ValueLossName }) {
  return {
    valueLearningRate: rate(presets.learningRate, 'learning rate of the value network'),
    valueEpochs: repeats(presets.epochs, 'passes of the value network over each batch', 'E'),
    valueChunks: repeats(presets.chunks, 'groups of trajectories in a pass, one update each', 'S'),
    valueLoss: choice(presets.loss ?? 'horizon', valueLossNames, {
      help: 'average the squared errors over all steps of the horizon, over the steps taken, or half of the latter',
    }),
  } satisfies Schema;
}

const onlyIf = { backwardPolicy: ['tlm'] };

const tlmOptions = {
  tlmEpochs: integer(4, {
    ...{ min: 1, max: maxRepeats, onlyIf },
    help: 'steps of Adam on the likelihood of each batch',
  }),
  tlmLearningRate: rate(1e-3, {
    onlyIf,
    help: 'initial learning rate of the backward policy; each step takes 0.1 % off',
  }),
} satisfies Schema;

/**
 * The backward policy of a policy gradient: its advantages are constants, so no gradient reaches the backward policy
 * through them.
 */
export const fixedBackwardOptions = {
  backwardPolicy: choice('uniform', ['uniform', 'tlm'], {
    help: 'backward policy: uniform, or tlm: trained by likelihood',
    refusals: {
      learned:
        'a policy gradient has no gradient with respect to its reward, so the backward policy cannot be learned with ' +
        'it; take tlm, or a balance objective (tb, db, subtb, vargrad)',
    },
  }),
  ...tlmOptions,
} satisfies Schema;

/** The backward policy of an objective that can learn it jointly, by its own gradient through log P_B. */
export const backwardOptions = {
  backwardPolicy: choice('uniform', ['uniform', 'learned', 'tlm'], {
    help: 'backward policy: uniform, learned jointly, or tlm: trained by likelihood',
  }),
  ...tlmOptions,
} satisfies Schema;

/** Below every log-reward that float32 can distinguish from its neighbours. */
export const noLogRewardFloor = -1e9;

/** Options of all balance objectives of trajectories. */
export const balanceOptions = {
  updates: repeats(1, 'updates on each batch'),
  logRewardFloor: number(noLogRewardFloor, {
    ...{ min: noLogRewardFloor, belowMax: 0 },
    help: 'lower bound of log-rewards',
  }),
} satisfies Schema;

/** What a loss of steps is averaged over. */
export const meanOver = choice('steps', ['steps', 'trajectories'], {
  help: 'average the loss over all steps of the batch, or over trajectories, whose steps are summed',
});

/** How a target network follows, see `targetNetwork`. */
export function targetOptions(every: number, mix: number) {
  return {
    every: integer(every, { min: 1, help: 'batches between moves of the target network' }),
    mix: number(mix, {
      ...{ aboveMin: 0, max: 1, symbol: 'tau' },
      help: 'share of the way to the present network that each move takes; 1 copies it',
    }),
  } satisfies Schema;
}

/** The loss of residuals, see `residualLosses`. */
export function residualLossOption(preset: ResidualLossName) {
  return choice(preset, residualLossNames, {
    help: 'loss of a residual: its square, half of it, or a function that grows more slowly (huber) or faster (shifted-cosh, linex) when it is large',
  });
}
