import type { Device } from '../device/device.ts';
import type { Environment } from '../environment/environment.ts';
import type { Rows, Tape, Variable } from '../tape/index.ts';
import { variable } from '../tape/index.ts';
import { backwardVariables, columnsOf, mapRecorded, type RolloutNeeds } from './backward-data.ts';
import type { HostBatch, HostColumns } from './host-batch.ts';
import { type OffPolicyTrajectories, rolloutVariables } from './trajectories.ts';

/** A batch made on the host, in variables of a device. */
export interface UploadedBatch {
  /** Writes a batch into the device's variables. */
  write(device: Device, batch: HostBatch): void;
  /** The last batch written, on a tape. */
  trajectories(tape: Tape): OffPolicyTrajectories;
}

/**
 * Variables on a device for batches made on the host.
 * @param name a prefix for the names of its variables
 * @param steps the maximum number of steps of a trajectory
 */
export function uploadedBatch(
  environment: Environment,
  batch: number,
  asked: RolloutNeeds,
  name: string,
  steps = environment.maxSteps,
): UploadedBatch {
  const capacity = batch * steps;
  const rows = rolloutVariables(name, batch, steps);
  const column = (what: string, dtype: 'f32' | 'i32', ...inner: number[]) =>
    variable(`${name}/${what}`, dtype, [capacity, ...inner]);
  const { dtype, size } = environment.observation;
  const columns: Readonly<Record<keyof HostColumns, Variable>> = {
    observation: column('observation', dtype, size),
    mask: column('mask', 'i32', environment.actionCount),
    action: column('action', 'i32'),
    logBackward: column('log-backward', 'f32'),
    logReward: column('log-reward', 'f32'),
    trajectory: rows.trajectory,
    gridIndex: rows.gridIndex,
    rowOfGrid: rows.rowOfGrid,
  };
  const objects = variable(`${name}/state`, 'i32', [batch, environment.stateSize]);
  const backwards = backwardVariables(environment, capacity, asked, name);

  return {
    write(device, written) {
      for (const what of Object.keys(columns) as (keyof HostColumns)[]) {
        device.write(columns[what], written.columns[what]);
      }
      device.write(rows.total, [0, written.rows()]);
      device.write(objects, written.states);
      const recorded = columnsOf(written.recorded);
      for (const [i, target] of columnsOf(backwards).entries()) device.write(target, recorded[i]);
    },
    trajectories(tape) {
      const counted: Rows = { capacity, max: capacity, window: tape.read(rows.total) };
      const read = (source: Variable) => tape.read(source, { offset: 0, shape: source.shape, rows: counted });
      return {
        batch,
        steps,
        observation: read(columns.observation),
        mask: read(columns.mask),
        action: read(columns.action),
        logBackward: read(columns.logBackward),
        logReward: read(columns.logReward),
        trajectory: read(columns.trajectory),
        gridIndex: read(columns.gridIndex),
        rowOfGrid: tape.read(columns.rowOfGrid),
        objects,
        ...mapRecorded(backwards, read),
      };
    },
  };
}
