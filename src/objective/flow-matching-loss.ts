import {
  add,
  concat,
  equal,
  exp,
  log,
  max,
  maximum,
  mean,
  reshape,
  select,
  slice,
  stopGradient,
  subtract,
  sum,
} from '../ops/index.ts';
import { fromGrid, type ParentData, type Trajectories, toGrid } from '../rollout/index.ts';
import type { Tensor } from '../tape/index.ts';
import { nextValue } from './advantage.ts';
import { type ResidualLoss, residualLosses } from './residual-loss.ts';

/** The flows out of the visited states, and into their children. */
export interface FlowMatchingInput {
  /** log of the sum of F(s_t -> .) [N] over the actions allowed at the states visited. */
  readonly logOutflow: Tensor;
  /** log of the sum of F(. -> s_{t+1}) [N] over the edges that lead to the children. */
  readonly logInflow: Tensor;
  readonly trajectories: Pick<Trajectories, 'logReward' | 'gridIndex' | 'rowOfGrid' | 'steps' | 'batch'>;
}

/**
 * The squared difference (or another loss of it) between the logarithms of inflow and outflow at each visited state
 * s_{t+1}, with R as the outflow if it is terminal. It is the mean over all steps of all trajectories of the batch, so
 * a long trajectory counts more than a short one, and a state counts once for each visit. The initial state has no
 * condition. Terminal conditions have the same weight as others; if means over terminal and over other states are added
 * instead, as in torchgfn, their weight grows with the length of trajectories.
 */
export function flowMatchingLoss(
  { logOutflow, logInflow, trajectories }: FlowMatchingInput,
  loss: ResidualLoss = residualLosses.squared,
): Tensor {
  const childOutflow = fromGrid(nextValue(toGrid(logOutflow, trajectories)), trajectories);
  return mean(loss(subtract(logInflow, add(childOutflow, trajectories.logReward))));
}

/** log F(parent -> child) [N, B] along each backward action's edge. @param logEdgeFlow [N, A] at observations [N, ...] */
export function edgesFromParents(
  { observation, action }: ParentData,
  logEdgeFlow: (observation: Tensor) => Tensor,
): Tensor {
  const [rows, edges, ...seen] = observation.shape;
  const columns = Array.from({ length: edges }, (_, b) => {
    const parent = reshape(slice(observation, 1, b, 1), [rows, ...seen]);
    return entryAt(logEdgeFlow(parent), slice(action, 1, b, 1));
  });
  return concat(columns, 1);
}

/** x[n, index[n]] as [N, 1]. x: [N, A]; index: i32 [N, 1]. */
function entryAt(x: Tensor, index: Tensor): Tensor {
  const width = x.shape[1];
  const numbers = x.tape.constant(
    'i32',
    [1, width],
    Int32Array.from({ length: width }, (_, i) => i),
  );
  return sum(select(equal(index, numbers), x, 0), 1, true);
}

/**
 * log of the sum of e^x over the entries of each row whose mask is not 0: [N, A] to [N]. If there is none, a number far
 * below every log-flow, with gradient 0.
 */
export function logSumExp(x: Tensor, mask: Tensor): Tensor {
  const largest = stopGradient(max(select(mask, x, lowest), 1, true));
  const total = sum(select(mask, exp(select(mask, subtract(x, largest), 0)), 0), 1);
  return add(log(maximum(total, 2 ** -126)), reshape(largest, [x.shape[0]]));
}

/** Below every log-flow, and still finite after subtractions. */
const lowest = -1e30;
