import { show } from '../environment/conformance-report.ts';
import type { Environment } from '../environment/environment.ts';
import { EnvironmentError } from '../environment/guarded.ts';
import { rowFunctionsOf, type StateRow } from '../environment/row-functions.ts';
import { type HostRowProgram, type RowProgram, recordedRowProgram } from '../ops/index.ts';
import { type Float, reads, record, repeat, scratch, writes } from '../rows/index.ts';
import { copyRow } from './programs.ts';

/** A number for each state at which an action can be taken, such as the part of the reward known there. */
export interface StatePotential {
  /** Its name in messages. */
  readonly name: string;
  /** The number, finite. The function may change the row. */
  host(state: Int32Array): number;
  /** The same in the row language; it may change the row. Without it a GPU's rollouts are stepped on the host. */
  rows?: ((state: StateRow) => Float) | undefined;
}

/** Whether a device can compute a potential without the host. */
export function isRecorded(environment: Environment, { rows }: StatePotential): boolean {
  return rows !== undefined && rowFunctionsOf(environment) !== undefined;
}

/** Before `advance`. Inputs: trajectory [N], state [batch, stateSize]. Output: the potential [N] of the states there. */
export function potentialProgram(environment: Environment, potential: StatePotential): RowProgram {
  const { rows } = potential;
  if (!rows || !isRecorded(environment, potential)) return hostPotentialProgram(environment, potential);
  const { name: owner, stateSize } = environment;
  return recordedRowProgram(
    record(
      { owner, name: potential.name },
      { buffers: { trajectory: reads('i32'), state: reads('i32', stateSize), potential: writes('f32') } },
      (row) => {
        const visited = row.state.of(row.trajectory.at(0));
        const state = scratch(stateSize);
        repeat(stateSize, (i) => state.set(i, visited.at(i)));
        row.potential.set(0, rows(state));
      },
    ),
  );
}

/** The same on the host. @throws (when run) EnvironmentError on a number that is not finite */
export function hostPotentialProgram(environment: Environment, { name, host }: StatePotential): HostRowProgram {
  const state = new Int32Array(environment.stateSize);
  return {
    name: `${environment.name}: ${name}`,
    buffers: ['trajectory_rows', 'state_rows', 'potential_rows'].map((buffer) => ({ name: buffer })),
    host([trajectory, states, potentials], start, count) {
      for (let n = start; n < start + count; n++) {
        copyRow(states, trajectory[n], state);
        potentials[n] = host(state);
        if (Number.isFinite(potentials[n])) continue;
        copyRow(states, trajectory[n], state);
        throw new EnvironmentError(
          environment,
          `${name} is ${potentials[n]} at ${show(environment, state)}; it must be a finite number`,
        );
      }
    },
  };
}
