import {
  abs,
  add,
  concat,
  cumulativeSum,
  divide,
  lessEqual,
  maximum,
  mean,
  multiply,
  pad,
  reshape,
  scan,
  slice,
  square,
  stopGradient,
  subtract,
  sum,
  toFloat,
} from '../ops/index.ts';
import type { Trajectories } from '../rollout/index.ts';
import type { Tensor } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { nextValue } from './advantage.ts';
import { type ResidualLoss, residualLosses } from './residual-loss.ts';

/** Trajectories as grids [steps, batch], 0 after a trajectory's end. */
export interface BalanceInput {
  /** log F(s_t); V(s_t) for a critic. */
  readonly logFlow: Tensor;
  /** log F(s_t) as the next state of a step, if a target network provides it; 0 after the end. */
  readonly targetLogFlow?: Tensor | undefined;
  /** log P_F(s_{t+1} | s_t). */
  readonly logForward: Tensor;
  /** log P_B(s_t | s_{t+1}). */
  readonly logBackward: Tensor;
  /** log R(x) at a trajectory's last step. */
  readonly logReward: Tensor;
  /** 1 at steps whose residual counts, if not all do. */
  readonly counted?: Tensor | undefined;
  readonly trajectories: Pick<Trajectories, 'rowOfGrid' | 'steps' | 'batch'>;
}

/** The states along trajectories, including terminal ones: grids [steps + 1, batch]. */
export interface StateChain {
  /** log F(s_j), with log R(x) at the terminal state, 0 after it. */
  readonly logFlow: Tensor;
  /** Sum of log P_F - log P_B over the steps before s_j. */
  readonly logRatio: Tensor;
  /** 1 up to the terminal state, 0 after it. */
  readonly exists: Tensor;
}

/** Converts flows and probability ratios of steps to those of the states between them. */
export function alongTrajectories(input: BalanceInput): StateChain {
  const { logFlow, logForward, logBackward, logReward, trajectories } = input;
  const { steps, batch, rowOfGrid } = trajectories;
  const taken = toFloat(lessEqual(0, reshape(rowOfGrid, [steps, batch])));
  const first = rowOfGrid.tape.constant('f32', [1, batch], new Float32Array(batch).fill(1));
  return {
    logFlow: add(pad(logFlow, 0, 0, 1), pad(logReward, 0, 1, 0)),
    logRatio: pad(cumulativeSum(subtract(logForward, logBackward)), 0, 1, 0),
    exists: concat([first, taken], 0),
  };
}

/**
 * Sub-trajectory balance of each trajectory (Madan et al., ICML 2023), [batch]: the mean over all pairs of states i <
 * j, weighted by decay^(j - i - 1), of
 *    (log F(s_i) + sum of log P_F - log F(s_j) - sum of log P_B, over the steps from i to j)^2. The weights are the
 *   paper's divided by decay, so that with decay 0 neighbours still count: detailed balance.
 *
 * With u_j = log F(s_j) - sum over k < j of (log P_F - log P_B), the residual is u_i - u_j. Decayed sums of 1, u and
 * u^2 over the states before j give all its pairs at once, so the cost is linear in the length. The sums of squares
 * cancel, so u is centred first, which does not change residuals.
 */
export function subTrajectoryLoss({ logFlow, logRatio, exists }: StateChain, decay: number): Tensor {
  const raw = multiply(subtract(logFlow, logRatio), exists);
  const centre = stopGradient(divide(sum(raw, 0, true), sum(exists, 0, true)));
  const u = multiply(subtract(raw, centre), exists);
  const before = (x: Tensor) => earlier(scan(x, decay));
  const weight = before(exists);
  const squares = add(subtract(multiply(weight, square(u)), multiply(multiply(u, before(u)), 2)), before(square(u)));
  return divide(sum(multiply(squares, exists), 0), maximum(sum(multiply(weight, exists), 0), 2 ** -126));
}

/**
 * The same mean over all pairs of states, of a loss other than the square. Squares expand into sums over time; other
 * losses are computed for every pair, so the cost grows with the square of the length.
 */
export function subTrajectoryPairLoss(
  { logFlow, logRatio, exists }: StateChain,
  decay: number,
  loss: ResidualLoss,
): Tensor {
  const [states, batch] = exists.shape;
  const rows = (x: Tensor) => reshape(x, [states, 1, batch]);
  const columns = (x: Tensor) => reshape(x, [1, states, batch]);
  const u = subtract(logFlow, logRatio);
  // The weight of a pair i < j, the same for all trajectories; 0 elsewhere.
  const weights = Float32Array.from({ length: states * states }, (_, pair) => {
    const distance = (pair % states) - Math.floor(pair / states);
    return distance > 0 ? decay ** (distance - 1) : 0;
  });
  const weight = multiply(
    multiply(rows(exists), columns(exists)),
    exists.tape.constant('f32', [states, states, 1], weights),
  );
  // Invalid pairs have the residual 0: after a trajectory's end u has no meaning.
  const isPair = multiply(rows(exists), columns(exists));
  const costs = multiply(weight, loss(multiply(isPair, subtract(rows(u), columns(u)))));
  const total = (x: Tensor) => sum(reshape(x, [states * states, batch]), 0);
  return divide(total(costs), maximum(total(weight), 2 ** -126));
}

/** x shifted by one step along time, 0 first: the value before. */
function earlier(x: Tensor): Tensor {
  return pad(slice(x, 0, 0, x.shape[0] - 1), 0, 1, 0);
}

/**
 * The residual of detailed balance of each step (Bengio et al., JMLR 2023), a grid [steps, batch]:
 *    log F(s_t) + log P_F(s_{t+1} | s_t) - log P_B(s_t | s_{t+1}) - log F(s_{t+1}), with log R(x) for the flow of the
 *   terminal state; 0 after a trajectory's end, and at steps that do not count.
 */
export function detailedBalanceResidual(input: BalanceInput): Tensor {
  const { logFlow, logForward, logBackward, counted, trajectories } = input;
  const chain = alongTrajectories({ ...input, logFlow: input.targetLogFlow ?? logFlow });
  const next = slice(chain.logFlow, 0, 1, trajectories.steps);
  const residual = subtract(add(logFlow, subtract(logForward, logBackward)), next);
  return counted ? multiply(counted, residual) : residual;
}

/**
 * The mean absolute residual of each trajectory, [batch], from grids [steps, batch], over the steps where `counted` is
 * 1.
 */
export function meanSizes(residual: Tensor, counted: Tensor): Tensor {
  return divide(sum(multiply(counted, abs(residual)), 0), maximum(sum(counted, 0), 1));
}

/** 1 at the steps taken, or at those of them that count: a grid [steps, batch]. */
export function countedSteps({ counted, trajectories }: Pick<BalanceInput, 'counted' | 'trajectories'>): Tensor {
  const { rowOfGrid, steps, batch } = trajectories;
  return counted ?? toFloat(lessEqual(0, reshape(rowOfGrid, [steps, batch])));
}

/** Steps as grids [steps, batch], 0 after a trajectory's end. */
export interface ModifiedBalanceInput {
  /** log P_F(s_{t+1} | s_t). */
  readonly logForward: Tensor;
  /** log P_B(s_t | s_{t+1}). */
  readonly logBackward: Tensor;
  /** log R of s_t if stopped there, up to a constant. */
  readonly logReward: Tensor;
  /** log P_F(stop | s_t). */
  readonly logStop: Tensor;
  /** log P_F(stop | s_{t+1}). */
  readonly nextLogStop: Tensor;
  /** 1 at steps that do not stop, 0 elsewhere. */
  readonly inner: Tensor;
}

/**
 * The residual of modified detailed balance of each step that does not stop (Deleu et al., UAI 2022), a grid
 * [steps, batch] that is 0 elsewhere:
 *   log R(s') - log R(s) + log P_B(s | s') + log P_F(stop | s) - log P_F(s' | s) - log P_F(stop | s').
 */
export function modifiedDetailedBalanceResidual(input: ModifiedBalanceInput): Tensor {
  const { logForward, logBackward, logReward, logStop, nextLogStop, inner } = input;
  const gained = subtract(nextValue(logReward), logReward);
  const flows = subtract(logStop, nextLogStop);
  return multiply(inner, add(add(gained, flows), subtract(logBackward, logForward)));
}

/**
 * The residual of trajectory balance without log Z (Malkin et al., NeurIPS 2022), [batch]: sum of log P_F - log P_B
 * over the trajectory, minus log R(x).
 */
export function trajectoryScore(input: Omit<BalanceInput, 'logFlow'>): Tensor {
  checkGiven('trajectoryScore', { input }, { logForward: 'tensor', trajectories: 'object' });
  const { logForward, logBackward, logReward } = input;
  return sum(subtract(subtract(logForward, logBackward), logReward), 0);
}

/**
 * Trajectory balance (Malkin et al., NeurIPS 2022): the mean over the batch of the square, or another loss, of
 * log Z + sum log P_F - sum log P_B - log R.
 */
export function trajectoryBalanceLoss(
  input: Omit<BalanceInput, 'logFlow'>,
  logPartition: Tensor,
  loss: ResidualLoss = residualLosses.squared,
): Tensor {
  checkGiven('trajectoryBalanceLoss', { input }, { logForward: 'tensor', trajectories: 'object' });
  checkGiven('trajectoryBalanceLoss', { logPartition }, 'tensor');
  checkGiven('trajectoryBalanceLoss', { loss }, 'function?');
  return mean(loss(add(trajectoryScore(input), logPartition)));
}

/**
 * Log-partition variance: the variance over the batch of the residual of trajectory balance, `score`, or the mean of
 * another loss of its deviations. For squares the derivative through the mean vanishes, and is left out.
 */
export function logPartitionVarianceLoss(score: Tensor, loss: ResidualLoss = residualLosses.squared): Tensor {
  const centre = mean(score);
  return mean(loss(subtract(score, loss === residualLosses.squared ? stopGradient(centre) : centre)));
}

/**
 * Detailed balance: the mean over all steps of the batch of half the squared residual, or of another loss of it.
 * @param over `trajectories` for the sum over each trajectory's steps, averaged over trajectories
 */
export function detailedBalanceLoss(
  input: BalanceInput,
  loss: ResidualLoss = residualLosses['half-squared'],
  over: 'steps' | 'trajectories' = 'steps',
): Tensor {
  checkGiven('detailedBalanceLoss', { input }, { logFlow: 'tensor', trajectories: 'object' });
  checkGiven('detailedBalanceLoss', { loss }, 'function?');
  if (over === 'trajectories') {
    return multiply(sum(loss(detailedBalanceResidual(input))), 1 / input.trajectories.batch);
  }
  // After a trajectory's end the residual is 0, and so is every loss of it.
  return divide(sum(loss(detailedBalanceResidual(input))), maximum(sum(countedSteps(input)), 1));
}
