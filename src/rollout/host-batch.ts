import type { Environment } from '../environment/environment.ts';
import { guardedEnvironment } from '../environment/guarded.ts';
import { hostBackwardData, type RecordedData, type RolloutNeeds } from './backward-data.ts';
import { logUniformBackward, recordObservation } from './programs.ts';

/** The columns of `Trajectories` that do not need a policy, as arrays on the host. */
export interface HostColumns {
  readonly observation: Int32Array | Float32Array;
  readonly mask: Int32Array;
  readonly action: Int32Array;
  readonly logBackward: Float32Array;
  readonly logReward: Float32Array;
  readonly trajectory: Int32Array;
  readonly gridIndex: Int32Array;
  readonly rowOfGrid: Int32Array;
}

/** A batch of trajectories whose environment is stepped on the host, in the layout of `Trajectories`. */
export interface HostBatch {
  readonly columns: HostColumns;
  readonly recorded: RecordedData<Int32Array | Float32Array>;
  /** i32 [batch, stateSize]: the current state of each trajectory; finally the terminal states. */
  readonly states: Int32Array;
  /** The unfinished trajectories. */
  active(): readonly number[];
  /** The number of rows written. */
  rows(): number;
  /**
   * Writes the observations of the active trajectories to the next rows, in their order; returns the first of these
   * rows.
   */
  observe(): number;
  /** Takes a step of each active trajectory, and writes its results to the rows last observed. */
  advance(actionOf: (trajectory: number) => number): void;
}

/** The data to record in a batch on the host, and the source of its rewards. */
export interface HostBatchOptions {
  readonly needs?: RolloutNeeds;
  /** The maximum number of steps of a trajectory; the environment's `maxSteps` by default. */
  readonly steps?: number;
  /** log R of a trajectory's terminal state, or a placeholder until `columns.logReward[row]` is written. */
  readonly logReward: (state: Int32Array, trajectory: number, row: number) => number;
  /** Writes a trajectory's initial state; by default the environment's. */
  readonly initial?: (state: Int32Array, trajectory: number) => void;
}

/**
 * A batch of trajectories whose environment is stepped on the host. If a function of the environment fails, this throws
 * an `EnvironmentError` with the function and the state.
 * @param batch number of trajectories
 */
export function hostBatch(
  unguarded: Environment,
  batch: number,
  { needs = {}, steps, logReward, initial }: HostBatchOptions,
): HostBatch {
  const environment = guardedEnvironment(unguarded);
  const { stateSize, actionCount, maxSteps } = environment;
  const { observation } = environment;
  const capacity = batch * (steps ?? maxSteps);
  const columns: HostColumns = {
    observation: observation.rows(capacity),
    mask: new Int32Array(capacity * actionCount),
    action: new Int32Array(capacity),
    logBackward: new Float32Array(capacity),
    logReward: new Float32Array(capacity),
    trajectory: new Int32Array(capacity),
    gridIndex: new Int32Array(capacity),
    rowOfGrid: new Int32Array(capacity).fill(-1),
  };
  const states = new Int32Array(batch * stateSize);
  const stateOf = (trajectory: number) => states.subarray(trajectory * stateSize, (trajectory + 1) * stateSize);
  const recorder = hostBackwardData(environment, needs, { ...columns, states });
  const recordSeen = recordObservation(environment);
  const backwardMask = new Int32Array(environment.backwardActionCount);
  let active = Array.from({ length: batch }, (_, trajectory) => trajectory);
  let time = 0;
  let row = 0;
  for (const trajectory of active) {
    if (initial) initial(stateOf(trajectory), trajectory);
    else environment.initial(stateOf(trajectory));
  }

  return {
    columns,
    recorded: recorder.arrays,
    states,
    active: () => active,
    rows: () => row,
    observe() {
      for (const [i, trajectory] of active.entries()) {
        const state = stateOf(trajectory);
        const mask = columns.mask.subarray((row + i) * actionCount, (row + i + 1) * actionCount);
        recordSeen(state, columns.observation, row + i);
        environment.forwardMask(state, mask);
      }
      return row;
    },
    advance(actionOf) {
      const still: number[] = [];
      for (const trajectory of active) {
        const state = stateOf(trajectory);
        const gridIndex = time * batch + trajectory;
        columns.action[row] = actionOf(trajectory);
        columns.trajectory[row] = trajectory;
        columns.gridIndex[row] = gridIndex;
        columns.rowOfGrid[gridIndex] = row;
        recorder.before(row);
        environment.step(state, columns.action[row]);
        recorder.after(row);
        columns.logBackward[row] = logUniformBackward(environment, state, backwardMask);
        if (environment.isTerminal(state)) columns.logReward[row] = logReward(state, trajectory, row);
        else still.push(trajectory);
        row++;
      }
      active = still;
      time++;
    },
  };
}
