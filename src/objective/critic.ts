import { minimize } from '../nn/index.ts';
import { mean } from '../ops/index.ts';
import { toGrid } from '../rollout/index.ts';
import type { Tensor } from '../tape/index.ts';
import { alongTrajectories, subTrajectoryLoss } from './balance.ts';
import { recordValueUpdates, type ValueUpdateInput, type ValueUpdateOptions } from './value-update.ts';

/** The inputs of a critic's update. */
export interface CriticUpdateInput extends ValueUpdateInput {
  /** log pi [N] of the actions taken. */
  readonly oldLogProbability: Tensor;
  /** See `Environment.horizon`. */
  readonly horizon: number;
}

/** Records a critic's improvement on one batch. */
export type CriticUpdate = (input: CriticUpdateInput) => void;

/** Regression on lambda-returns; see `recordValueUpdates`. */
export function regression(options: Omit<ValueUpdateOptions, 'horizon'>): CriticUpdate {
  return ({ horizon, ...input }) => recordValueUpdates(input, { ...options, horizon });
}

/**
 * The Sub-EB critic (Niu, Wu & Qian, arXiv 2603.01047; Zykova-Myzina et al. 2026, eq. 14 and 15): one step of Adam on
 * the sub-trajectory balance of the values, with log R in place of V at the terminal state and a fixed policy.
 * @param decay the factor of a residual's weight for each further step between its two states
 */
export function subTrajectoryEvaluation(decay: number): CriticUpdate {
  return ({ value, present, trajectories, oldLogProbability }) => {
    const { logBackward, logReward } = trajectories;
    const grid = (x: Tensor) => toGrid(x, trajectories);
    const chain = alongTrajectories({
      logFlow: grid(present.values),
      logForward: grid(oldLogProbability),
      logBackward: grid(logBackward),
      logReward: grid(logReward),
      trajectories,
    });
    minimize(mean(subTrajectoryLoss(chain, decay)), present.parameters, value.optimizer);
  };
}
