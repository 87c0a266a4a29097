import { add, gatherRows, less, max, reshape, select, subtract, toFloat, toInt } from '../ops/index.ts';
import type { Tensor } from '../tape/index.ts';
import type { Trajectories } from './trajectories.ts';

/**
 * The row at whose state a step arrives. Only the states at which trajectories end have no row. `previous` and `ending`
 * are the inverses of `next` and `last`, so that gradients of gathers are gathers.
 */
export interface Successors {
  /** i32 [N]: the row of the same trajectory's next step; -1 at its last. */
  readonly next: Tensor;
  /** i32 [N]: the row of the same trajectory's step before; -1 at its first. */
  readonly previous: Tensor;
  /** i32 [batch]: the row of each trajectory's last step. */
  readonly last: Tensor;
  /** i32 [N]: the trajectory whose last step a row is; -1 at other steps. */
  readonly ending: Tensor;
}

/** Finds each step's next and previous step, and each trajectory's last. There may be up to 2^24 rows. */
export function successorsOf({
  rowOfGrid,
  gridIndex,
  trajectory,
  steps,
  batch,
}: Pick<Trajectories, 'rowOfGrid' | 'gridIndex' | 'trajectory' | 'steps' | 'batch'>): Successors {
  const following = select(less(gridIndex, (steps - 1) * batch), add(gridIndex, batch), -1);
  const next = gatherRows(rowOfGrid, following, { fill: -1 });
  return {
    next,
    previous: gatherRows(rowOfGrid, subtract(gridIndex, batch), { fill: -1 }),
    // Rows are ordered by time, so the last step's has the largest number.
    last: toInt(max(toFloat(reshape(rowOfGrid, [steps, batch])), 0)),
    ending: select(less(next, 0), trajectory, -1),
  };
}
