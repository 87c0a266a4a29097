import {
  add,
  divide,
  lessEqual,
  mean,
  pad,
  reshape,
  scan,
  slice,
  sqrt,
  square,
  subtract,
  toFloat,
} from '../ops/index.ts';
import type { Trajectories } from '../rollout/index.ts';
import type { Tensor } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';

/**
 * The formulas of entropy-regularised policy gradients, one function each, over grids [steps, batch] with 0 after
 * a trajectory's end. Equation numbers: Zykova-Myzina et al., "Proximal Policy Optimization for Amortized Discrete
 * Sampling", 2026 (arXiv 2606.15793). The reward of a step is r_t = log P_B(s_t | s_{t+1}), plus log R(x) in the last
 * step; discount and temperature are 1.
 */

/** Eq. 9, the one-step soft return: g_t = r_t - log pi(s_{t+1} | s_t). Works on rows and on grids. */
export function softReturn(logBackward: Tensor, logReward: Tensor, logProbability: Tensor): Tensor {
  return subtract(add(logBackward, logReward), logProbability);
}

/** 1 at each trajectory's last step, 0 elsewhere: a grid [steps, batch]. */
export function lastSteps(given: Pick<Trajectories, 'rowOfGrid' | 'steps' | 'batch'>): Tensor {
  checkGiven('lastSteps', { given }, { rowOfGrid: 'tensor' });
  const { rowOfGrid, steps, batch } = given;
  const taken = toFloat(lessEqual(0, reshape(rowOfGrid, [steps, batch])));
  return subtract(taken, nextValue(taken));
}

/** Eq. 10, the reward-to-go: sum of g_k over k >= t. */
export function rewardToGo(softReturns: Tensor): Tensor {
  checkGiven('rewardToGo', { softReturns }, 'tensor');
  return scan(softReturns, 1, true);
}

/** V(s_{t+1}): the values of the next states. After the last step this is the terminal state, whose value is 0. */
export function nextValue(value: Tensor): Tensor {
  checkGiven('nextValue', { value }, 'tensor');
  const [steps] = value.shape;
  return steps === 1 ? subtract(value, value) : pad(slice(value, 0, 1, steps - 1), 0, 0, 1);
}

/** Eq. 12, the soft temporal-difference residual: delta_t = g_t + V(s_{t+1}) - V(s_t). */
export function temporalDifference(softReturns: Tensor, value: Tensor): Tensor {
  return subtract(add(softReturns, nextValue(value)), value);
}

/** Eq. 13, generalised advantage estimation: A_t = delta_t + lambda A_{t+1}. With lambda 0 it is delta, with 1 it is R_t - V(s_t). */
export function generalizedAdvantage(softReturns: Tensor, value: Tensor, lambda: number): Tensor {
  checkGiven('generalizedAdvantage', { softReturns, value }, 'tensor');
  return scan(temporalDifference(softReturns, value), lambda, true);
}

/**
 * Advantages [N] minus their mean, divided by their standard deviation (biased, plus 1e-8), both over the steps in use.
 * Not part of the method: dividing by the deviation changes the weight of the advantage relative to the divergence.
 */
export function normalizedAdvantage(advantage: Tensor): Tensor {
  checkGiven('normalizedAdvantage', { advantage }, 'tensor');
  const centred = subtract(advantage, mean(advantage));
  return divide(centred, add(sqrt(mean(square(centred))), 1e-8));
}
