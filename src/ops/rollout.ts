import type { Operation, Tape, Tensor, Variable } from '../tape/index.ts';
import { writeTo } from '../tape/index.ts';

/**
 * The bookkeeping of a batch of trajectories that end at different times. Every step of every trajectory is a row;
 * rows are numbered by time first, then by the trajectory's place in the batch, without gaps.
 */
export interface RolloutVariables {
  /** i32 [2]: the rows of the current step, [start, count]. */
  readonly window: Variable;
  /** i32 [2]: all rows so far, [0, count]. */
  readonly total: Variable;
  /** i32 [1]: the current step's number. */
  readonly time: Variable;
  /** i32 [N]: the trajectory of each row. */
  readonly trajectory: Variable;
  /** i32 [N]: the position of each row in the grid [steps, batch]. */
  readonly gridIndex: Variable;
  /** i32 [steps * batch]: the row at each position of the grid, -1 if the trajectory has ended. */
  readonly rowOfGrid: Variable;
}

/** Trajectories of a batch, and the most steps that one can take. */
export interface RolloutAttributes {
  readonly batch: number;
  readonly steps: number;
}

/**
 * Begins a batch: the first window holds one row for each trajectory. Writes, in this order: window = [0, batch];
 * total = [0, batch]; time = 0; trajectory[b] = gridIndex[b] = b; rowOfGrid = b in the first step, -1 in all others.
 */
export const beginRowsOperation: Operation<RolloutAttributes> & { readonly name: 'beginRows' } = {
  name: 'beginRows',
  infer: () => [],
  derivative: 'none',
};

/**
 * Opens the next step's window after the current one, with a row for each trajectory that is still active. After the
 * last step the window is empty in any case. Input: active i32 [batch]. Writes, in the same order: window = [start +
 * count, number active]; total = [0, start + count + number active]; time + 1; and for the r-th active trajectory b:
 * trajectory[start' + r] = b, gridIndex[start' + r] = time' * batch + b, rowOfGrid[time' * batch + b] = start' + r.
 */
export const nextRowsOperation: Operation<RolloutAttributes> & { readonly name: 'nextRows' } = {
  name: 'nextRows',
  infer: () => [],
  derivative: 'none',
};

function writes(variables: RolloutVariables) {
  const { window, total, time, trajectory, gridIndex, rowOfGrid } = variables;
  return [window, total, time, trajectory, gridIndex, rowOfGrid].map((variable) => writeTo(variable));
}

/** Records the beginning of a batch; see `beginRowsOperation`. */
export function beginRows(tape: Tape, variables: RolloutVariables, attributes: RolloutAttributes): void {
  tape.record(beginRowsOperation, [], attributes, { writes: writes(variables) });
}

/** Records the opening of the next step's window; see `nextRowsOperation`. */
export function nextRows(active: Tensor, variables: RolloutVariables, attributes: RolloutAttributes): void {
  active.tape.record(nextRowsOperation, [active], attributes, { writes: writes(variables) });
}
