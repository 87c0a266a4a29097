import type { Environment } from '../environment/environment.ts';
import { type RowProgram, rowProgram } from '../ops/index.ts';
import type { Rows, Tape, Tensor, TensorType, Variable } from '../tape/index.ts';
import { elementCount, variable } from '../tape/index.ts';
import { backwardPrograms, hostBackwardPrograms } from './backward-programs.ts';
import { hostPotentialProgram, potentialProgram, type StatePotential } from './potential-program.ts';

/** Additional data that a rollout records on request. */
export interface RolloutNeeds {
  /** The choices of a backward policy at the children: `Trajectories.backward`. */
  readonly backward?: boolean;
  /** All parents of the children: `Trajectories.parents`. */
  readonly parents?: boolean;
  /** A number of each state at which an action is taken: `Trajectories.potential`. */
  readonly potential?: StatePotential | undefined;
}

/** The child of every step, as a backward policy sees it. B is the environment's `backwardActionCount`. */
export interface BackwardData {
  /** A network's view of the child, even if it is terminal: i32 tokens [N, positions] or f32 features [N, width]. */
  readonly observation: Tensor;
  /** i32 [N, B]: the backward actions allowed at the child. */
  readonly mask: Tensor;
  /** i32 [N]: the backward action that undoes the step. */
  readonly action: Tensor;
}

/** The parents of every step's child, one for each of its B backward actions; a state may occur twice. */
export interface ParentData {
  /** A network's view of the parent: i32 [N, B, positions] or f32 [N, B, width]; -1 or 0 if there is none. */
  readonly observation: Tensor;
  /** i32 [N, B]: the backward actions allowed at the child. */
  readonly mask: Tensor;
  /** i32 [N, B]: the action that leads from the parent to the child; 0 if there is none. */
  readonly action: Tensor;
}

/** The three columns that `BackwardData` and `ParentData` share. */
interface Columns<T> {
  readonly observation: T;
  readonly mask: T;
  readonly action: T;
}

/** The requested data of those that can be recorded. */
export interface RecordedData<T> {
  readonly backward?: Columns<T>;
  readonly parents?: Columns<T>;
  readonly potential?: T;
}

/** The types of the requested data, over `capacity` rows. */
function recordedTypes(environment: Environment, capacity: number, needs: RolloutNeeds): RecordedData<TensorType> {
  const { observation, backwardActionCount: actions } = environment;
  const { dtype, size } = observation;
  const mask: TensorType = { dtype: 'i32', shape: [capacity, actions] };
  const backward: Columns<TensorType> = {
    observation: { dtype, shape: [capacity, size] },
    mask,
    action: { dtype: 'i32', shape: [capacity] },
  };
  const parents = { observation: { dtype, shape: [capacity, actions, size] }, mask, action: mask } as const;
  const potential: TensorType = { dtype: 'f32', shape: [capacity] };
  return {
    ...(needs.backward ? { backward } : {}),
    ...(needs.parents ? { parents } : {}),
    ...(needs.potential ? { potential } : {}),
  };
}

/** Applies a function to every column. */
export function mapRecorded<T, U>(
  { backward, parents, potential }: RecordedData<T>,
  change: (column: T, name: string) => U,
): RecordedData<U> {
  const all = ({ observation, mask, action }: Columns<T>, of: string): Columns<U> => ({
    observation: change(observation, `${of}-observation`),
    mask: change(mask, `${of}-mask`),
    action: change(action, `${of}-action`),
  });
  return {
    ...(backward ? { backward: all(backward, 'child') } : {}),
    ...(parents ? { parents: all(parents, 'parent') } : {}),
    ...(potential ? { potential: change(potential, 'potential') } : {}),
  };
}

/** All columns, in one order. */
export function columnsOf<T>({ backward, parents, potential }: RecordedData<T>): T[] {
  const columns = [backward, parents].flatMap((each) => (each ? [each.observation, each.mask, each.action] : []));
  return potential ? [...columns, potential] : columns;
}

/** A rollout's step, before the environment advances. */
export interface StepPlace {
  readonly rows: Rows;
  readonly trajectory: Tensor;
  readonly action: Tensor;
  readonly objects: Variable;
}

/**
 * Records the requested data of a step on a tape. Must be called before the environment advances, since the inverse of
 * an action is determined at the parent; the returned function must be called after it.
 */
export function recordBackwardData(
  tape: Tape,
  environment: Environment,
  needs: RolloutNeeds,
  { rows, trajectory, action, objects }: StepPlace,
): () => RecordedData<Tensor> {
  const types = recordedTypes(environment, rows.capacity, needs);
  const programs = backwardPrograms(environment);
  const run = (program: RowProgram, inputs: readonly Tensor[], outputs: readonly TensorType[]) =>
    rowProgram(tape, program, rows, [...inputs, tape.read(objects)], outputs);
  const potential =
    types.potential &&
    needs.potential &&
    run(potentialProgram(environment, needs.potential), [trajectory], [types.potential])[0];
  const undone = types.backward && run(programs.undo, [trajectory, action], [types.backward.action]);
  return () => {
    const backward = types.backward &&
      undone && {
        ...named(
          run(programs.observeChild, [trajectory, undone[0]], [types.backward.observation, types.backward.mask]),
        ),
        action: undone[0],
      };
    const { parents: wanted } = types;
    const parents =
      wanted && named(run(programs.parents, [trajectory], [wanted.observation, wanted.mask, wanted.action]));
    return {
      ...(backward ? { backward } : {}),
      ...(parents ? { parents } : {}),
      ...(potential ? { potential } : {}),
    };
  };
}

function named([observation, mask, action]: readonly Tensor[]): Columns<Tensor> {
  return { observation, mask, action };
}

/** Variables on a device for data recorded on the host. */
export function backwardVariables(
  environment: Environment,
  capacity: number,
  needs: RolloutNeeds,
  name: string,
): RecordedData<Variable> {
  return mapRecorded(recordedTypes(environment, capacity, needs), ({ dtype, shape }, column) =>
    variable(`${name}/${column}`, dtype, shape),
  );
}

/** The current batch on the host: the trajectory and the action of each row, the state of each trajectory. */
export interface HostSteps {
  readonly trajectory: Int32Array;
  readonly action: Int32Array;
  readonly states: Int32Array;
}

/** Host version of `recordBackwardData`; uses the same row programs as the cpu device. */
export function hostBackwardData(
  environment: Environment,
  needs: RolloutNeeds,
  { trajectory, action, states }: HostSteps,
) {
  const arrays = mapRecorded(
    recordedTypes(environment, trajectory.length, needs),
    ({ dtype, shape }): Float32Array | Int32Array =>
      dtype === 'f32' ? new Float32Array(elementCount(shape)) : new Int32Array(elementCount(shape)),
  );
  const { undo, observeChild, parents } = hostBackwardPrograms(environment);
  const potential = needs.potential && hostPotentialProgram(environment, needs.potential);
  return {
    arrays,
    /** Must be called before row `row`'s step, with its trajectory and action set. */
    before(row: number): void {
      if (arrays.potential && potential) potential.host([trajectory, states, arrays.potential], row, 1);
      if (arrays.backward) undo.host([trajectory, action, states, arrays.backward.action], row, 1);
    },
    /** Must be called after the step. */
    after(row: number): void {
      if (arrays.backward) {
        const { observation, mask, action: undone } = arrays.backward;
        observeChild.host([trajectory, undone, states, observation, mask], row, 1);
      }
      if (arrays.parents) {
        const { observation, mask, action: redo } = arrays.parents;
        parents.host([trajectory, states, observation, mask, redo], row, 1);
      }
    },
  };
}
