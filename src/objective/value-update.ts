import { minimize } from '../nn/index.ts';
import {
  add,
  and,
  compact,
  distinctRows,
  gatherRows,
  lessEqual,
  mean,
  multiply,
  square,
  stopGradient,
  subtract,
  sum,
} from '../ops/index.ts';
import { type DistinctStates, fromGrid, type Trajectories, toGrid } from '../rollout/index.ts';
import type { Tensor } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { generalizedAdvantage } from './advantage.ts';
import { presentValues, type StateValues, type TrainableNetwork } from './networks.ts';
import type { ValueLossName } from './shared-options.ts';

/** How a value network is regressed on lambda-returns. */
export interface ValueUpdateOptions {
  /** Passes over the batch. */
  readonly epochs: number;
  /** Contiguous groups of trajectories that a pass is divided into, one update each. */
  readonly chunks: number;
  readonly lambda: number;
  /** The number of steps over which the loss is averaged for every trajectory, whatever its length. */
  readonly horizon: number;
  /** Whether the regression targets are computed once, before the first update, instead of for each chunk. */
  readonly frozenTargets: boolean;
  /**
   * The mean of squared errors over all steps of the horizon, as in the paper's code for grids and strings; over the
   * steps taken; or half of that, as in the paper's code for molecules.
   */
  readonly loss: ValueLossName;
}

/** The losses, from squared errors of the steps taken and the number of steps of the horizon. */
const lossOf: Readonly<Record<ValueLossName, (errors: Tensor, horizon: number) => Tensor>> = {
  horizon: (errors, horizon) => multiply(sum(errors), 1 / horizon),
  steps: (errors) => mean(errors),
  'half-steps': (errors) => multiply(mean(errors), 0.5),
};

/** The inputs of a value network's update. */
export interface ValueUpdateInput {
  readonly value: TrainableNetwork;
  /** V(s_t) before the first update. */
  readonly present: StateValues;
  readonly trajectories: Trajectories;
  /** g_t, a grid [steps, batch]. */
  readonly softReturns: Tensor;
}

/** The part of a batch that one update of the value network sees. */
interface Chunk {
  readonly trajectories: number;
  /** Selects its own rows from numbers for all rows [N]. */
  readonly part: (x: Tensor) => Tensor;
  readonly observation: Tensor;
  readonly distinct?: DistinctStates;
  readonly gridIndex: Tensor;
  readonly rowOfGrid: Tensor;
}

/**
 * Records the critic's updates: E passes over S contiguous chunks of trajectories, each one Adam step on
 *    mean of (V(s_t) - y_t)^2 over all trajectories and steps (see `loss`),  y = stopgrad(A + V), with A from the
 *   current V (generalised advantages; soft returns do not change). Zykova-Myzina et al. 2026, Algorithm 2, in the form
 *   of its reference implementation.
 *
 * @throws if there are more chunks than trajectories
 */
export function recordValueUpdates(given: ValueUpdateInput, options: ValueUpdateOptions): void {
  checkGiven('recordValueUpdates', { given }, { value: 'object', present: 'object', trajectories: 'object' });
  checkGiven('recordValueUpdates', { options }, 'object');
  const { value, present, trajectories, softReturns } = given;
  const { epochs, chunks: chunkCount, lambda, horizon, frozenTargets } = options;
  const { steps, batch } = trajectories;
  if (chunkCount > batch) throw new Error(`${chunkCount} value chunks cannot be made of ${batch} trajectories.`);
  const chunks = splitBatch(trajectories, chunkCount);
  const targetsOf = (chunk: Chunk, estimate: Tensor) => {
    const grid = { rowOfGrid: chunk.rowOfGrid, gridIndex: chunk.gridIndex, steps, batch };
    const values = toGrid(stopGradient(estimate), grid);
    return stopGradient(fromGrid(add(generalizedAdvantage(softReturns, values, lambda), values), grid));
  };
  const frozen = frozenTargets ? chunks.map((chunk) => targetsOf(chunk, chunk.part(present.values))) : undefined;
  for (let epoch = 0; epoch < epochs; epoch++) {
    chunks.forEach((chunk, i) => {
      // If a pass has one chunk, the values for its first update are already there.
      const known = epoch === 0 && chunks.length === 1;
      const { values: estimate, parameters } = known ? present : presentValues(value, chunk);
      const errors = square(subtract(estimate, frozen?.[i] ?? targetsOf(chunk, estimate)));
      const loss = lossOf[options.loss](errors, chunk.trajectories * horizon);
      minimize(loss, parameters, value.optimizer);
    });
  }
}

/** S contiguous groups of trajectories, whose sizes differ by at most one. */
function splitBatch(trajectories: Trajectories, chunks: number): Chunk[] {
  const { batch, observation, distinct, gridIndex, rowOfGrid, trajectory } = trajectories;
  if (chunks === 1) return [{ ...trajectories, trajectories: batch, part: (x) => x }];
  return Array.from({ length: chunks }, (_, i) => {
    const first = Math.floor((i * batch) / chunks);
    const last = Math.floor(((i + 1) * batch) / chunks) - 1;
    const { index, rank } = compact(and(lessEqual(first, trajectory), lessEqual(trajectory, last)));
    const seen = gatherRows(observation, index);
    const different = distinct && distinctRows(seen);
    return {
      trajectories: last - first + 1,
      part: (x) => gatherRows(x, index),
      observation: seen,
      ...(different ? { distinct: { observation: different.values, index: different.index } } : {}),
      gridIndex: gatherRows(gridIndex, index),
      rowOfGrid: gatherRows(rank, rowOfGrid, { fill: -1 }),
    };
  });
}
